import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonical, familiar, normalize } from '../../../server/src/core/image/normal.ts';
import { parseQualified, parseReference } from '../../../server/src/core/image/parse.ts';
import type { Reference, ReferenceProblem } from '../../../server/src/core/image/reference.ts';
import { runs, vectors } from '../../support/vectors.ts';

interface Table {
  parse: {
    input: string;
    repository?: string;
    domain?: string;
    tag?: string;
    digest?: string;
    err?: string;
  }[];
  valid: string[];
  invalid: string[];
  info: { input: string; domain: string; path: string; familiar: string }[];
}

const table = vectors<Table>('image-references.json');
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const codes: Record<string, readonly ReferenceProblem['code'][]> = {
  ErrNameEmpty: ['empty'],
  ErrReferenceInvalidFormat: ['format', 'tag', 'digest-format'],
  ErrNameContainsUppercase: ['uppercase'],
  ErrNameTooLong: ['too-long'],
  'digest.ErrDigestInvalidLength': ['digest-length'],
  'digest.ErrDigestUnsupported': ['digest-algorithm'],
};

function parsed(text: string): Reference {
  const result = parseReference(text);
  assert.ok(result.ok, `${text}: ${result.ok ? '' : result.problem.message}`);
  return result.reference;
}

function problem(text: string): ReferenceProblem {
  const result = parseReference(text);
  assert.ok(!result.ok, `${text} was taken`);
  return result.problem;
}

test('the bare grammar agrees with Parse of distribution/reference on its own table', () => {
  assert.equal(table.parse.length, 48);
  for (const row of table.parse) {
    const result = parseQualified(row.input);
    if (row.err !== undefined) {
      assert.ok(!result.ok, `${row.input} was taken`);
      assert.ok(codes[row.err]?.includes(result.problem.code), `${row.input}: ${result.problem.code}`);
      continue;
    }
    assert.ok(result.ok, row.input);
    const { domain, path, tag, digest } = result.reference;
    assert.equal(domain, row.domain ?? null, row.input);
    assert.equal(domain === null ? path : `${domain}/${path}`, row.repository, row.input);
    assert.equal(tag, row.tag ?? null, row.input);
    assert.equal(digest, row.digest ?? null, row.input);
  }
});

test('names as people write them are taken and refused as ParseNormalizedNamed does', () => {
  assert.equal(table.valid.length + table.invalid.length, 35 + 27);
  for (const input of table.valid) parsed(input);
  for (const input of table.invalid) problem(input);
});

test('domain, path and short form agree with distribution/reference on its table', () => {
  assert.equal(table.info.length, 48);
  for (const row of table.info) {
    const reference = parsed(row.input);
    const { domain, path } = normalize(reference);
    assert.deepEqual({ domain, path, familiar: familiar(reference) }, without(row, 'input'), row.input);
  }
});

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

test('each part knows where it stands, a tag without its colon and a digest without its @', () => {
  const text = `localhost:5000/a/b:v1@${digest}`;
  const { spans } = parsed(text);
  assert.deepEqual(spans, {
    domain: { start: 0, end: 14 },
    path: { start: 15, end: 18 },
    tag: { start: 19, end: 21 },
    digest: { start: 22, end: 22 + digest.length },
  });
});

test('canonical names fill in registry, library and latest, and keep tag and digest', () => {
  const of = (text: string, defaultTag = true): string => canonical(parsed(text), { defaultTag });
  assert.equal(of('nginx'), 'docker.io/library/nginx:latest');
  assert.equal(of('nginx', false), 'docker.io/library/nginx');
  assert.equal(of('index.docker.io/nginx:1'), 'docker.io/library/nginx:1');
  assert.equal(of(`nginx@${digest}`), `docker.io/library/nginx@${digest}`);
  assert.equal(of(`quay.io/a/b:1@${digest}`), `quay.io/a/b:1@${digest}`);
});

