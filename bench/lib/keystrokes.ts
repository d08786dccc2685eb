import { LineIndex } from '../../server/src/core/text/lines.ts';
import type { Position, Range } from '../../server/src/core/text/span.ts';
import { randomFrom } from '../../test/support/random.ts';

/** One key: a change as an editor sends it. */
export interface Keystroke {
  readonly range: Range;
  readonly text: string;
}

/** What is typed at the end of which line. A new line gets the indentation of the key on the line before. */
const typed = [
  { at: /^ +image: .*[^'\n]$/gm, text: '-rc1' },
  { at: /^ +(?:app.kubernetes.io\/name|name): .*$/gm, text: '-blue' },
  { at: /^ +image: .*$/gm, text: '\ncommand: [serve]' },
  { at: /^(?: +# | +- name: ).*$/gm, text: ' # note' },
];

/**
 * Keys that a person might hit, all over the text: a word at the end of an image, of a name, a new line, a comment,
 * each typed key by key and deleted key by key, so that the text is the first one again every `typed × 2` keys or so.
 * A new line comes with its indentation, as editors do it, and goes with it.
 */
export function* keystrokes(text: string): Generator<Keystroke> {
  const lines = new LineIndex(text);
  const places = typed.map(({ at, text: word }) => ({
    word,
    ends: [...text.matchAll(at)].map((match) => ({
      at: lines.positionAt(match.index + match[0].length),
      indent: match[0].search(/[^ ]/),
    })),
  }));
  const random = randomFrom(3);
  for (;;)
    for (const { word, ends } of places) {
      const end = ends[random(ends.length)];
      if (end !== undefined) yield* typeAndDelete(end.at, word.replace('\n', `\n${' '.repeat(end.indent)}`));
    }
}

function* typeAndDelete(at: Position, word: string): Generator<Keystroke> {
  const keys = word.match(/\n *|./g) ?? [];
  const undo: Keystroke[] = [];
  let place = at;
  for (const key of keys) {
    const behind = key.startsWith('\n')
      ? { line: place.line + 1, character: key.length - 1 }
      : { line: place.line, character: place.character + key.length };
    yield { range: { start: place, end: place }, text: key };
    undo.unshift({ range: { start: place, end: behind }, text: '' });
    place = behind;
  }
  yield* undo;
}
