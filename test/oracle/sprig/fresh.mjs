// Prints golden cases of fresh generated calls of Sprig's functions: node test/oracle/sprig/fresh.mjs --seed N
// Needs Go 1.26 or newer.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const seed = Number(process.argv[process.argv.indexOf('--seed') + 1]);
/** Most wrong calls are wrong in the same few ways. */
const errorShare = 0.15;
const wanted = 2000;

const folder = mkdtempSync(join(tmpdir(), 'waybill-calls-'));
try {
  const outfile = join(folder, 'calls.mjs');
  await build({
    entryPoints: [join(here, 'generated.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'warning',
  });
  const { generatedCalls } = await import(pathToFileURL(outfile).href);
  const [asked, answered] = [join(folder, 'calls.json'), join(folder, 'results.json')];
  writeFileSync(asked, JSON.stringify(generatedCalls(seed, 2 * wanted)));
  const run = spawnSync('go', ['run', '-tags=faketime', './sprig', asked, answered], {
    cwd: join(here, '..'),
    env: { ...process.env, TZ: 'UTC' },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  const kept = [];
  let errors = 0;
  for (const one of JSON.parse(readFileSync(answered, 'utf8'))) {
    if (kept.length >= wanted) break;
    if (one.error !== undefined) {
      if (errors >= errorShare * (kept.length + 10)) continue;
      errors++;
    }
    kept.push(one);
  }
  process.stdout.write(`[\n${kept.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
  console.error(`${kept.length} cases; ${errors} of them are errors.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
