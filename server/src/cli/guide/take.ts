import { hasColours, painter } from '../format/text.ts';
import type { Asking } from '../release/confirm.ts';
import type { Step } from './steps.ts';

/** With what steps are taken. */
export interface Taking {
  /** Asked before each step; null takes every step. */
  readonly asking: Pick<Asking, 'ask'> | null;
  /** Runs a command of Waybill's. @returns its exit code */
  readonly attempt: (command: readonly string[]) => Promise<number>;
  readonly say: (text: string) => void;
  /** Says what went wrong. */
  readonly complain: (text: string) => void;
  /** Said when all of it is done; null for nothing more. */
  readonly ending: string | null;
}

/**
 * Takes each step that is not done, and looks whether it is done then; where one fails, it says how to go on.
 * @returns that step's exit code, or 0
 */
export async function take(
  steps: readonly Step[],
  { asking, attempt, say, complain, ending }: Taking,
  signal: AbortSignal,
): Promise<number> {
  const paint = painter(hasColours(process.stdout));
  const left: string[] = [];
  const skipped: string[] = [];
  for (const [i, step] of steps.entries()) {
    signal.throwIfAborted();
    say(`\n${paint('bold', `${i + 1} of ${steps.length}  ${step.title}`)}`);
    say(paint('gray', step.why));
    const fact = await step.done(signal);
    if (fact !== null) {
      say(`${paint('green', '✓')} ${fact}`);
      continue;
    }
    if (step.command !== null) say(`$ waybill ${step.command.map(quoted).join(' ')}`);
    if (asking !== null) {
      const answer = (await asking.ask('Enter to go on, s to skip, q to stop: ', signal))
        .trim()
        .toLowerCase();
      if (answer === 'q') {
        say('Stopped. The same command goes on from here.');
        return 0;
      }
      if (answer === 's') {
        skipped.push(`step ${i + 1}, ${step.title}`);
        continue;
      }
    }
    const ended = await (step.command === null ? (step.run?.(signal) ?? 0) : attempt(step.command));
    signal.throwIfAborted();
    if (ended === null) {
      left.push(`step ${i + 1}, ${step.title}`);
      say(`· Left to whoever installs it.`);
      continue;
    }
    const isMissed = ended === 0 && step.missed !== undefined && (await step.done(signal)) === null;
    if (isMissed) complain(`✗ ${step.missed}`);
    const code = isMissed ? 1 : ended;
    if (code !== 0) {
      const open = [...skipped, ...left];
      const before = open.length === 0 ? '' : ` Not done before it: ${open.join('; ')}.`;
      complain(
        `\nStep ${i + 1} did not end well (${code}).${before} When that is mended, the same command goes on from here.`,
      );
      return code;
    }
    say(`${paint('green', '✓')} ${step.title}`);
  }
  if (skipped.length > 0) {
    say(`\nDone, but for ${skipped.join('; ')}. The same command comes to that again.`);
    return 0;
  }
  say(`\n${paint('green', 'All of it is done.')}`);
  if (ending !== null) say(ending);
  return 0;
}

/** As a shell takes it. */
const quoted = (word: string): string =>
  /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
