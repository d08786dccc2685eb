import { LineIndex } from '../../server/src/core/text/lines.ts';
import type { Range } from '../../server/src/core/text/span.ts';

/** A change as an editor sends it; without a range the whole text. */
export interface Edit {
  readonly range?: Range;
  readonly text: string;
}

type Random = (limit: number) => number;

const keys = [...'abcx019 :-/.@"\'#{}[]&*!|>%,\n\t', '\r\n', '🚢', 'é'];
const snippets = [
  '---\n',
  '\n---\n',
  '...\n',
  '{{repl ConfigOption "a"}}',
  'repl{{ if true }}',
  '{{repl/*',
  '*/}}',
  '}}',
  '`',
  'image: nginx\n',
  '        - name: b\n          image: quay.io/acme/b:1\n',
  'apiVersion: kots.io/v1beta1\nkind: Application\nspec:\n  proxyRegistryDomain: p.example.com\n',
  'apiVersion: kots.io/v1beta2\nkind: HelmChart\nspec:\n  values:\n    image: nginx\n',
  '&a ',
  '*a',
  '|\n  ',
  '%YAML 1.2\n---\n',
  '\ufeff',
];

/**
 * Somebody who edits a text in every way: types on where they were, jumps, deletes, pastes, doubles lines, and now and
 * then takes all of it back. Never leaves half a surrogate pair, which no protocol could carry.
 */
export class Scribbler {
  #text: string;
  #at = 0;
  readonly #original: string;
  readonly #random: Random;

  constructor(text: string, random: Random) {
    this.#text = text;
    this.#original = text;
    this.#random = random;
  }

  /** The text after all edits so far, made without any of the code that is tested. */
  get text(): string {
    return this.#text;
  }

  edit(): Edit {
    const random = this.#random;
    const dice = random(200);
    if (dice < 8 || this.#text.length > this.#original.length * 2 + 4000) return this.#all(this.#original);
    if (dice === 8) return this.#all('');
    if (random(3) === 0) this.#at = random(this.#text.length + 1);
    if (dice < 120) return this.#replace(0, keys[random(keys.length)] as string);
    if (dice < 160) return this.#replace(1 + random(4), '');
    if (dice < 175) return this.#replace(0, snippets[random(snippets.length)] as string);
    if (dice < 185) return this.#replace(random(120), '');
    if (dice < 195) return this.#replace(0, this.#someLines());
    return this.#replace(random(40), snippets[random(snippets.length)] as string);
  }

  #all(text: string): Edit {
    this.#text = text;
    this.#at = 0;
    return { text };
  }

  #replace(length: number, text: string): Edit {
    const lines = new LineIndex(this.#text);
    const start = this.#place(lines, this.#at);
    const end = Math.max(start, this.#place(lines, this.#at + length));
    const range = lines.rangeOf({ start, end });
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
    this.#at = start + text.length;
    return { range, text };
  }

  /** The nearest offset before, or at, the given one that a position can name. */
  #place(lines: LineIndex, offset: number): number {
    const at = lines.offsetAt(lines.positionAt(offset));
    const before = this.#text.charCodeAt(at - 1);
    return before >= 0xd800 && before <= 0xdbff ? at - 1 : at;
  }

  #someLines(): string {
    const lines = this.#text.split('\n');
    const from = this.#random(lines.length);
    return `${lines.slice(from, from + 1 + this.#random(12)).join('\n')}\n`;
  }
}
