import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type WalkOptions, walkWorkspace } from '../../../server/src/io/files/walk.ts';
import { folderWith } from './support/temp.ts';

const paths = async (root: string, options?: WalkOptions): Promise<string[]> =>
  (await walkWorkspace(root, options)).files.map(({ path }) => path);

test('finds YAML and what tells about a release, and nothing else', async () => {
  const root = folderWith({
    '.replicated': '',
    '.waybill.yaml': 'app: x\n',
    'README.md': '',
    'charts/app/Chart.yaml': '',
    'charts/app/templates/x.tpl': '',
    'manifests/a.yaml': '12345',
    'manifests/B.YML': '',
    'manifests/c.yaml.bak': '',
    'node_modules/x/y.yaml': '',
    'sub/node_modules/x/y.yaml': '',
    '.git/config.yaml': '',
    '.github/workflows/ci.yaml': '',
  });
  const walk = await walkWorkspace(root);
  assert.deepEqual(
    walk.files.map(({ path }) => path),
    [
      '.github/workflows/ci.yaml',
      '.replicated',
      '.waybill.yaml',
      'charts/app/Chart.yaml',
      'manifests/B.YML',
      'manifests/a.yaml',
    ],
  );
  assert.equal(walk.files.at(-1)?.size, 5);
  assert.deepEqual([walk.problems, walk.complete, walk.ignoreFiles], [[], true, []]);
});

test('heeds .gitignore at every level, above the root too, and patterns of its own', async () => {
  const root = folderWith({
    '.git/HEAD': '',
    '.gitignore': 'secret.yaml\n/repo/out/\n',
    'repo/.gitignore': '*.gen.yaml\n!keep.gen.yaml\nbuild/\nodd*/\n',
    'repo/a.yaml': '',
    'repo/secret.yaml': '',
    'repo/x.gen.yaml': '',
    'repo/keep.gen.yaml': '',
    'repo/out/x.yaml': '',
    'repo/build/x.yaml': '',
    'repo/charts/vendored/x.yaml': '',
    'repo/sub/.gitignore': '!x.gen.yaml\n/local.yaml\n!build/\n!odd*/\n',
    'repo/sub/x.gen.yaml': '',
    'repo/sub/local.yaml': '',
    'repo/sub/deeper/local.yaml': '',
    'repo/sub/build/inside.yaml': '',
    'repo/sub/build/inside.gen.yaml': '',
    'repo/sub/odd [dir]!/x.yaml': '',
  });
  const walk = await walkWorkspace(join(root, 'repo'), { ignore: ['charts/vendored/**'] });
  assert.deepEqual(
    walk.files.map(({ path }) => path),
    [
      'a.yaml',
      'keep.gen.yaml',
      'sub/build/inside.yaml',
      'sub/deeper/local.yaml',
      'sub/odd [dir]!/x.yaml',
      'sub/x.gen.yaml',
    ],
  );
  assert.deepEqual(walk.ignoreFiles, ['.gitignore', 'sub/.gitignore']);
});

test('a folder that Git leaves out is searched when it is asked for by name', async () => {
  const root = folderWith({
    '.git/HEAD': '',
    '.gitignore': 'out\n*.tmp.yaml\n',
    'out/copy/a.yaml': '',
    'out/b.yaml': '',
  });
  assert.deepEqual(await paths(join(root, 'out')), ['b.yaml', 'copy/a.yaml']);
  assert.deepEqual(await paths(join(root, 'out/copy')), ['a.yaml']);
  assert.deepEqual(await paths(root), []);
});

test('links in a circle end the search nowhere; linked files are found, dead links named', {
  skip: process.platform === 'win32' && 'links need rights there',
}, async () => {
  const root = folderWith({ 'a/x.yaml': '', 'real.txt': 'a: 1\n' });
  symlinkSync('..', join(root, 'a/up'));
  symlinkSync(join(root, 'a'), join(root, 'b'));
  symlinkSync('real.txt', join(root, 'linked.yaml'));
  symlinkSync('nowhere', join(root, 'dead.yaml'));
  symlinkSync('self.yaml', join(root, 'self.yaml'));
  const walk = await walkWorkspace(root);
  assert.deepEqual(
    walk.files.map(({ path }) => path),
    ['a/x.yaml', 'linked.yaml'],
  );
  assert.deepEqual(
    walk.problems.map(({ path, code }) => [path, code]),
    [
      ['dead.yaml', 'missing'],
      ['self.yaml', 'unreadable'],
    ],
  );
});

