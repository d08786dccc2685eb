import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, shared } from '../../support/paths.ts';
import { compare, type Golden } from './golden.ts';

/** Folders of YAML with the golden file that `go run ./corpus FOLDER` made of each. */
const folders = [
  {
    name: 'our own templated manifests',
    folder: join(root, 'test/fixtures/manifest/templated'),
    golden: 'templated.json',
    atLeast: { files: 4, scalars: 40 },
  },
  {
    name: 'the corpus of real releases',
    folder: shared === null ? null : join(shared, 'corpus'),
    golden: 'corpus.json',
    atLeast: { files: 200, scalars: 4000 },
  },
];
const goless = withoutGo();

for (const { name, folder, golden, atLeast } of folders) {
  const absent = folder === null || !existsSync(folder) ? 'no ../shared/corpus beside the repository' : false;

  test(`${name}: no false problem, and every scalar as in the rendered text`, { skip: absent }, (t) => {
    const committed = readFileSync(join(root, 'test/fixtures/manifest', golden), 'utf8');
    compare(t, folder as string, JSON.parse(committed) as Golden, 'the committed golden file', atLeast);
  });

  test(`${name}: the same against Go itself`, { skip: absent || goless }, (t) => {
    const out = execFileSync('go', ['run', './corpus', folder as string], {
      cwd: join(root, 'test/oracle'),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 120_000,
    });
    compare(t, folder as string, JSON.parse(out) as Golden, 'Go', atLeast);
  });
}

/** Why the oracle cannot be run here, or false. */
function withoutGo(): string | false {
  const go = spawnSync('go', ['vet', './corpus'], {
    cwd: join(root, 'test/oracle'),
    timeout: 120_000,
    encoding: 'utf8',
  });
  if (go.error !== undefined) return 'no Go on the PATH';
  return go.status === 0 ? false : 'the modules of test/oracle cannot be had';
}
