import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../support/random.ts';
import { scribbledRelease } from '../support/scribbled-release.ts';

test('after hundreds of edits to all files of a release, its diagnostics are those of the texts as they are', async () => {
  for (const { pull, sample } of [
    { pull: true, sample: 'samples/labelled' },
    { pull: false, sample: 'samples/hello' },
  ]) {
    const release = await scribbledRelease({ sample, random: randomFrom(1), pull });
    try {
      assert.ok((await release.compare()) > 0, 'the sample has no problem to begin with');
      for (let edit = 1; edit <= 150; edit++) {
        await release.scribble();
        if (edit % 50 === 0) await release.compare();
      }
    } finally {
      await release.stop();
    }
  }
});
