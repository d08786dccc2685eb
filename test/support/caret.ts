import { LineIndex } from '../../server/src/core/text/lines.ts';
import type { Position } from '../../server/src/core/text/span.ts';

/**
 * A text with `|` where the caret is: the text without it, and the caret's position. The first `|` counts. Texts with
 * pipes of their own say which other mark it is.
 */
export function uncaret(marked: string, mark = '|'): { text: string; position: Position } {
  const at = marked.indexOf(mark);
  if (at < 0) throw new Error('The text has no caret.');
  const text = marked.slice(0, at) + marked.slice(at + mark.length);
  return { text, position: new LineIndex(text).positionAt(at) };
}
