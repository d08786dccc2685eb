import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';

const told = (image: string) =>
  problemsOf(sessionOf({ 'web.yaml': pod(image) }).snapshot, 'web.yaml').map(({ problem }) => problem.rule);

for (const host of [ecr, 'public.ecr.aws', 'proxy.replicated.com'])
  test(`${host} alone is not taken for a public image that should move`, () => {
    assert.deepEqual(told(`${host}:1`), []);
  });

test('a name with a dot that is no registry is one', () => {
  assert.deepEqual(told('web.js:1'), ['public-image']);
});
