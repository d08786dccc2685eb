// Builds every test that needs only Node and runs it. `npm test -- WORD…` runs the files whose path holds a word.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, root } from './lib/ensure.mjs';

ensureInstalled();
ensureBuilt();

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'));
const files = walk(join(root, 'test'))
  .map((path) => relative(root, path).replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.test.ts') && !path.startsWith('test/editor/'))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
if (files.length === 0) {
  console.error(`No test file's path holds ${words.join(' or ')}.`);
  process.exit(2);
}

const out = join(root, 'out', words.length === 0 ? 'test' : `test-${process.pid}`);
rmSync(out, { recursive: true, force: true });
const { build } = await import('esbuild');
await build({
  absWorkingDir: root,
  entryPoints: files,
  outdir: out,
  outbase: root,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  splitting: false,
  sourcemap: 'inline',
  outExtension: { '.js': '.mjs' },
  logLevel: 'warning',
});
const run = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    '--test',
    // A handle that a dying child process leaves open must not hold up a run whose tests have all ended.
    '--test-force-exit',
    '--import',
    pathToFileURL(join(root, 'scripts/lib/flush.mjs')).href,
    ...flags,
    ...files.map((path) => join(out, path.replace(/\.ts$/, '.mjs'))),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, WAYBILL_ROOT: root, AWS_EC2_METADATA_DISABLED: 'true' },
  },
);
if (words.length > 0) rmSync(out, { recursive: true, force: true });
process.exit(run.status ?? 1);

function walk(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? (name === 'fixtures' ? [] : walk(path)) : [path];
  });
}
