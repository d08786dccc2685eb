import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManifestFile } from '../../../server/src/core/manifest/file.ts';
import { LineIndex } from '../../../server/src/core/text/lines.ts';
import type { Position } from '../../../server/src/core/text/span.ts';
import { fullDocument, line, lineEnd, manifestText, runs } from './support.ts';

const texts = (file: ManifestFile): string[] => file.documents.map(({ document }) => document.text);

test('a file is cut at lines with three dashes, and behind document ends', () => {
  assert.deepEqual(texts(ManifestFile.of('a: 1\n---\nb: 2\n--- # c\nc: |\n  ---\n---x: 1\n')), [
    'a: 1\n',
    '---\nb: 2\n',
    '--- # c\nc: |\n  ---\n---x: 1\n',
  ]);
  assert.deepEqual(texts(ManifestFile.of('a: 1\n...\nb: 2\n...\n')), ['a: 1\n...\n', 'b: 2\n...\n']);
  assert.deepEqual(texts(ManifestFile.of('')), ['']);
});

test('directives stay with the document behind them', () => {
  const text = '# x\n%YAML 1.2\n---\na: 1\n...\n%TAG ! tag:x,2000:\n---\nb: 2\n';
  const file = ManifestFile.of(text);
  assert.deepEqual(texts(file), ['# x\n%YAML 1.2\n---\na: 1\n...\n', '%TAG ! tag:x,2000:\n---\nb: 2\n']);
  assert.deepEqual(
    file.documents.flatMap(({ document }) => document.problems),
    [],
  );
});

test('dashes inside a template comment or raw string do not cut', () => {
  const text = 'a: 1\n{{repl/*\n---\n*/}}\nb: repl{{ print `\n---\n` }}\n---\nc: 3\n';
  assert.equal(ManifestFile.of(text).documents.length, 2);
});

test('dashes inside quotes and block scalars do cut, as in YAML', () => {
  assert.equal(ManifestFile.of('a: "x\n---\nb: y"\n').documents.length, 2);
});

test('documents know their offset and line, whatever ends the lines', () => {
  const file = ManifestFile.of('a: 1\r\n---\rb: 2\n---\nc');
  assert.deepEqual(
    file.documents.map(({ offset, line: at }) => [offset, at]),
    [
      [0, 0],
      [6, 1],
      [15, 3],
    ],
  );
  assert.deepEqual(file.positionAt(10), { line: 2, character: 0 });
  assert.equal(file.offsetAt({ line: 2, character: 99 }), 14);
  assert.equal(file.documentAt(15).line, 3);
});

test('a byte order mark is part of the first document and no problem', () => {
  const file = ManifestFile.of('\ufeffa: 1\nb: 2\n---\nc: 3\n');
  const [first] = file.documents;
  assert.deepEqual(first?.document.problems, []);
  assert.equal(first?.document.root?.span.start, 1);
  assert.equal(ManifestFile.of('\ufeff---\na: 1\n').documents.length, 1);
});

test('an edit keeps the very same objects for documents that it does not touch', () => {
  const before = ManifestFile.of('a: 1\n---\nb: 2\n---\nc: 3\n');
  const after = before.edit([
    { range: { start: { line: 2, character: 3 }, end: { line: 2, character: 4 } }, text: '22' },
  ]);
  assert.equal(after.text, 'a: 1\n---\nb: 22\n---\nc: 3\n');
  assert.equal(before.text, 'a: 1\n---\nb: 2\n---\nc: 3\n');
  assert.equal(after.documents[0]?.document, before.documents[0]?.document);
  assert.equal(after.documents[2]?.document, before.documents[2]?.document);
  assert.notEqual(after.documents[1]?.document, before.documents[1]?.document);
  assert.deepEqual(after.documents[2]?.offset, 15);
});

test('closing a comment that was opened documents ago joins them, opening it again parts them', () => {
  let file = ManifestFile.of('{{repl/* x\na: 1\n---\nb: 2\n---\nc: \n');
  assert.equal(file.documents.length, 3);
  file = file.edit([
    { range: { start: { line: 5, character: 3 }, end: { line: 5, character: 3 } }, text: '*/}}' },
  ]);
  assert.equal(file.documents.length, 1);
  file = file.edit([
    { range: { start: { line: 5, character: 3 }, end: { line: 5, character: 4 } }, text: '' },
  ]);
  assert.equal(file.documents.length, 3);
});

interface Change {
  readonly from: number;
  readonly length: number;
  readonly text: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  from: fc.nat({ max: 10_000 }),
  length: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 12 }), fc.nat({ max: 80 })),
  text: fc.oneof(
    fc.constantFrom(
      '',
      '\n',
      '---',
      '-',
      '\r',
      '*',
      '/',
      '`',
      '}}',
      '{{repl',
      'repl{{',
      '.',
      '\n---\n',
      '"',
      'x',
      ' ',
    ),
    fc.tuple(line, lineEnd).map((parts) => parts.join('')),
  ),
});

test('after any edits a file is as if it had been read anew', () => {
  fc.assert(
    fc.property(manifestText, fc.array(change, { minLength: 1, maxLength: 8 }), (start, changes) => {
      let file = ManifestFile.of(start);
      let text = start;
      for (const { from, length, text: inserted } of changes) {
        const at = from % (text.length + 1);
        const to = Math.min(text.length, at + length);
        const lines = new LineIndex(text);
        const range = lines.rangeOf({ start: at, end: to });
        const span = lines.spanOf(range);
        text = text.slice(0, span.start) + inserted + text.slice(span.end);
        // Look at the trees between edits, so that old ones could leak into new files.
        for (const { document } of file.documents) assert.ok(document.problems);
        file = file.edit([{ range, text: inserted }]);
      }
      const fresh = ManifestFile.of(text);
      assert.equal(file.text, text);
      assert.deepEqual(texts(file), texts(fresh));
      assert.deepEqual(
        file.documents.map(({ document, offset, line: at }) => [offset, at, fullDocument(document)]),
        fresh.documents.map(({ document, offset, line: at }) => [offset, at, fullDocument(document)]),
      );
    }),
    runs(400),
  );
});

test('several changes of one notification follow each other', () => {
  fc.assert(
    fc.property(manifestText, fc.array(change, { minLength: 2, maxLength: 4 }), (start, changes) => {
      const file = ManifestFile.of(start);
      const asPositions = changes.map(({ from, text }) => {
        const position: Position = { line: from % 9, character: from % 7 };
        return { range: { start: position, end: position }, text };
      });
      const together = file.edit(asPositions);
      const oneByOne = asPositions.reduce((f, c) => f.edit([c]), file);
      assert.equal(together.text, oneByOne.text);
      assert.deepEqual(texts(together), texts(ManifestFile.of(together.text)));
    }),
    runs(100),
  );
});

test('positions and offsets agree with those of the whole text', () => {
  fc.assert(
    fc.property(manifestText, fc.nat(400), fc.nat(30), fc.nat(30), (text, offset, at, character) => {
      const file = ManifestFile.of(text);
      const lines = new LineIndex(text);
      assert.equal(file.lineCount, lines.lineCount);
      assert.equal(file.length, text.length);
      assert.deepEqual(file.positionAt(offset), lines.positionAt(offset));
      assert.equal(file.offsetAt({ line: at, character }), lines.offsetAt({ line: at, character }));
      assert.equal(file.documents.map(({ document }) => document.text).join(''), text);
    }),
    runs(200),
  );
});
