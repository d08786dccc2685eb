import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitState } from '../../../server/src/io/git/state.ts';
import { folderWith } from './support/temp.ts';

const never = new AbortController().signal;
const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function repository(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  git(folder, 'init', '-b', 'trunk');
  git(folder, 'add', '.');
  git(folder, 'commit', '-m', 'first');
  return folder;
}

test('branch and commit, and nothing dirty after a commit', async () => {
  const folder = repository({ 'a.yaml': 'a' });
  const commit = git(folder, 'rev-parse', 'HEAD').slice(0, 10);
  assert.deepEqual(await gitState(folder, never), { branch: 'trunk', commit, dirty: [] });
  git(folder, 'checkout', '--detach');
  assert.equal((await gitState(folder, never))?.branch, null);
});

test('changed, new, deleted and renamed files of the folder alone, whatever their names', async () => {
  const folder = repository({
    'release/a.yaml': 'a\n'.repeat(20),
    'release/b.yaml': 'b',
    'release/moved from.yaml': 'moved\n'.repeat(20),
    'elsewhere.yaml': 'c',
  });
  writeFileSync(join(folder, 'elsewhere.yaml'), 'changed');
  writeFileSync(join(folder, 'release/a.yaml'), 'changed');
  mkdirSync(join(folder, 'release/new'));
  writeFileSync(join(folder, 'release/new/ü "q"\tx.yaml'), 'new');
  git(folder, 'rm', '-q', 'release/b.yaml');
  renameSync(join(folder, 'release/moved from.yaml'), join(folder, 'release/moved to.yaml'));
  git(folder, 'add', '-A', 'release/moved from.yaml', 'release/moved to.yaml');
  assert.deepEqual((await gitState(join(folder, 'release'), never))?.dirty, [
    'a.yaml',
    'b.yaml',
    'moved to.yaml',
    'new/ü "q"\tx.yaml',
  ]);
});

test('before the first commit, and where there is no repository', async () => {
  const folder = folderWith({ 'a.yaml': 'a' });
  assert.equal(await gitState(folder, never), null);
  git(folder, 'init', '-b', 'trunk');
  assert.deepEqual(await gitState(folder, never), { branch: 'trunk', commit: null, dirty: ['a.yaml'] });
});

test('no program that the repository configures is run', async () => {
  const folder = repository({ 'a.yaml': 'a', 'run.sh': 'touch ran' });
  git(folder, 'config', 'core.fsmonitor', `sh ${join(folder, 'run.sh')}; touch ${join(folder, 'ran')}`);
  await gitState(folder, never);
  assert.ok(!existsSync(join(folder, 'ran')));
});
