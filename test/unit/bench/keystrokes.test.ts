import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keystrokes } from '../../../bench/lib/keystrokes.ts';
import { deployments, hugePod } from '../../../bench/lib/manifests.ts';
import { ManifestFile } from '../../../server/src/core/manifest/file.ts';

test('what the bench types stays within a word of the text, and is deleted again', () => {
  for (const text of [deployments(3000), hugePod(20)]) {
    let file = ManifestFile.of(text);
    let backAgain = 0;
    for (const key of keystrokes(text)) {
      file = file.edit([key]);
      assert.ok(file.length - text.length <= 40, `${JSON.stringify(key)} adds more than a word`);
      if (file.text === text) backAgain++;
      if (backAgain === 20) break;
    }
    assert.equal(backAgain, 20);
  }
});

test('the texts of the bench have the size that the table says', () => {
  assert.ok(Math.abs(deployments(100_000).length - 100_000) < 1000);
  assert.equal(hugePod(50).match(/image:/g)?.length, 50);
});
