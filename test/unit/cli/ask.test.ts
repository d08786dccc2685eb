import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { interruptible } from '../../../server/src/cli/portal.ts';
import { askOn } from '../../../server/src/cli/release/confirm.ts';

/** Asks, types that once the question stands there, and says what came of it. */
async function typed(keys: string): Promise<{ readonly code: number; readonly answer: string | null }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  let isTyped = false;
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    if (isTyped || !shown.includes('Go on?')) return;
    isTyped = true;
    // Once whoever writes the question has set out to read.
    setImmediate(() => input.write(keys));
  });
  let answer: string | null = null;
  const code = await interruptible(
    async (signal) => {
      answer = await askOn({ input, output, terminal: true }, 'Go on? ', signal);
      return 0;
    },
    () => 'Interrupted.',
  );
  return { code, answer };
}

test('a line is the answer', async () => {
  assert.deepEqual(await typed('yes\n'), { code: 0, answer: 'yes' });
});

test('Ctrl+C and Ctrl+D at a question interrupt, as they do elsewhere', async () => {
  for (const key of ['\x03', '\x04']) assert.deepEqual(await typed(key), { code: 130, answer: null });
});
