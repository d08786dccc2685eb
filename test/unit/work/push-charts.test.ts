import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packArchive, unpackArchive } from '../../../server/src/work/push/charts/archive.ts';
import { packageChart } from '../../../server/src/work/push/charts/chart.ts';
import { contentDigest } from '../../../server/src/work/push/content.ts';
import { findProgram } from '../../contract/support/peers.ts';
import { folderWith } from '../io/support/temp.ts';

const chartYaml = (name: string, version = '1.0.0', more = ''): string =>
  `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more}`;
const web = {
  'web/Chart.yaml': chartYaml('web'),
  'web/values.yaml': 'image: nginx:1\n',
  'web/templates/web.yaml': 'kind: Deployment\n',
  'web/templates/.web.yaml.swp': 'x',
  'web/.helmignore': '.helmignore\n*.md\n/ci/\n',
  'web/README.md': '# web\n',
  'web/ci/values.yaml': 'a: 1\n',
  'web/files/logo.txt': 'logo\n',
};
const packaged = (files: Readonly<Record<string, string>>, folder = 'web') => {
  const root = realpathSync(folderWith(files));
  return packageChart(join(root, folder), folder, root);
};
const pathsIn = (bytes: Buffer): string[] => unpackArchive(bytes, 'it').map(({ path }) => path);

test('a chart is laid out as Helm lays it out, without what .helmignore names', async () => {
  const { path, bytes, from } = await packaged(web);
  assert.deepEqual([path, from], ['web-1.0.0.tgz', 'web']);
  assert.deepEqual(pathsIn(bytes), [
    'web/Chart.yaml',
    'web/values.yaml',
    'web/files/logo.txt',
    'web/templates/web.yaml',
  ]);
  const values = unpackArchive(bytes, 'it').find((file) => file.path === 'web/values.yaml');
  assert.equal(values?.bytes.toString(), 'image: nginx:1\n');
});

const noTar = ['tar', 'gzip'].every((name) => findProgram(name) !== null)
  ? false
  : 'tar and gzip are not installed';

test('the same folder gives the same bytes', async () => {
  const [first, second] = [await packaged(web), await packaged(web)];
  assert.ok(first.bytes.equals(second.bytes));
});

test('tar reads what is packaged', { skip: noTar }, async () => {
  const first = await packaged(web);
  const folder = folderWith({ 'nothing.txt': '' });
  writeFileSync(join(folder, 'web.tgz'), first.bytes);
  const listed = execFileSync('tar', ['-tzf', 'web.tgz'], { cwd: folder, encoding: 'utf8' });
  assert.deepEqual(listed.trim().split('\n'), pathsIn(first.bytes));
});

const odd = [
  'é'.repeat(60),
  'a'.repeat(150),
  `${'d'.repeat(90)}/${'e'.repeat(90)}`,
  `${'f/'.repeat(60)}g`,
].map((path) => ({ path: `c/${path}`, bytes: Buffer.from(path) }));

test('names of any length and script survive', () =>
  assert.deepEqual(unpackArchive(packArchive(odd), 'it'), odd));

test('names of any length and script are read by tar, too', { skip: noTar }, () => {
  const folder = folderWith({ 'nothing.txt': '' });
  writeFileSync(join(folder, 'c.tgz'), packArchive(odd));
  execFileSync('tar', ['-xzf', 'c.tgz'], { cwd: folder });
  for (const { path, bytes } of odd) assert.deepEqual(readFileSync(join(folder, path)), bytes);
});

