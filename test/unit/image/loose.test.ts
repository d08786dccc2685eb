import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLoose } from '../../../server/src/core/image/loose.ts';
import { parseReference } from '../../../server/src/core/image/parse.ts';
import { placeholders } from '../../../server/src/core/image/placeholders.ts';
import type { Span } from '../../../server/src/core/text/span.ts';
import { runs } from '../../support/vectors.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

/** Every `{{…}}` of a text, which stands for what a template scanner would give. */
function templates(text: string): Span[] {
  return [...text.matchAll(/\{\{.*?\}\}/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function loose(text: string, variables: Record<string, string> = {}) {
  const result = parseLoose(text, { unknown: templates(text), variables });
  assert.ok(result.ok, `${text}: ${result.ok ? '' : result.problem.message}`);
  return result;
}

test('placeholders of CI and templates make their part unknown, never invalid', () => {
  const rows: [string, string[]][] = [
    ['quay.io/acme/api:$TAG', ['tag']],
    [`quay.io/acme/api:v\${TAG}-x`, ['tag']],
    ['quay.io/acme/api:__TAG__', ['tag']],
    [`quay.io/acme/api:\${TAG:-1.0}`, ['tag']],
    ['quay.io/acme/api:$(TAG)', ['tag']],
    ['quay.io/acme/api@$DIGEST', ['digest']],
    ['quay.io/acme/api:1@sha256:$SUM', ['digest']],
    ['$REGISTRY/acme/api:1', ['domain']],
    ['$ACCOUNT.dkr.ecr.us-east-2.amazonaws.com/api:1', ['domain']],
    ['__REGISTRY__:5000/api:1', ['domain']],
    ['quay.io/$ORG/api:1', ['path']],
    ['quay.io/acme/$NAME', ['path', 'tag', 'digest']],
    ['$IMAGE:1.2', ['domain', 'path']],
    ['$IMAGE', ['domain', 'path', 'tag', 'digest']],
    ['{{repl LocalRegistryHost }}/acme/api:1', ['domain']],
    ['{{ .Values.image }}', ['domain', 'path', 'tag', 'digest']],
    ['quay.io/acme/api:{{ .Values.tag }}', ['tag']],
    ['quay.io/acme/api:v{{ .Values.tag }}{{ .Values.more }}', ['tag']],
    ['quay.io/a{{ x }}-{{ y }}.b/api:1', ['path']],
  ];
  for (const [text, unknown] of rows) assert.deepEqual(loose(text).unknownParts, unknown, text);
});

test('a variable with a value is replaced, and its part points at the placeholder', () => {
  const text = `$REGISTRY/api:\${TAG}`;
  const { reference, unknownParts, resolved } = loose(text, { REGISTRY: 'quay.io/acme', TAG: `1@${digest}` });
  assert.deepEqual(unknownParts, []);
  assert.equal(resolved, `quay.io/acme/api:1@${digest}`);
  assert.deepEqual(
    [reference.domain, reference.path, reference.tag, reference.digest],
    ['quay.io', 'acme/api', '1', digest],
  );
  assert.equal(text.slice(reference.spans.tag?.start, reference.spans.tag?.end), `\${TAG}`);
  assert.equal(text.slice(reference.spans.path.start, reference.spans.path.end), '$REGISTRY/api');
  assert.equal(loose('a/b:$TAG').reference.tag, '$TAG');
});

test('what is wrong beside the unknown is still found, at its place in the text as written', () => {
  const rows: [string, string, string][] = [
    ['quay.io/Acme/api:$TAG', 'uppercase', 'Acme'],
    ['quay.io/acme//api:{{ tag }}', 'format', '//'],
    ['{{ registry }}/acme/API:1', 'uppercase', 'API'],
    ['{{ registry }}/acme/api:1 2', 'tag', ' '],
    ['{{ registry }}/acme/api@sha256:12', 'digest-length', 'sha256:12'],
    ['$X/dock..er:1', 'format', '..'],
    ['a/b:$', 'tag', '$'],
  ];
  for (const [text, code, underlined] of rows) {
    const result = parseLoose(text, { unknown: templates(text) });
    assert.ok(!result.ok, text);
    assert.equal(result.problem.code, code, text);
    assert.equal(text.slice(result.problem.span.start, result.problem.span.end), underlined, text);
    assert.ok(!result.problem.message.includes('\uffff'), text);
  }
});

test('an underscore name counts only in upper case or where it has a value', () => {
  assert.deepEqual(placeholders('dock__er__x/a:1__b__2'), []);
  assert.deepEqual(loose('dock__er__x/a').unknownParts, []);
  assert.equal(loose('acme/a:__tag__', { tag: '7' }).reference.tag, '7');
});

test('without anything unknown the loose parser is the strict one', () => {
  const unit = fc.constantFrom('a', 'B', '.', '/', ':', '@', '-', '_', ' ', '\uffff', 'sha256:', digest);
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 16 }), (units) => {
      const text = units.join('');
      fc.pre(placeholders(text).length === 0);
      const strict = parseReference(text);
      const result = parseLoose(text);
      assert.equal(result.ok, strict.ok, text);
      if (result.ok && strict.ok) assert.deepEqual(result.reference, strict.reference);
      if (!result.ok && !strict.ok) assert.deepEqual(result.problem.span, strict.problem.span);
    }),
    runs(300),
  );
});

test('making a part of a good reference unknown never makes it bad', () => {
  const good = ['nginx', 'acme/api:1.2', `quay.io/a.b/c-d__e:v1@${digest}`, 'localhost:5000/x/y:z'];
  fc.assert(
    fc.property(fc.constantFrom(...good), fc.nat(), fc.nat(), (text, a, b) => {
      const [start = 0, end = 0] = [a % text.length, b % (text.length + 1)].sort((x, y) => x - y);
      assert.ok(parseLoose(text, { unknown: [{ start, end }] }).ok, `${text} ${start}..${end}`);
    }),
    runs(300),
  );
});

test('hostile placeholders are read to their end', () => {
  for (const unit of ['$', '${', '${A:-', '__', '__A', '_A_', '$A', '{{'])
    assert.equal(typeof parseLoose(unit.repeat(50_000)).ok, 'boolean');
});
