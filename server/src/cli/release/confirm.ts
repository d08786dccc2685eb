import { createInterface, type ReadLineOptions } from 'node:readline/promises';
import { PushError } from '../../work/push/model.ts';

/** How a person says that something is to be done. */
export interface Asking {
  /** Whether somebody is there to be asked. */
  readonly interactive: boolean;
  ask(question: string, signal: AbortSignal): Promise<string>;
}

export const onTerminal = (): Asking => ({
  interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  ask: (question, signal) =>
    askOn({ input: process.stdin, output: process.stderr, terminal: process.stdin.isTTY }, question, signal),
});

/** Asks on a terminal. Ctrl+C, which is no signal while a line is read, and Ctrl+D interrupt the process as one would. */
export async function askOn(
  terminal: ReadLineOptions,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  const lines = createInterface(terminal);
  try {
    return await lines.question(question, { signal });
  } catch (error) {
    if (!signal.aborted && (error as NodeJS.ErrnoException).code === 'ABORT_ERR') process.emit('SIGINT');
    throw error;
  } finally {
    lines.close();
  }
}

export interface Confirmation {
  readonly channel: string;
  /** Whether the channel's name must be typed. */
  readonly isProtected: boolean;
  /** What the command line says: --yes, and the name given with --confirm. */
  readonly yes: boolean;
  readonly confirm: string | null;
}

/**
 * Makes sure that a promotion is meant. A protected channel's name must be typed, or given with --confirm; for others a
 * yes is enough.
 * @throws PushError `unconfirmed`
 */
export async function confirmPromotion(
  { channel, isProtected, yes, confirm }: Confirmation,
  asking: Asking,
  signal: AbortSignal,
): Promise<void> {
  const unconfirmed = (why: string): PushError =>
    new PushError('unconfirmed', `${why} Nothing was created, and nothing was promoted.`);
  if (isProtected) {
    if (confirm === channel) return;
    if (confirm !== null)
      throw unconfirmed(`--confirm is "${confirm}", and the protected channel is ${channel}.`);
    if (!asking.interactive)
      throw unconfirmed(
        `The channel ${channel} is protected (protectedChannels in .waybill.yaml): add --confirm ${channel} to promote to it.`,
      );
    const typed = await asking.ask(`${channel} is a protected channel. Type its name to promote: `, signal);
    if (typed.trim() !== channel) throw unconfirmed(`"${typed.trim()}" is not ${channel}.`);
    return;
  }
  if (yes || confirm === channel) return;
  if (!asking.interactive)
    throw unconfirmed(`Promoting to ${channel} was not confirmed: nobody can be asked here. Add --yes.`);
  const answer = await asking.ask(`Promote to ${channel}? [y/N] `, signal);
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw unconfirmed('It was not confirmed.');
}
