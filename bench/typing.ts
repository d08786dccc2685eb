import type { ServerCommand } from './lib/client.ts';
import { type Spread, spreadOf } from './lib/figures.ts';
import { residentBytes } from './lib/memory.ts';
import { type Typist, typist } from './lib/typist.ts';

/** One server of a case: how it is started, and how many keys are counted and hit before that. */
export interface Contestant {
  readonly name: string;
  readonly command: ServerCommand;
  readonly keys: number;
  readonly warmUp: number;
  /** Milliseconds that it waits on purpose after each key; taken off. */
  readonly delay: number;
}

export interface Typed {
  readonly name: string;
  /** Keystroke to diagnostics, in milliseconds. */
  readonly key: Spread;
  /** The first key after opening, in milliseconds. */
  readonly firstKey: number;
  /** Opening to the first diagnostics, in milliseconds. */
  readonly open: number;
  /** Problems that it shows in the text. */
  readonly problems: number;
  /** Resident bytes after opening, and after all keys. */
  readonly memory: { readonly opened: number | null; readonly typed: number | null };
}

/**
 * Lets all contestants type in the same text, each in a server process of its own, one after the other with every few
 * keys, so that whatever else the machine does meets all of them alike. Only one of them is ever busy.
 */
export async function typing(text: string, contestants: readonly Contestant[]): Promise<Typed[]> {
  const seats: { contestant: Contestant; typist: Typist; times: number[]; opened: number | null }[] = [];
  try {
    for (const contestant of contestants) {
      const seat = { contestant, typist: await typist(contestant.command, text), times: [], opened: null };
      seats.push(seat);
    }
    // Servers may tidy up after opening.
    await pause(500);
    for (const seat of seats) seat.opened = residentBytes(seat.typist.client.process.pid ?? 0);
    const totals = seats.map(({ contestant }) => contestant.keys + contestant.warmUp);
    const rounds = Math.min(...totals);
    for (let round = 1; round <= rounds; round++)
      for (const [i, seat] of seats.entries()) {
        const due = Math.round(((totals[i] as number) * round) / rounds);
        while (seat.times.length < due) seat.times.push(await seat.typist.key());
      }
    return seats.map(({ contestant: { name, delay, warmUp }, typist: at, times, opened }) => ({
      name,
      key: spreadOf(times.slice(warmUp).map((time) => time - delay)),
      firstKey: (times[0] as number) - delay,
      open: at.opened - delay,
      problems: at.problems(),
      memory: { opened, typed: residentBytes(at.client.process.pid ?? 0) },
    }));
  } finally {
    for (const seat of seats) await seat.typist.stop();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
