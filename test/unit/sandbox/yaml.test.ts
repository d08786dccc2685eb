import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { readDocuments, type Yaml } from '../../../sandbox/src/release/yaml.ts';
import { root } from '../../support/paths.ts';

/** What the YAML package reads, in the sandbox's terms: scalars as text. */
function expected(text: string): unknown[] {
  return parseAllDocuments(text, { schema: 'failsafe' })
    .map((document) => plain(document.toJS() as unknown))
    .filter((each) => each !== null && each !== '');
}

function plain(value: unknown): unknown {
  if (value === null || value === undefined || value === '~' || value === 'null') return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  return String(value);
}

const texts: Readonly<Record<string, string>> = {
  'maps and lists': 'a:\n  b: 1\n  c:\n    - x\n    - y: 2\n      z: 3\nd: "e"\n',
  'a list as far left as its key': 'a:\n- b: 1\n  c: 2\n- d\ne: f\n',
  'lists in lists': 'a:\n  - - x\n    - y\n',
  quotes: "a: 'it''s'\nb: \"tab\\tü\"\n\"c d\": e\n'f': g\n",
  comments: '# one\na: b # two\n# three\nc: d#e\n',
  flow: 'a: {b: c, d: [1, "x, y", \'z\']}\ne: []\nf: {}\n',
  JSON: '{"a": [1, true, null, {"b": "c"}]}',
  'colons in values': 'a: b:c\nurl: https://example.com/x\nimage: host:5000/a/b:1\n',
  'empty values': 'b: ~\nc: null\nd: ""\n',
  documents: 'a: 1\n---\nb: 2\n--- \nc: 3\n',
  CRLF: 'a:\r\n  - b: c\r\n    d: e\r\n',
};

for (const [name, text] of Object.entries(texts))
  test(`YAML: ${name}`, () => assert.deepEqual(readDocuments(text), expected(text)));

test('a key without a value has none', () => {
  assert.deepEqual(readDocuments('a:\nb: 1\n'), [{ a: null, b: '1' }]);
});

test('block scalars are their text', () => {
  const [made] = readDocuments('a: |\n  one\n    two\n\n  three\nb: c\n') as [Yaml];
  assert.deepEqual(made, { a: 'one\n  two\n\nthree', b: 'c' });
});

test('whatever it is given, it neither throws nor hangs', () => {
  const odd = [
    '{',
    '[',
    '- - -',
    'a: {b',
    'a: [b, {c: ]',
    ': :',
    '"',
    "'a",
    '? x',
    '&a *a',
    '!!x y',
    '\t- a',
    '{{repl}}',
    '- : -',
  ];
  for (const text of [
    ...odd,
    `a: ${'['.repeat(5000)}`,
    '- '.repeat(50_000),
    'a: '.repeat(3000),
    `a: "${'\\'.repeat(9999)}`,
  ])
    assert.ok(Array.isArray(readDocuments(text)), text.slice(0, 20));
});

test('of the samples’ manifests it reads every image that YAML has there', () => {
  const imagesIn = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(imagesIn);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, each]) =>
      key === 'image' && typeof each === 'string' ? [each] : imagesIn(each),
    );
  };
  let seen = 0;
  for (const name of readdirSync(join(root, 'samples/hello'))) {
    const path = join(root, 'samples/hello', name);
    if (!statSync(path).isFile() || !name.endsWith('.yaml')) continue;
    const text = readFileSync(path, 'utf8');
    const images = imagesIn(readDocuments(text));
    assert.deepEqual(images, imagesIn(expected(text)), name);
    seen += images.length;
  }
  assert.ok(seen > 0);
});
