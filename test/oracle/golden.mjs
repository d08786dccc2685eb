// Asks a Go program of a folder about the cases beside it, and writes both as a golden file.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

/** What `cases.ts` of a folder has as `cases`. */
export async function casesOf(folder) {
  const scratch = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    const outfile = join(scratch, 'cases.mjs');
    await build({ entryPoints: [join(here, folder, 'cases.ts')], bundle: true, format: 'esm', outfile });
    return (await import(pathToFileURL(outfile).href)).cases;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What the program of a folder, a module of its own, makes of them. */
export function ask(folder, cases) {
  const run = spawnSync('go', ['run', '.'], {
    cwd: join(here, folder),
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

/** @param file below test/fixtures */
export function write(file, golden) {
  const path = join(here, '../fixtures', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `[\n${golden.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`);
}
