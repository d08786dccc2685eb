import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Step } from '../../../server/src/cli/guide/steps.ts';
import { take } from '../../../server/src/cli/guide/take.ts';

interface Played {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
  readonly ran: readonly string[];
}

/** Takes steps whose commands end with these codes, and says these answers. */
async function play(
  steps: readonly (Partial<Step> & { readonly title: string })[],
  {
    answers = null,
    codes = {},
  }: { readonly answers?: readonly string[] | null; readonly codes?: Readonly<Record<string, number>> } = {},
): Promise<Played> {
  const said: string[] = [];
  const complained: string[] = [];
  const ran: string[] = [];
  const left = [...(answers ?? [])];
  const code = await take(
    steps.map((step) => ({ why: 'Because.', command: [step.title], done: async () => null, ...step })),
    {
      asking:
        answers === null
          ? null
          : {
              async ask() {
                const answer = left.shift();
                assert.ok(answer !== undefined, 'asked more often than expected');
                return answer;
              },
            },
      async attempt(command) {
        ran.push(command.join(' '));
        return codes[command[0] ?? ''] ?? 0;
      },
      say: (text) => said.push(text),
      complain: (text) => complained.push(text),
      ending: 'The end.',
    },
    new AbortController().signal,
  );
  return { code, said: said.join('\n'), complained: complained.join('\n'), ran };
}

test('what is done is not done again, and nobody is asked about it', async () => {
  const { code, said, ran } = await play([{ title: 'a', done: async () => 'A is there.' }, { title: 'b' }], {
    answers: [''],
  });
  assert.deepEqual(ran, ['b']);
  assert.match(said, /✓ A is there\.\n.*✓ b\n\nAll of it is done\.\nThe end\.$/s);
  assert.equal(code, 0);
});

test('q stops, and nothing is said to be done', async () => {
  const { code, said, ran } = await play([{ title: 'a' }, { title: 'b' }], { answers: ['', ' Q '] });
  assert.deepEqual(ran, ['a']);
  assert.match(said, /Stopped\. The same command goes on from here\.$/);
  assert.equal(code, 0);
});

test('s skips a step, which is told at the end', async () => {
  const { said, ran } = await play([{ title: 'a' }, { title: 'b' }], { answers: ['s', ''] });
  assert.deepEqual(ran, ['b']);
  assert.match(said, /Done, but for step 1, a\. The same command comes to that again\.$/);
});

test('a step that fails ends it with its code', async () => {
  const { code, complained, ran } = await play([{ title: 'a' }, { title: 'b' }, { title: 'c' }], {
    codes: { b: 6 },
  });
  assert.deepEqual(ran, ['a', 'b']);
  assert.equal(code, 6);
  assert.match(complained, /Step 2 did not end well \(6\)\. When that is mended, the same command goes on/);
});

test('a step that is still not done after its command ended well ends it, with what to do', async () => {
  const { code, complained, ran } = await play([{ title: 'a', missed: 'Do it so.' }, { title: 'b' }]);
  assert.deepEqual(ran, ['a']);
  assert.match(complained, /✗ Do it so\.\n\nStep 1 did not end well/);
  assert.equal(code, 1);
  let there = false;
  const done = async () => (there ? 'There.' : null);
  const run = async () => {
    there = true;
    return 0;
  };
  assert.equal((await play([{ title: 'a', command: null, missed: 'Do it so.', done, run }])).code, 0);
});

test('what is left to somebody else is not ticked off, and is named where a later step fails', async () => {
  const steps = [{ title: 'a', command: null, run: async () => null }, { title: 'b' }];
  const fine = await play(steps);
  assert.doesNotMatch(fine.said, /✓ a/);
  assert.equal(fine.code, 0);
  const { complained } = await play(steps, { codes: { b: 3 } });
  assert.match(complained, /Step 2 did not end well \(3\)\. Not done before it: step 1, a\./);
});

test('a command is shown as a shell takes it', async () => {
  const { said } = await play([{ title: 'a', command: ['customer', 'create', "Acme's new"] }]);
  assert.match(said, /^\$ waybill customer create 'Acme'\\''s new'$/m);
});