test('limits are kept and said', async () => {
  const root = folderWith({ 'a.yaml': '', 'd/b.yaml': '', 'd/e/c.yaml': '', 'd/e/f/g.yaml': '' });
  const deep = await walkWorkspace(root, { maxDepth: 2 });
  assert.deepEqual([deep.files.length, deep.complete], [2, false]);
  assert.deepEqual(
    deep.problems.map(({ path, code }) => [path, code]),
    [['d/e', 'limit']],
  );
  const many = await walkWorkspace(root, { maxFiles: 3 });
  assert.deepEqual([many.files.length, many.complete, many.problems.length], [3, false, 1]);
});

test('a folder that cannot be read, or is not there, is named', async () => {
  const gone = join(folderWith(), 'gone');
  assert.deepEqual(
    (await walkWorkspace(gone)).problems.map(({ code }) => code),
    ['missing'],
  );
});

test('a folder without permission is named and the rest is found', {
  skip: (process.platform === 'win32' || process.getuid?.() === 0) && 'this user may read everything',
}, async () => {
  const root = folderWith({ 'a.yaml': '', 'closed/b.yaml': '' });
  chmodSync(join(root, 'closed'), 0);
  const walk = await walkWorkspace(root);
  chmodSync(join(root, 'closed'), 0o755);
  assert.deepEqual(
    walk.files.map(({ path }) => path),
    ['a.yaml'],
  );
  assert.deepEqual(
    walk.problems.map(({ path, code }) => [path, code]),
    [['closed/', 'unreadable']],
  );
});

test('searching can be given up', async () => {
  await assert.rejects(
    walkWorkspace(folderWith({ 'a/b.yaml': '' }), { signal: AbortSignal.abort(new Error('enough')) }),
    /enough/,
  );
});

const hasGit = spawnSync('git', ['--version']).status === 0;
test('finds what Git finds, for any tree and any patterns', {
  skip: !hasGit && 'there is no git here',
}, async () => {
  const name = fc.constantFrom('a', 'b', 'build', 'x');
  const folder = fc.array(name, { maxLength: 3 }).map((parts) => parts.map((part) => `${part}/`).join(''));
  const file = fc.tuple(folder, name).map(([dir, base]) => `${dir}${base}.yaml`);
  const pattern = fc
    .tuple(
      fc.constantFrom('', '!', '!'),
      fc.constantFrom('', '/', '**/', 'a/', 'a/**/', '*/'),
      fc.constantFrom('a', 'b', 'build', 'x', '*', 'a.yaml', 'x.yaml', '*.yaml', '?.yaml', '[ab].yaml', 'b*'),
      fc.constantFrom('', '/', '/**', '/*'),
    )
    .map((parts) => parts.join(''));
  const ignoreFile = fc.tuple(folder, fc.array(pattern, { minLength: 1, maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(file, { minLength: 1, maxLength: 12 }),
      fc.uniqueArray(ignoreFile, { maxLength: 3, selector: ([dir]) => dir }),
      async (files, ignores) => {
        const root = folderWith({
          ...Object.fromEntries(files.map((path) => [path, ''])),
          ...Object.fromEntries(ignores.map(([dir, lines]) => [`${dir}.gitignore`, `${lines.join('\n')}\n`])),
        });
        mkdirSync(join(root, '.git/objects'), { recursive: true });
        execFileSync('git', ['init', '-q', '.'], { cwd: root, env: gitEnv });
        const out = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], {
          cwd: root,
          env: gitEnv,
          encoding: 'utf8',
        });
        const expected = out.split('\0').filter((path) => path.endsWith('.yaml'));
        assert.deepEqual(await paths(root), expected.sort());
      },
    ),
    { numRuns: process.env.WAYBILL_SOAK === '1' ? 1000 : 60 },
  );
});

const gitEnv = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  HOME: '/nonexistent',
};
