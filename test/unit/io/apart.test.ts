import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Question } from '../../../server/src/core/knowledge/knowledge.ts';
import { createApart } from '../../../server/src/io/apart/thread.ts';

const image = (tag: string): Question => ({
  kind: 'image',
  image: { host: 'quay.io', repository: 'acme/web', tag, digest: null },
});

/** An asking thread made of this code, with what it said. */
function threadOf(code: string) {
  const lines: string[] = [];
  const apart = createApart({
    script: new URL(`data:text/javascript,${encodeURIComponent(code)}`),
    start: { cacheFolder: null, mayStartPrograms: false },
    state: () => ({ accounts: [], network: 'on', profiles: {} }),
    isUrgent: () => false,
    confirmAccount: null,
    now: () => 7,
    log: (line) => lines.push(line),
  });
  const ask = async (question: Question, signal = new AbortController().signal): Promise<string[]> => {
    const answers: Answer[] = [];
    await apart.asker.ask([question], signal, (some) => answers.push(...some));
    return answers.map((answer) =>
      answer.kind === 'image' ? `${answer.verdict.status}: ${answer.verdict.reason}` : answer.kind,
    );
  };
  return { apart, ask, lines };
}

test('a thread that dies leaves its questions unanswered, says why, and the next question starts another', async () => {
  const { ask, lines } = threadOf(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', () => { throw new Error('out of luck'); });
  `);
  for (const tag of ['1', '2'])
    assert.deepEqual(await ask(image(tag)), ['unchecked: Waybill could not ask: out of luck']);
  assert.equal(lines.filter((line) => line.includes('out of luck')).length, 2);
});

test('whoever gives up gets no more answers, and others are not disturbed', async () => {
  const { ask } = threadOf(`
    import { parentPort } from 'node:worker_threads';
    const verdict = { status: 'exists', detail: null, digest: null, reason: 'there', checkedAt: 1, from: null };
    let first;
    parentPort.on('message', (order) => {
      if (order.kind === 'abort') {
        // Too late for the one that was given up; in time for the other.
        for (const { id, questions } of first) {
          parentPort.postMessage({ kind: 'answers', id, answers: questions.map((question) => ({ ...question, verdict })) });
          parentPort.postMessage({ kind: 'done', id });
        }
      }
      if (order.kind === 'ask') first = [...(first ?? []), order];
    });
  `);
  const given = new AbortController();
  const givenUp = ask(image('1'), given.signal);
  const other = ask(image('2'));
  given.abort();
  assert.deepEqual(await givenUp, []);
  assert.deepEqual(await other, ['exists: there']);
});
