import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearest, nearestTags } from '../../../server/src/core/image/distance.ts';
import { runs } from '../../support/vectors.ts';

/** The textbook's table, without the cap. */
function plain(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => d[i]?.[j] ?? Number.NaN;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(i - 2, j - 2) + 1);
      (d[i] as number[])[j] = cost;
    }
  return at(a.length, b.length);
}

test('the capped distance is the plain one, up to its cap', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 });
  fc.assert(
    fc.property(word, word, fc.nat({ max: 5 }), (a, b, cap) => {
      assert.equal(editDistance(a, b, cap), Math.min(plain(a, b), cap + 1));
    }),
    runs(1000),
  );
});

test('misspelt names find what was meant, and nothing far off', () => {
  assert.deepEqual(nearest('ngnix', ['redis', 'nginx', 'nginx-unprivileged', 'ngnix'], 3), ['nginx']);
  assert.deepEqual(nearest('demo-app/nginx', ['demo-apps/nginx', 'demo-apps/redis', 'x'], 1), [
    'demo-apps/nginx',
  ]);
  assert.deepEqual(nearest('postgres', ['redis', 'nginx'], 3), []);
});

test('tags find slips first, then the nearest version of the same variant', () => {
  const tags = ['latest', '1.26.0', '1.27.0', '1.27.4', '1.27.4-alpine', '2.0.0', 'stable'];
  assert.deepEqual(nearestTags('latset', tags, 1), ['latest']);
  assert.equal(nearestTags('1.27.9', tags, 5)[0], '1.27.4');
  assert.equal(nearestTags('1.27.30-alpine', tags, 5)[0], '1.27.4-alpine');
  assert.deepEqual(nearestTags('sha-0123456', tags, 3), []);
});
