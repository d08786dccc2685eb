// Writes test/fixtures/helm/charts.json: the cases, and what Helm makes of them, by main.go. Needs Go 1.26 or newer:
// node test/oracle/helm/make.mjs
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const cases = await load();
const run = spawnSync('go', ['run', '.'], {
  cwd: here,
  input: JSON.stringify(cases),
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (run.status !== 0) throw new Error(run.stderr);
const made = JSON.parse(run.stdout);
const lines = cases.map((one, index) => `  ${JSON.stringify({ ...one, made: made[index] })}`);
const folder = join(here, '../../fixtures/helm');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'charts.json'), `[\n${lines.join(',\n')}\n]\n`);
console.error(
  `${cases.length} cases; ${made.filter((one) => one.err !== undefined).length} of them are errors.`,
);

async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    const outfile = join(folder, 'cases.mjs');
    await build({ entryPoints: [join(here, 'cases.ts')], bundle: true, format: 'esm', outfile });
    return (await import(pathToFileURL(outfile).href)).helmCases;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
