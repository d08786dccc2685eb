import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startSandbox } from '../../sandbox/src/index.ts';
import { packArchive, unpackArchive } from '../../server/src/work/push/charts/archive.ts';
import { packageChart } from '../../server/src/work/push/charts/chart.ts';
import { fileDigest } from '../../server/src/work/push/content.ts';
import { waybill } from '../acceptance/support/cli.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { findProgram, runs } from './support/peers.ts';
import { callLibrary, noLibrary } from './support/replicated-lib.ts';

const application =
  'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: hello\nspec:\n  title: Hello — “ü”\n';

test('a folder pushed by replicated-lib is the same release as pushed by us', {
  skip: noLibrary,
}, async () => {
  const sandbox = await startSandbox();
  try {
    const folder = folderWith({
      'app.yaml': application,
      'deep/er/config.yml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
      'style.css': 'a { color: red }\n',
      'logo.svg': '<svg/>',
      'font.woff2': Uint8Array.from([0, 255, 128, 10]),
      'README.md': '# not kept\n',
      '.hidden.yaml': 'a: 1\n',
    });
    mkdirSync(join(folder, 'charts'));
    const chart = {
      path: 'api/Chart.yaml',
      bytes: Buffer.from('apiVersion: v2\nname: api\nversion: 1.2.3\n'),
    };
    writeFileSync(join(folder, 'charts/api-1.2.3.tgz'), packArchive([chart]));
    const { sequence } = await callLibrary(sandbox, 'createRelease', 'hello', folder);
    await callLibrary(sandbox, 'promoteRelease', 'hello', 'app-2-unstable', sequence, '1.0.0');

    const env = { ...sandbox.env, REPLICATED_APP: 'hello' };
    const { code, stdout, stderr } = await waybill(
      ['release', 'push', folder, '--channel', 'Unstable', '--yes', '--offline'],
      { env },
    );
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /the same as the current release\nNothing to do: Unstable has exactly this release\./,
    );
    assert.equal(sandbox.portal.releases.length, 1);
  } finally {
    await sandbox.close();
  }
});

const helm = process.env.WAYBILL_HELM ?? findProgram('helm');
const noHelm = runs(helm, 'version') ? false : 'helm is not installed; WAYBILL_HELM names one';

describe('a chart that we package is the one that Helm packages', { skip: noHelm }, () => {
  const web = (more: Readonly<Record<string, string>> = {}) => ({
    'web/Chart.yaml':
      '# ours\napiVersion: v2\nname: web\nversion: 1.2.3\ndescription: A chart\nappVersion: "1.0"\n',
    'web/values.yaml': 'image: nginx:1\n',
    'web/values.schema.json': '{"type":"object"}',
    'web/templates/web.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: web }\n',
    'web/templates/_helpers.tpl': '{{- define "a" -}}{{- end -}}',
    'web/templates/.web.yaml.swp': 'x',
    'web/crds/crd.yaml':
      'kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\nmetadata: { name: x }\n',
    'web/files/deep/logo.txt': 'logo\n',
    'web/README.md': '# web\n',
    'web/.hidden': 'x',
    ...more,
  });
  const sub = (name: string) => ({
    [`web/charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
    [`web/charts/${name}/templates/a.yaml`]: 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: a }\n',
    [`web/charts/${name}/.helmignore`]: '*.txt\n',
    [`web/charts/${name}/notes.txt`]: 'x\n',
  });
  const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['everything that a chart can hold', web()],
    ['with a .helmignore', web({ 'web/.helmignore': '# no\n.*\n*.md\n/files/\ntemplates/*.txt\n' })],
    [
      'with a .helmignore as helm create writes it',
      web({ 'web/.helmignore': '.DS_Store\n.git/\n*.swp\n*.tmproj\n.hidden\n' }),
    ],
    [
      'with charts in it, as folders',
      web({
        ...sub('db'),
        ...sub('_off'),
        'web/Chart.yaml':
          'apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies:\n  - name: db\n    version: 0.1.0\n    repository: ""\n',
      }),
    ],
    [
      'of the older kind',
      web({ 'web/Chart.yaml': 'apiVersion: v1\nname: web\nversion: 0.1.0-rc.1+build.5\n' }),
    ],
  ];
  for (const [name, files] of cases)
    test(name, async () => {
      const root = realpathSync(folderWith(files));
      execFileSync(helm ?? '', ['package', 'web', '--destination', 'out'], {
        cwd: root,
        stdio: 'pipe',
        env: { ...process.env, HOME: root },
      });
      const ours = await packageChart(join(root, 'web'), 'web', root);
      const theirs = { path: ours.path, bytes: readFileSync(join(root, 'out', ours.path)) };
      const paths = (bytes: Buffer): string[] =>
        unpackArchive(bytes, 'it')
          .map(({ path }) => path)
          .sort();
      assert.deepEqual(paths(ours.bytes), paths(theirs.bytes));
      assert.equal(fileDigest(ours), fileDigest(theirs));
    });

  test('with dependencies of this machine, which Helm is told to fetch first', async () => {
    const needing =
      'apiVersion: v2\nname: app\nversion: 2.0.0\ndependencies:\n  - name: web\n    version: 1.2.3\n    repository: file://../web\n';
    const root = realpathSync(
      folderWith({ ...web(sub('db')), 'app/Chart.yaml': needing, 'app/values.yaml': 'a: 1\n' }),
    );
    // Ours first: nothing is fetched, and nothing in the folder is changed.
    const ours = await packageChart(join(root, 'app'), 'app', root);
    const run = (...args: string[]): void =>
      void execFileSync(helm ?? '', args, { cwd: root, stdio: 'pipe', env: { ...process.env, HOME: root } });
    run('dependency', 'update', 'app');
    run('package', 'app', '--destination', 'out');
    const paths = (bytes: Buffer): string[] =>
      unpackArchive(bytes, 'it')
        .map(({ path }) => path)
        // It says when Helm fetched.
        .filter((path) => path !== 'app/Chart.lock')
        .sort();
    assert.deepEqual(paths(ours.bytes), paths(readFileSync(join(root, 'out', ours.path))));
    // With what Helm fetched into charts/, packed, it is the very same.
    const again = await packageChart(join(root, 'app'), 'app', root);
    const theirs = { path: ours.path, bytes: readFileSync(join(root, 'out', ours.path)) };
    assert.equal(fileDigest(again), fileDigest(theirs));
  });

  test('and Helm reads what we packaged', async () => {
    const root = realpathSync(folderWith(web(sub('db'))));
    const { path, bytes } = await packageChart(join(root, 'web'), 'web', root);
    writeFileSync(join(root, path), bytes);
    const shown = execFileSync(helm ?? '', ['template', 'release', path], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, HOME: root },
    });
    assert.match(
      shown,
      /# Source: web\/charts\/db\/templates\/a\.yaml[\s\S]*# Source: web\/templates\/web\.yaml/,
    );
  });
});
