import { LineIndex } from '../../server/src/core/text/lines.ts';
import type { Range } from '../../server/src/core/text/span.ts';

/** A text with `«…»` around the parts that something is expected of: the text without the marks, and where they were. */
export function unmark(marked: string): {
  text: string;
  ranges: Range[];
  spans: { start: number; end: number }[];
} {
  let text = '';
  const spans: { start: number; end: number }[] = [];
  let open = -1;
  for (const unit of marked) {
    if (unit === '«') open = text.length;
    else if (unit === '»') spans.push({ start: open, end: text.length });
    else text += unit;
  }
  const lines = new LineIndex(text);
  return { text, spans, ranges: spans.map((span) => lines.rangeOf(span)) };
}
