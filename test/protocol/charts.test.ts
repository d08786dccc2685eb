import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chartArchive } from '../support/chart-archive.ts';
import { briefly, itemsOf, withClient } from './client.ts';
import { registry, release, withFolder } from './workspace.ts';

const helmChart = `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: web }
spec:
  chart: { name: web, chartVersion: 1.0.0 }
`;
const inChart = /^web\.tgz, web\/values\.yaml, image: Values of a v1beta2 HelmChart/;
const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

test('a packaged chart has its problems where it is named; it is read when it changes, and not at a key', {
  timeout: 60_000,
}, async () => {
  await withFolder({ ...release, 'web.yaml': helmChart }, async (folder) => {
    const archive = join(fileURLToPath(folder.uri), 'web.tgz');
    await writeFile(archive, chartArchive('web', `image: ${registry}/demo-apps/api:1.4.2\n`));
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('web.yaml');
      const problems = async () => {
        const items = itemsOf(await client.pull(uri)).filter(({ code }) => String(code).includes('v1beta2'));
        for (const { message } of items) assert.match(String(message), inChart);
        return briefly(items);
      };
      await client.open(uri, helmChart);
      assert.deepEqual(await problems(), ['private-image-in-v1beta2-chart 4:17-4:20']);
      await rm(archive);
      await client.edit(uri, 2, start, '# typed\n');
      assert.deepEqual(await problems(), ['private-image-in-v1beta2-chart 5:17-5:20']);
      await client.notify('workspace/didChangeWatchedFiles', {
        changes: [{ uri: folder.uriOf('web.tgz'), type: 3 }],
      });
      assert.deepEqual(await problems(), []);
    });
  });
});
