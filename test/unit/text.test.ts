import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEdits, minimalEdit } from '../../server/src/core/text/edit.ts';
import { LineIndex } from '../../server/src/core/text/lines.ts';

test('lines end at LF, CRLF and lone CR', () => {
  const lines = new LineIndex('a\nb\r\nc\rd');
  assert.deepEqual(lines.positionAt(2), { line: 1, character: 0 });
  assert.deepEqual(lines.positionAt(5), { line: 2, character: 0 });
  assert.deepEqual(lines.positionAt(7), { line: 3, character: 0 });
  assert.equal(lines.lineCount, 4);
});

test('a character past its line means the end of that line', () => {
  const lines = new LineIndex('ab\r\ncd');
  assert.equal(lines.offsetAt({ line: 0, character: 99 }), 2);
  assert.equal(lines.offsetAt({ line: 9, character: 0 }), 6);
});

test('every offset that starts no half of a line end survives the round trip', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '\r', '😀', ' ')), fc.nat(), (parts, n) => {
      const text = parts.join('');
      const offset = text.length === 0 ? 0 : n % (text.length + 1);
      fc.pre(!(text[offset - 1] === '\r' && text[offset] === '\n'));
      const lines = new LineIndex(text);
      assert.equal(lines.offsetAt(lines.positionAt(offset)), offset);
    }),
  );
});

test('a minimal edit makes the new text and keeps surrogate pairs whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
      const edit = minimalEdit(before, after, 0);
      if (edit === null) return assert.equal(before, after);
      assert.equal(applyEdits(before, [edit]), after);
      const high = before.charCodeAt(edit.span.start - 1);
      assert.ok(!(high >= 0xd800 && high <= 0xdbff), 'no pair is cut');
    }),
  );
});
