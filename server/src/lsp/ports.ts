/** What the server needs of the machine that it runs on. */
export interface Ports {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `work` after so many milliseconds, unless the result is called before. */
  after(ms: number, work: () => void): () => void;
  /** Runs `work` when what is being done now, and the messages that are already here, have had their turn. */
  soon(work: () => void): void;
  readonly env: NodeJS.ProcessEnv;
}

export const machine: Ports = {
  now: Date.now,
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  soon: (work) => void setImmediate(work),
  env: process.env,
};
