import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayHoldMore } from '../../../server/src/core/manifest/may-hold-more.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';

/** Whether the map under the document's first key may hold more than is seen. */
function open(text: string): boolean {
  const document = parseDocument(text);
  assert.ok(document.root?.kind === 'map');
  const value = document.root.entries[0]?.value;
  assert.ok(value?.kind === 'map');
  return mayHoldMore(document, value);
}

test('a template on a line of its own may write entries of the map around it or before it', () => {
  assert.ok(open('a:\n  b: 1\n  {{repl ConfigOption "x" | nindent 2 }}\n  c: 1\n'));
  assert.ok(open('a:\n  b: 1\n\n  # note\n  {{repl ConfigOption "x" | nindent 2 }}\n'));
  assert.ok(open('a:\n  b: 1\n{{repl ConfigOption "x" | indent 2 }}\nc: 1\n'));
  assert.ok(open('a:\n  b: 1\n  {{repl if A }}\n  {{repl ConfigOption "x" }}\n  {{repl end }}\n'));
});

test('templates in values, control actions and what belongs elsewhere write none', () => {
  assert.ok(!open('a:\n  b: 1\n'));
  assert.ok(!open('a:\n  b: "{{repl B }}"\n  repl{{ D }}: 1\n'));
  assert.ok(!open('a:\n  {{repl if A }}\n  b: 1\n  {{repl end }}\n'));
  assert.ok(!open('a:\n  b: 1\nc:\n  {{repl ConfigOption "x" | nindent 2 }}\n'));
});
