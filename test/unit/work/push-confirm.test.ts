import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Confirmation, confirmPromotion } from '../../../server/src/cli/release/confirm.ts';
import { PushError } from '../../../server/src/work/push/model.ts';

const never = new AbortController().signal;
const plain: Confirmation = { channel: 'Unstable', isProtected: false, yes: false, confirm: null };
const guarded: Confirmation = { ...plain, channel: 'Stable', isProtected: true };

/** Whether it is promoted, and how often somebody was asked. @param answer null where nobody is there */
async function promotes(said: Confirmation, answer: string | null): Promise<[boolean, number]> {
  let asked = 0;
  const asking = {
    interactive: answer !== null,
    ask: async () => {
      asked++;
      return answer ?? '';
    },
  };
  try {
    await confirmPromotion(said, asking, never);
    return [true, asked];
  } catch (error) {
    assert.ok(error instanceof PushError && error.why === 'unconfirmed');
    assert.match(error.message, /Nothing was created, and nothing was promoted\.$/);
    return [false, asked];
  }
}

const cases: readonly (readonly [string, Confirmation, string | null, boolean, number])[] = [
  ['a yes', plain, 'y', true, 1],
  ['a long yes', plain, ' Yes ', true, 1],
  ['nothing but Enter', plain, '', false, 1],
  ['a no', plain, 'n', false, 1],
  ['anything else', plain, 'yesterday', false, 1],
  ['--yes', { ...plain, yes: true }, 'n', true, 0],
  ['nobody there', plain, null, false, 0],
  ['nobody there, and --yes', { ...plain, yes: true }, null, true, 0],
  ['a protected channel: its name', guarded, 'Stable', true, 1],
  ['a protected channel: a yes', guarded, 'y', false, 1],
  ['a protected channel: its name in small letters', guarded, 'stable', false, 1],
  ['a protected channel: --yes alone, and nobody there', { ...guarded, yes: true }, null, false, 0],
  ['a protected channel: --yes alone', { ...guarded, yes: true }, '', false, 1],
  ['a protected channel: --confirm with its name', { ...guarded, confirm: 'Stable' }, null, true, 0],
  ['a protected channel: --confirm with another', { ...guarded, confirm: 'Beta' }, 'Stable', false, 0],
];
describe('who promotes has said so', () => {
  for (const [name, said, answer, promoted, asked] of cases)
    test(name, async () => assert.deepEqual(await promotes(said, answer), [promoted, asked]));
});
