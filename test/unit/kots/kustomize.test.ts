import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generatedRelease } from '../../support/generated-release.ts';
import {
  differenceOf,
  kustomizeVersion,
  releaseFolders,
  releaseIn,
  seededLayers,
} from '../../support/kustomize.ts';
import { shared } from '../../support/paths.ts';

/** Our rendered/ beside what the real kustomize builds of the same overlays. */
const absent = kustomizeVersion() === null ? 'no kustomize in WAYBILL_KUSTOMIZE or on the PATH' : false;

const seeds = Number(process.env.WAYBILL_SEEDS ?? 200);

test(`kustomize builds the same from ${seeds} generated releases`, { skip: absent }, () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const layers = seededLayers(generatedRelease(seed), seed);
    const difference = differenceOf(layers);
    if (difference !== null) wrong.push(`seed ${seed}: ${difference}`);
  }
  assert.deepEqual(wrong, []);
});

test('kustomize builds the same where objects patch each other', { skip: absent }, () => {
  const wrong: string[] = [];
  for (let seed = 1001; seed <= 1000 + seeds / 2; seed++) {
    const difference = differenceOf(seededLayers(generatedRelease(seed, true), seed));
    if (difference !== null) wrong.push(`seed ${seed}: ${difference}`);
  }
  assert.deepEqual(wrong, []);
});

const corpus = shared === null ? null : join(shared, 'corpus');

test('kustomize builds the same from every release of the corpus', {
  skip: absent || !existsSync(corpus ?? ''),
}, () => {
  const wrong: string[] = [];
  let compared = 0;
  for (const folder of releaseFolders(corpus as string)) {
    const layers = seededLayers(releaseIn(folder), 1);
    compared += [...layers.files.keys()].filter((path) => path.startsWith('rendered/')).length;
    const difference = differenceOf(layers);
    if (difference !== null) wrong.push(`${folder.slice((corpus as string).length + 1)}: ${difference}`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(compared > 60, `${compared} objects`);
});
