import assert from 'node:assert/strict';
import { realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Session } from '../../../server/src/core/session/session.ts';
import { loadTexts } from '../../../server/src/io/files/load.ts';
import { walkWorkspace } from '../../../server/src/io/files/walk.ts';
import { unpackArchive } from '../../../server/src/work/push/charts/archive.ts';
import { contentDigest } from '../../../server/src/work/push/content.ts';
import { packageRelease } from '../../../server/src/work/push/files.ts';
import { filesIn, specOf } from '../../../server/src/work/push/spec.ts';
import { folderWith } from '../io/support/temp.ts';

/** Packages the release that a folder with these files holds. */
async function packaged(
  files: Readonly<Record<string, string>>,
  { folder = '', prepare = (_: string): void => {} } = {},
) {
  const root = realpathSync(folderWith(files));
  prepare(root);
  const { files: found } = await walkWorkspace(root);
  const session = new Session({ named: [folder] });
  for (const [path, text] of (
    await loadTexts(
      root,
      found.map(({ path }) => path),
    )
  ).texts)
    session.setFile(path, text);
  const { snapshot } = session;
  const release = snapshot.releases[0];
  assert.ok(release !== undefined, 'no release');
  return packageRelease({ root, snapshot, release, folder });
}
const pathsOf = ({ files }: { readonly files: readonly { readonly path: string }[] }): string[] =>
  files.map(({ path }) => path);

const app = 'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: app\n';
const web = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  'charts/web/values.yaml': 'a: 1\n',
};

test('a folder keeps its paths; hidden files and what the portal does not keep are left out', async () => {
  const release = await packaged({
    '.waybill.yaml': 'app: acme\nignore: [drafts/**]\n',
    '.hidden.yaml': 'a: 1\n',
    '.github/workflows/ci.yaml': 'on: push\n',
    'app.yaml': app,
    'web/deployment.yml': 'kind: Deployment\n',
    'db/deployment.yml': 'kind: Deployment\n',
    'drafts/new.yaml': 'a: 1\n',
    'drafts/old-1.0.0.tgz': 'x',
    'README.md': '# read me\n',
    'icons/logo.svg': '<svg/>',
    'STYLE.CSS': 'a{}',
    'style.css': 'a{}',
  });
  assert.deepEqual(pathsOf(release), [
    'app.yaml',
    'db/deployment.yml',
    'icons/logo.svg',
    'style.css',
    'web/deployment.yml',
  ]);
  assert.deepEqual(release.leftOut, ['.github/workflows/ci.yaml', '.hidden.yaml', 'README.md', 'STYLE.CSS']);
});

test('only the folder that is named is pushed, and its paths begin there', async () => {
  const release = await packaged(
    {
      '.waybill.yaml': 'app: acme\n',
      'ci.yaml': 'on: push\n',
      'kots/app.yaml': app,
      'kots/a/b.yaml': 'kind: A\n',
    },
    { folder: 'kots' },
  );
  assert.deepEqual(pathsOf(release), ['a/b.yaml', 'app.yaml']);
});

test('charts of a folder are packaged, and their files are not manifests', async () => {
  const release = await packaged({ 'app.yaml': app, ...web });
  assert.deepEqual(pathsOf(release), ['app.yaml', 'web-1.2.3.tgz']);
  const chart = release.files[1]?.bytes ?? Buffer.alloc(0);
  assert.deepEqual(
    unpackArchive(chart, 'it').map(({ path }) => path),
    ['web/Chart.yaml', 'web/values.yaml'],
  );
});

test('what .replicated lists is laid flat, charts packaged', async () => {
  const release = await packaged({
    '.replicated': 'appSlug: acme\nmanifests: ["kots/**/*.yaml"]\ncharts: [{ path: ./charts/* }]\n',
    'kots/app.yaml': app,
    'kots/deep/service.yaml': 'kind: Service\n',
    'kots/.hidden.yaml': 'a: 1\n',
    'elsewhere.yaml': 'kind: Pod\n',
    ...web,
  });
  assert.deepEqual(pathsOf(release), ['app.yaml', 'service.yaml', 'web-1.2.3.tgz']);
});