test('problems underline no more than what is wrong', () => {
  const rows: [string, ReferenceProblem['code'], string][] = [
    ['quay.io/Acme/api:1', 'uppercase', 'Acme'],
    ['quay.io/acme/a$pi:1', 'format', '$'],
    ['quay.io/acme//api', 'format', '//'],
    ['quay.io/acme/', 'format', '/'],
    ['nginx:', 'tag', ':'],
    ['nginx:-1', 'tag', '-'],
    ['nginx: 1', 'tag', ' '],
    ['nginx:1.2/foo', 'format', '1.2'],
    ['dock..er/x', 'format', '..'],
    ['https://quay.io/acme/api', 'format', 'https://'],
    ['nginx@sha256:abc', 'digest-length', 'sha256:abc'],
    ['nginx@md5:abc', 'digest-algorithm', 'md5'],
    [`nginx@${digest.toUpperCase().replace('SHA', 'sha')}`, 'digest-format', 'A'],
    [`nginx:${'t'.repeat(129)}`, 'tag', 't'.repeat(129)],
    ['a'.repeat(64), 'bare-digest', 'a'.repeat(64)],
  ];
  for (const [text, code, underlined] of rows) {
    const { span, ...found } = problem(text);
    assert.equal(found.code, code, text);
    assert.equal(text.slice(span.start, span.end), underlined, text);
    assert.match(found.message, /[.]$/, text);
  }
});

test('a host with an underscore is taken, as the Go library takes it', () => {
  assert.equal(canonical(parsed('foo_bar.com/x:1'), { defaultTag: true }), 'foo_bar.com/x:1');
});

const part = fc.stringMatching(/^[a-z0-9]{1,6}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
const written = fc
  .tuple(
    fc.constantFrom(
      '',
      'docker.io/',
      'index.docker.io/',
      'quay.io/',
      'localhost:5000/',
      '[::1]:80/',
      'HOST/',
    ),
    fc.array(part, { minLength: 1, maxLength: 4 }),
    fc.option(fc.stringMatching(/^[\w][\w.-]{0,20}$/)),
    fc.option(fc.constant(digest)),
  )
  .map(
    ([domain, parts, tag, digest]) =>
      domain + parts.join('/') + (tag === null ? '' : `:${tag}`) + (digest === null ? '' : `@${digest}`),
  );

test('spans slice to the parts, and a canonical name is its own canonical name', () => {
  fc.assert(
    fc.property(written, (text) => {
      const reference = parsed(text);
      for (const name of ['domain', 'path', 'tag', 'digest'] as const) {
        const span = reference.spans[name];
        assert.equal(span === null ? null : text.slice(span.start, span.end), reference[name]);
      }
      const whole = canonical(reference, { defaultTag: true });
      assert.equal(canonical(parsed(whole), { defaultTag: true }), whole);
      assert.equal(canonical(parsed(familiar(reference)), { defaultTag: true }), whole);
    }),
    runs(300),
  );
});

test('any text gives a reference or a problem inside the text', () => {
  const unit = fc.constantFrom(...'aZ09./:@-_[]% $é😀\u0000\uffff', 'sha256:', 'docker.io/', '://');
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
      const text = units.join('');
      for (const result of [parseReference(text), parseQualified(text)]) {
        if (result.ok) continue;
        const { start, end } = result.problem.span;
        assert.ok(0 <= start && start <= end && end <= text.length, JSON.stringify(text));
        assert.ok(end > start || text === '', JSON.stringify(text));
      }
    }),
    runs(500),
  );
});

test('texts that make backtracking parsers hang are read to their end', () => {
  for (const unit of ['a', 'a-', '-', '_', 'a/', '/', ':', '@', '[', 'a:', 'a.', '$A', '__A', 'a@sha256:'])
    for (const end of ['', '!', 'a', ':'])
      for (const result of [parseReference, parseQualified]) {
        const text = unit.repeat(200_000) + end;
        assert.ok(!result(text).ok, `${unit} repeated, then ${end}`);
      }
});
