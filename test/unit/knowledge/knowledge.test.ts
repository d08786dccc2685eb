import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Answer,
  Knowledge,
  newerVerdict,
  type Verdict,
} from '../../../server/src/core/knowledge/knowledge.ts';

const verdict = (status: Verdict['status'], more: Partial<Verdict> = {}): Verdict => ({
  status,
  detail: null,
  digest: null,
  reason: `It is ${status}.`,
  checkedAt: 1000,
  from: 'Test registry',
  ...more,
});

const image = { host: 'quay.io', repository: 'acme/web', tag: '1', digest: null };
const answer = (said: Verdict): Answer => ({ kind: 'image', image, verdict: said });

const troubles: readonly Verdict[] = [
  verdict('throttled', { checkedAt: 2000 }),
  verdict('unreachable', { checkedAt: 2000 }),
  verdict('unchecked', { detail: 'session-expired', checkedAt: null }),
  verdict('unchecked', { detail: 'no-credentials', checkedAt: null }),
  verdict('unchecked', { detail: 'offline', checkedAt: null }),
];

for (const before of [verdict('exists'), verdict('absent', { detail: 'tag' })])
  for (const after of troubles)
    test(`${before.status} stays when it is ${after.detail ?? after.status} later, and says why and since when`, () => {
      const kept = newerVerdict(before, after);
      assert.equal(kept.status, before.status);
      assert.equal(kept.checkedAt, 1000);
      assert.deepEqual(kept.trouble, {
        status: after.status,
        detail: after.detail,
        reason: after.reason,
        at: after.checkedAt,
      });
    });

test('what a registry says itself replaces what it said before', () => {
  const exists = verdict('exists');
  for (const after of [
    verdict('absent', { detail: 'tag' }),
    verdict('denied'),
    verdict('unchecked', { detail: 'not-cached-yet' }),
    verdict('unchecked', { detail: 'account-not-registered', checkedAt: null }),
  ])
    assert.equal(newerVerdict(exists, after), after);
});

test('what was never proven is not kept', () => {
  const after = verdict('unreachable');
  assert.equal(newerVerdict(verdict('denied'), after), after);
  assert.equal(newerVerdict(null, after), after);
});

test('a trouble is gone with the next proof, and a second one replaces the first', () => {
  let known = Knowledge.none.with([answer(verdict('exists'))]);
  known = known.with([answer(verdict('throttled', { checkedAt: 2000 }))]);
  known = known.with([answer(verdict('unreachable', { checkedAt: 3000 }))]);
  assert.equal(known.verdict(image)?.trouble?.status, 'unreachable');
  assert.equal(known.verdict(image)?.checkedAt, 1000);
  known = known.with([answer(verdict('exists', { checkedAt: 4000 }))]);
  assert.equal(known.verdict(image)?.trouble, undefined);
  assert.equal(known.verdict(image)?.checkedAt, 4000);
});

const other = { ...image, repository: 'acme/api' };
const start = (): Knowledge => Knowledge.none.with([answer(verdict('exists'))]);

test('an answer about an image is news for its repository, and for no other', () => {
  const first = start();
  const later = first.with([{ kind: 'image', image: { ...other, tag: '2' }, verdict: verdict('absent') }]);
  assert.equal(later.saysTheSame(first, [image, null]), true);
  assert.equal(later.saysTheSame(first, [image, other]), false);
});

test('a list of repositories is news for every image of its host', () => {
  const first = start();
  const list = { names: [], complete: true, checkedAt: 1000 };
  const later = first.with([{ kind: 'repositories', host: 'quay.io', list }]);
  assert.equal(later.saysTheSame(first, [image]), false);
  assert.equal(later.saysTheSame(first, [{ ...image, host: 'ghcr.io' }]), true);
});

test('what was forgotten, and states that do not follow each other, are never taken for the same', () => {
  const first = start();
  assert.equal(first.without(() => true).saysTheSame(first, [image]), false);
  const [left, right] = [first.with([answer(verdict('absent'))]), first.with([answer(verdict('denied'))])];
  assert.equal(right.saysTheSame(left, [image]), false);
  assert.equal(left.saysTheSame(right, [image]), false);
  assert.equal(first.saysTheSame(left, [image]), false);
});