describe('what cannot be pushed is refused before anything is sent', () => {
  const flat = '.replicated';
  const wrong: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      'two files of one name, laid flat',
      { [flat]: 'manifests: ["**/*.yaml"]\n', 'a/web.yaml': app, 'b/web.yaml': 'kind: B\n' },
      /^a\/web\.yaml and b\/web\.yaml would both be web\.yaml in the release.*Rename one.*Nothing was pushed/,
    ],
    [
      'a chart that is there twice',
      { 'app.yaml': app, ...web, 'built/web-1.2.3.tgz': 'x' },
      /^built\/web-1\.2\.3\.tgz and charts\/web would both be web-1\.2\.3\.tgz.*under `ignore`/,
    ],
    [
      'a chart that is not there',
      { [flat]: 'manifests: ["*.yaml"]\ncharts: [{ path: ./gone }]\n', 'app.yaml': app },
      /\.replicated lists the chart gone, and there is no such folder/,
    ],
    [
      "a customer's licence",
      { 'app.yaml': app, 'licence.yaml': 'apiVersion: kots.io/v1beta1\nkind: License\n' },
      /^licence\.yaml is a customer's licence, which is a secret/,
    ],
    ['nothing', { [flat]: 'manifests: ["none/*.yaml"]\n', 'app.yaml': 'a: 1\n' }, /There is nothing to push/],
  ];
  for (const [name, files, says] of wrong)
    test(name, () => assert.rejects(packaged(files), (error: Error) => says.test(error.message)));

  test('a link out of the repository', async () => {
    const outside = folderWith({ 'secret.yaml': 'password: x\n' });
    await assert.rejects(
      packaged(
        { 'app.yaml': app },
        { prepare: (root) => symlinkSync(join(outside, 'secret.yaml'), join(root, 'secret.yaml')) },
      ),
      /secret\.yaml is a link that leads out of/,
    );
  });
});

test('files come back from the portal as they were, also from folders', async () => {
  const release = await packaged(
    { 'app.yaml': `\uFEFF${app}`, ...web },
    { prepare: (root) => writeFileSync(join(root, 'font.woff'), Buffer.from([0, 255, 128])) },
  );
  const spec = specOf(release.files);
  assert.deepEqual(
    spec.map(({ name, path, children }) => [name, path, children]),
    [
      ['app.yaml', 'app.yaml', []],
      ['font.woff', 'font.woff', []],
      ['web-1.2.3.tgz', 'web-1.2.3.tgz', []],
    ],
  );
  const back = filesIn(JSON.parse(JSON.stringify(spec)));
  assert.deepEqual(
    back,
    release.files.map(({ path, bytes }) => ({ path, bytes })),
  );
  assert.equal(contentDigest(back), contentDigest(release.files));
  const nested = [{ name: 'a', path: 'a', content: '', children: [{ ...spec[0]!, path: 'a/app.yaml' }] }];
  assert.deepEqual(
    filesIn(nested).map(({ path }) => path),
    ['a/app.yaml'],
  );
});

test('a file that changed after it was read for the check is not pushed', async () => {
  const root = realpathSync(folderWith({ 'app.yaml': app }));
  const session = new Session({ named: [''] });
  session.setFile('app.yaml', `${app}# before\n`);
  const { snapshot } = session;
  const release = snapshot.releases[0];
  assert.ok(release !== undefined);
  await assert.rejects(
    packageRelease({ root, snapshot, release, folder: '' }),
    /app\.yaml was changed while it was being read\. Nothing was pushed/,
  );
});

test('a text that is no UTF-8 is refused by name', () => {
  assert.throws(
    () => specOf([{ path: 'a.yaml', bytes: Buffer.from([0xff, 0xfe, 0x61]), from: 'dir/a.yaml' }]),
    /dir\/a\.yaml is not valid UTF-8/,
  );
});