describe('dependencies', () => {
  const needing = (repository: string) =>
    chartYaml(
      'app',
      '2.0.0',
      `dependencies:\n  - name: web\n    version: 1.0.0\n    repository: ${repository}\n`,
    );
  test('in charts/, as folders and packaged, come unpacked', async () => {
    const archive = await packaged(web);
    const root = realpathSync(
      folderWith({
        'app/Chart.yaml': needing('https://charts.example'),
        'app/charts/db/Chart.yaml': chartYaml('db'),
        'app/charts/db/templates/db.yaml': 'kind: StatefulSet\n',
        'app/charts/_old/Chart.yaml': chartYaml('old'),
        'app/charts/README.md': 'x',
      }),
    );
    writeFileSync(join(root, 'app/charts/web-1.0.0.tgz'), archive.bytes);
    const { bytes } = await packageChart(join(root, 'app'), 'app', root);
    assert.deepEqual(pathsIn(bytes), [
      'app/Chart.yaml',
      'app/charts/db/Chart.yaml',
      'app/charts/db/templates/db.yaml',
      'app/charts/web/Chart.yaml',
      'app/charts/web/files/logo.txt',
      'app/charts/web/templates/web.yaml',
      'app/charts/web/values.yaml',
    ]);
  });
  test('a folder of this machine is packaged too', async () => {
    const { bytes } = await packaged({ ...web, 'app/Chart.yaml': needing('file://../web') }, 'app');
    assert.ok(pathsIn(bytes).includes('app/charts/web/templates/web.yaml'));
  });
  test('one that was not fetched is named, with what to do', async () => {
    await assert.rejects(
      packaged({ 'app/Chart.yaml': needing('https://charts.example') }, 'app'),
      /The chart in app names the dependency web, and charts\/ does not have it. Run `helm dependency update app`/,
    );
  });
  test('a circle ends', async () => {
    const self = chartYaml('app', '1.0.0', 'dependencies: [{ name: other, repository: "file://." }]\n');
    await assert.rejects(packaged({ 'app/Chart.yaml': self }, 'app'), /too deep/);
  });
});

describe('a chart that cannot be packaged is named, with why', () => {
  const wrong: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ['no Chart.yaml', { 'web/values.yaml': '' }, /web has no Chart\.yaml/],
    ['broken YAML', { 'web/Chart.yaml': 'name: [\n' }, /web has a Chart\.yaml that cannot be read/],
    ['no name', { 'web/Chart.yaml': 'version: 1.0.0\n' }, /without a name/],
    ['no version', { 'web/Chart.yaml': 'name: web\n' }, /without a version/],
    [
      'no semantic version',
      { 'web/Chart.yaml': chartYaml('web', 'one') },
      /version "one", which is no semantic/,
    ],
    ['a path for a name', { 'web/Chart.yaml': chartYaml('../x') }, /none for a chart/],
    [
      'a damaged dependency',
      { ...web, 'web/charts/db-1.tgz': 'no gzip' },
      /web\/charts\/db-1\.tgz is no gzip archive/,
    ],
    ['a dependency that is none', { ...web, 'web/charts/db/a.yaml': 'a' }, /charts\/db, which is no chart/],
    ['a pattern of .gitignore', { ...web, 'web/.helmignore': 'a/**' }, /web\/\.helmignore has "a\/\*\*"/],
  ];
  for (const [name, files, says] of wrong)
    test(name, () => assert.rejects(packaged(files), (error: Error) => says.test(error.message)));

  test('a link out of the repository', async () => {
    const outside = folderWith({ 'secret.txt': 'do not publish' });
    const root = realpathSync(folderWith(web));
    symlinkSync(join(outside, 'secret.txt'), join(root, 'web/files/secret.txt'));
    await assert.rejects(
      packageChart(join(root, 'web'), 'web', root),
      /secret\.txt is a link that leads out of/,
    );
  });
});

describe('archives from elsewhere', () => {
  const hostile: readonly (readonly [string, Buffer, RegExp])[] = [
    ['no gzip', Buffer.from('hello'), /is no gzip archive/],
    ['a path that climbs out', packArchive([{ path: '../x', bytes: Buffer.from('a') }]), /leads out of it/],
    ['an end too early', packArchive([]).subarray(0, 12), /is no gzip archive, or it is damaged/],
  ];
  for (const [name, bytes, says] of hostile)
    test(name, () => assert.throws(() => unpackArchive(bytes, 'it'), says));
});

test('a chart is the same release however it is packed, and Chart.yaml is what it says', () => {
  const files = (chart: string, order: (paths: { path: string; bytes: Buffer }[]) => void) => {
    const inside = [
      { path: 'web/Chart.yaml', bytes: Buffer.from(chart) },
      { path: 'web/values.yaml', bytes: Buffer.from('a: 1\n') },
    ];
    order(inside);
    return contentDigest([{ path: 'web-1.0.0.tgz', bytes: packArchive(inside) }]);
  };
  const ours = files('# ours\nname: web\nversion: 1.0.0\ndeprecated: false\n', () => {});
  const helms = files('version: 1.0.0\nname: web\n', (inside) => inside.reverse());
  assert.equal(ours, helms);
  assert.notEqual(
    ours,
    files('version: 1.0.1\nname: web\n', () => {}),
  );
});
