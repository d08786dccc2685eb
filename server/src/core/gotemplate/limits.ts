/** What an execution may cost at most, so that a hostile template ends with an error that says why. */
export interface Limits {
  /** Templates within templates. Go allows 100,000, on a stack that grows. */
  readonly depth: number;
  /** Nodes walked and loops gone through. */
  readonly steps: number;
  /** UTF-16 units of output. */
  readonly output: number;
  /** Units of text and elements that functions make. */
  readonly work: number;
}

export const defaultLimits: Limits = {
  depth: 400,
  steps: 5_000_000,
  output: 16 * 1024 * 1024,
  work: 64 * 1024 * 1024,
};

/** How deep blocks, parentheses and templates may be nested in all when they are executed. */
export const maxNesting = 1000;

export type LimitCode = 'depth' | 'steps' | 'output' | 'work' | 'nesting';
