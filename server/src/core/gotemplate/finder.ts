/**
 * Finds the next place of a word, remembering the last answer: asking at rising offsets costs linear time in all.
 */
export class Finder {
  readonly #text: string;
  readonly #word: string;
  #from = 0;
  #hit = -2;

  constructor(text: string, word: string) {
    this.#text = text;
    this.#word = word;
  }

  next(from: number): number {
    const known = this.#hit !== -2 && from >= this.#from && (this.#hit === -1 || from <= this.#hit);
    if (!known) {
      this.#hit = this.#text.indexOf(this.#word, from);
      this.#from = from;
    }
    return this.#hit;
  }
}
