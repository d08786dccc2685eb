import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from '../../sandbox/src/index.ts';
import { chartArchive } from '../support/chart-archive.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { check } from './support/cli.ts';
import { config, ecr } from './support/release.ts';

const helmChart = (more = '') => `apiVersion: kots.io/v1beta1
kind: HelmChart
metadata: { name: web }
spec:
  chart: { name: web, chartVersion: 1.0.0 }
${more}`;
const values = (tag: string) => `image:\n  repository: ${ecr}/demo-apps/api\n  tag: ${tag}\n`;

test('images in the values of a packaged chart and of a folder are asked about', async () => {
  const sandbox = await startSandbox();
  try {
    const folder = folderWith({
      '.waybill.yaml': config,
      'web.yaml': helmChart(),
      'web-1.0.0.tgz': chartArchive('web', values('9.9.9')),
      'api.yaml': helmChart('  values: { image: { tag: 1.4.2 } }\n').replaceAll('web', 'api'),
      'charts/api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.0.0\n',
      'charts/api/values.yaml': values('8.8.8'),
    });
    const { report, code } = await check([folder], { env: sandbox.env });
    assert.equal(code, 1);
    assert.deepEqual(
      report.images.map(({ file, field, inside, verdict }) => [file, inside?.archive, field, verdict.status]),
      [
        ['api.yaml', undefined, 'spec.values.image.repository', 'exists'],
        ['web.yaml', 'web-1.0.0.tgz', 'image.repository', 'absent'],
      ],
    );
    const [problem] = report.problems;
    assert.deepEqual([problem?.rule, problem?.file, problem?.fixes], ['tag-not-found', 'web.yaml', []]);
    assert.match(
      problem?.message ?? '',
      /^web-1\.0\.0\.tgz, web\/values\.yaml, image\.repository: .*9\.9\.9/,
    );
  } finally {
    await sandbox.close();
  }
});

test('an archive that cannot be read is named', async () => {
  const folder = folderWith({ 'web.yaml': helmChart(), 'web-1.0.0.tgz': 'text' });
  const { stderr } = await check([folder, '--offline']);
  assert.match(stderr, /web-1\.0\.0\.tgz is no gzip archive/);
});
