import { writeFileSync } from 'node:fs';
import { patience } from './patience.ts';

/** A very small test runner: VS Code's extension host has no room for node's own. */
interface Test {
  readonly name: string;
  readonly body: () => Promise<void>;
}

const tests: Test[] = [];

/** Declares a test. They run one after another, in the order of their declaration. */
export function test(name: string, body: () => Promise<void>): void {
  tests.push({ name, body });
}

/** How long one test may take, in milliseconds: longer than the waits in it, which can say what they waited for. */
const limit = 2 * patience + 5000;

/**
 * VS Code calls this. Writes `[{name, error}]` (error null where it passed) to the file that WAYBILL_EDITOR_RESULTS
 * names, and throws if any test failed, which makes VS Code exit with 1.
 */
export async function run(): Promise<void> {
  const file = process.env.WAYBILL_EDITOR_RESULTS;
  const results: { name: string; error: string | null }[] = [];
  for (const { name, body } of tests) {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done within ${limit / 1000} s`)), limit);
    });
    let error: string | null = null;
    try {
      await Promise.race([body(), tooLong]);
    } catch (thrown) {
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    clearTimeout(timer);
    results.push({ name, error });
    // After every test, so that a run that is cut short still tells what it did.
    if (file !== undefined) writeFileSync(file, JSON.stringify(results));
  }
  const failed = results.filter(({ error }) => error !== null).length;
  if (failed > 0) throw new Error(`${failed} of ${results.length} editor tests failed`);
}
