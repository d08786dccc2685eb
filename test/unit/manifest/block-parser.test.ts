import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanTemplates } from '../../../server/src/core/gotemplate/scan.ts';
import { parseBlocks, unsure } from '../../../server/src/core/manifest/block-parser.ts';
import { Branches } from '../../../server/src/core/manifest/duplicate-keys.ts';
import { ManifestFile } from '../../../server/src/core/manifest/file.ts';
import { maskTemplates } from '../../../server/src/core/manifest/mask.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { ScalarFactory } from '../../../server/src/core/manifest/scalar-factory.ts';
import { root, shared } from '../../support/paths.ts';
import { fullDocument, manifestText, runs } from './support.ts';

/** Whether the fast parser takes a text on. */
function isFast(text: string): boolean {
  const templates = scanTemplates(text);
  const masked = maskTemplates(text, templates).text;
  const factory = new ScalarFactory({ text, masked, delimiters: [], unclosed: false }, templates);
  return (
    parseBlocks(
      factory,
      () => new Branches(templates),
      () => {},
    ) !== unsure
  );
}

function agree(text: string): void {
  assert.deepEqual(
    fullDocument(parseDocument(text)),
    fullDocument(parseDocument(text, { fullParser: true })),
    JSON.stringify(text),
  );
}

const anyWord = fc.constantFrom(
  'a',
  'b',
  'image',
  '1',
  '-1',
  '1.20',
  '0x1f',
  '0o7',
  '1e3',
  '.5',
  '.inf',
  'true',
  'null',
  '~',
  'Null',
  'on',
  '"q"',
  '"q # r: s"',
  '"e\\n\\"\\\\"',
  '"e\\x41"',
  "'it''s'",
  "''",
  'nginx:1.27',
  'a b',
  "it's",
  'a#b',
  'http://x/y?z',
  'é\u{1f600}',
  '[]',
  '{}',
  '[a, "b", 1]',
  '[a b]',
  '{a: b, "c": 1}',
  '{ a: 1 }',
  '[a, ]',
  '[[a]]',
  'repl{{ ConfigOption "x" }}',
  '{{repl ConfigOption "x" }}:80',
  "'repl{{ A }}'",
  '"{{repl A "b" }}"',
  '&a b',
  '*a',
  '!x y',
  '|',
  '>-',
  '|-',
  '|+',
  '|2',
  '$x',
  '(y)',
  '@z',
  '%p',
  '',
);
const word = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'nginx:1.27', '"q"', '', '1') }, anyWord);
const after = fc.constantFrom('', '', '', '', '', '', '', '', ' ', ' # c', '  # "c', '#x', '\t', ' \t# c');
const end = fc.constantFrom('\n', '\n', '\n', '\n', '\n', '\r\n', '\n\n', '\n  \n', '\r', '');
const indent = fc.constantFrom('', '', '', '  ', '  ', '    ', '      ', ' ', '   ', '\t');
const entry = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom('a', 'b', 'c', 'key', '"q"', "'s'", '1', 'x y', 'repl{{ K }}'),
        fc.constantFrom(': ', ': ', ': ', ':', ':  '),
        word,
        after,
      )
      .map((parts) => parts.join('')),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('- ', '-', '-  ', '- - '), word, after)
      .map((parts) => parts.join('')),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('- a: ', '- name: ', '-   b: '), word, after)
      .map((parts) => parts.join('')),
  },
  { weight: 2, arbitrary: fc.constantFrom('a:', 'spec:', 'list:', '- x:', '-') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '# c',
      '---',
      '--- ',
      '--- # c',
      '...',
      '{{repl if A }}',
      '{{repl else }}',
      '{{repl end }}',
      'text',
      '# : |',
    ),
  },
);
const blockish = fc
  .tuple(
    fc.constantFrom('', '', '---\n', '# c\n---\n', '\n\n'),
    fc.array(fc.tuple(indent, entry, end), { maxLength: 14 }),
  )
  .map(([start, lines]) => start + lines.flat().join(''));

/** Well-formed nesting, so that the fast parser gets far. */
const nested: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.nat(2), fc.boolean(), fc.constantFrom('a', 'b', 'c', 'd', '"e"'), word, after), {
    maxLength: 20,
  })
  .map((steps) => {
    let depth = 0;
    let open = true;
    let out = '';
    for (const [up, deeper, key, value, behind] of steps) {
      depth = Math.max(0, open && deeper ? depth + 1 : depth - (open ? 0 : up % (depth + 1)));
      open = value === '' || value === '|' || value === '>-' || value === '|-';
      out += `${'  '.repeat(depth)}${key}: ${value}${behind}\n`;
    }
    return out;
  });

test('what the fast parser takes on it reads as the full parser does', () => {
  let fast = 0;
  fc.assert(
    fc.property(fc.oneof(blockish, nested, manifestText), (text) => {
      if (isFast(text)) fast++;
      agree(text);
    }),
    runs(1500),
  );
  assert.ok(fast > 100, `it took on ${fast} texts only`);
});

const corpus = shared === null ? null : join(shared, 'corpus');

test('it takes on nearly all of the corpus, and reads it as the full parser does', {
  skip: corpus === null || !existsSync(corpus) ? 'no ../shared/corpus beside the repository' : false,
}, (t) => {
  let documents = 0;
  let fast = 0;
  for (const path of walk(corpus as string))
    for (const { document } of ManifestFile.of(readFileSync(path, 'utf8')).documents) {
      if (document.root === null) continue;
      documents++;
      if (isFast(document.text)) fast++;
      agree(document.text);
    }
  t.diagnostic(`${fast} of ${documents} documents are read by the fast parser`);
  assert.ok(fast > documents * 0.8);
});

test('a document cut off anywhere is read as the full parser reads it', () => {
  const text = readFileSync(join(root, 'test/fixtures/manifest/deployment.yaml'), 'utf8');
  for (let length = 0; length <= text.length; length += 3) agree(text.slice(0, length));
});

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return walk(path);
    return /\.ya?ml$/.test(name) ? [path] : [];
  });
}
