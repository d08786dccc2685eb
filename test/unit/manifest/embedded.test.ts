import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEmbedded } from '../../../server/src/core/manifest/embedded.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { plain, scalars } from './support.ts';

function embedded(text: string) {
  const scalar = scalars(parseDocument(text).root).find(({ text: value }) => value.includes('repository'));
  assert.ok(scalar !== undefined);
  return parseEmbedded(scalar, text);
}

const outer = `kind: Config
spec:
  extensions:
    helm:
      charts:
        - name: x
          values: |
            # comment
            image:
              repository: 'it''s/nginx' # keep
              tag: repl{{ ConfigOption "tag" }}
        - name: y
`;

for (const [style, text] of Object.entries({
  literal: outer,
  crlf: outer.replaceAll('\n', '\r\n'),
  'with an indentation indicator': outer.replace('values: |', 'values: |2-'),
  double: `values: "image:\\n  repository: 'it''s/nginx' # keep\\n  tag: repl{{ ConfigOption "tag" }}\\n"\n`,
  single: `values: '{image: {repository: "it''s/nginx", tag: 1}}'\n`,
}))
  test(`YAML in a string is read, found and edited in place: ${style}`, () => {
    const inner = embedded(text);
    assert.deepEqual(inner.document.problems, []);
    const repository = scalars(inner.document.root).find((scalar) => scalar.text === "it's/nginx");
    assert.ok(repository !== undefined);
    const start = repository.text.indexOf('nginx');
    const span = inner.outerSpan(repository.sourceOf({ start, end: start + 5 }));
    assert.equal(text.slice(span.start, span.end), 'nginx');

    const edit = inner.replaceInScalar(repository, { start, end: start + 5 }, 'acme/nginx');
    assert.ok(edit !== null);
    const edited = applyEdits(text, [edit]);
    assert.equal(edited, text.replace('/nginx', '/acme/nginx'));
    assert.deepEqual(
      plain(embedded(edited).document.root),
      JSON.parse(JSON.stringify(plain(inner.document.root)).replace('/nginx', '/acme/nginx')),
    );
  });

test('an inner value that needs quotes gets them, escaped for the outer string', () => {
  const text = 'values: "a:\\n  repository: x\\n"\n';
  const inner = embedded(text);
  const scalar = scalars(inner.document.root).find((candidate) => candidate.text === 'x');
  assert.ok(scalar !== undefined);
  const edit = inner.replaceInScalar(scalar, { start: 0, end: 1 }, "y: '");
  assert.ok(edit !== null);
  const after = embedded(applyEdits(text, [edit]));
  assert.deepEqual(plain(after.document.root), [['a', [['repository', "y: '"]]]]);
});
