import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Answer,
  Knowledge,
  type NameList,
  type Question,
  type Verdict,
} from '../../../server/src/core/knowledge/knowledge.ts';
import { dueQuestions, isStale } from '../../../server/src/core/session/freshness.ts';

const asked = 1_700_000_000_000;
const image = { host: 'r.example.com', repository: 'a/b', tag: '1', digest: null };
const repository = { host: 'r.example.com', repository: 'a/b' };

const verdict = (said: Partial<Verdict>): Answer => ({
  kind: 'image',
  image,
  verdict: {
    status: 'exists',
    detail: null,
    digest: null,
    reason: '',
    checkedAt: asked,
    from: null,
    ...said,
  },
});
const tags = (list: Partial<NameList>): Answer => ({
  kind: 'tags',
  repository,
  list: { names: [], complete: true, checkedAt: asked, ...list },
});

/** How many seconds the answer holds, looked for to the millisecond. */
function lifetime(answer: Answer): number {
  for (let seconds = 0; seconds <= 600; seconds++) {
    if (!isStale(answer, asked + seconds * 1000)) continue;
    assert.equal(isStale(answer, asked + seconds * 1000 - 1), false);
    return seconds;
  }
  return Number.POSITIVE_INFINITY;
}

test('what exists holds for five minutes, what is absent for half a minute', () => {
  assert.equal(lifetime(verdict({ status: 'exists' })), 300);
  assert.equal(lifetime(verdict({ status: 'absent', detail: 'tag' })), 30);
});

test('what could not be found out is tried again after a minute', () => {
  for (const status of ['throttled', 'unreachable'] as const)
    assert.equal(lifetime(verdict({ status })), 60, status);
  assert.equal(lifetime(verdict({ status: 'unchecked', detail: 'no-credentials' })), 60);
  assert.equal(lifetime(verdict({ status: 'unchecked', detail: 'session-expired' })), 60);
});

test('a refusal holds for two minutes', () => {
  assert.equal(lifetime(verdict({ status: 'denied' })), 120);
});

test('what nobody was asked does not age', () => {
  const offline = verdict({ status: 'unchecked', detail: 'offline', checkedAt: null });
  assert.equal(lifetime(offline), Number.POSITIVE_INFINITY);
});

test('a list holds for five minutes, a failure to list for one', () => {
  assert.equal(lifetime(tags({ names: ['1'] })), 300);
  assert.equal(lifetime(tags({ names: [], complete: true })), 300);
  assert.equal(lifetime(tags({ names: ['1'], complete: false })), 300);
  assert.equal(lifetime(tags({ names: [], complete: false })), 60);
});

test('due is what was never answered, or too long ago', () => {
  const about: Question = { kind: 'image', image };
  const other: Question = { kind: 'image', image: { ...image, tag: '2' } };
  const knowledge = Knowledge.none.with([verdict({ status: 'absent' })]);
  assert.deepEqual(dueQuestions([about, other], knowledge, asked + 29_999), [other]);
  assert.deepEqual(dueQuestions([about, other], knowledge, asked + 30_000), [about, other]);
});
