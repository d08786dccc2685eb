import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEdits, minimalEdit } from '../../server/src/core/text/edit.ts';
import { LineIndex } from '../../server/src/core/text/lines.ts';
import type { Span } from '../../server/src/core/text/span.ts';
import { SpanSet } from '../../server/src/core/text/span-set.ts';

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

test('a set of spans finds clashes as comparing with each one does', () => {
  const spans = fc.array(
    fc.tuple(fc.nat(60), fc.nat(4)).map(([start, length]) => ({ start, end: start + length })),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(spans, (tried) => {
      const set = new SpanSet();
      const kept: Span[] = [];
      for (const one of tried) {
        const clash = kept.some(
          (other) =>
            (other.start < one.end && one.start < other.end) ||
            (other.start === one.start && other.end === one.end),
        );
        if (clash) assert.ok(set.clashes(one));
        if (set.clashes(one)) continue;
        kept.push(one);
        set.add(one);
      }
      assert.ok(
        kept.every((one, i) =>
          kept.every((other, j) => i === j || one.end <= other.start || other.end <= one.start),
        ),
      );
    }),
  );
});
