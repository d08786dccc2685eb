// Writes test/fixtures/gotemplate/engine.json: the hand-written cases, generated ones, and what Go makes of them.
// Needs Go 1.26 or newer: node test/oracle/templates/make.mjs
// With `--seed N` it writes nothing: it prints the golden file of fresh generated cases instead.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const seedAt = process.argv.indexOf('--seed');
const seed = seedAt < 0 ? null : Number(process.argv[seedAt + 1]);
/** Of the generated cases no more than this part may be errors: most of them are alike. */
const errorShare = 0.06;

const { data, handWritten, generated } = await load();
const hand = seed === null ? handWritten() : [];
const fresh = generated(seed ?? 1, 3000);
const results = ask([...hand, ...fresh]);
const cases = [...hand, ...fresh].map((one, index) => ({ ...one, ...results[index] }));
const kept = [...cases.slice(0, hand.length)];
let errors = 0;
let good = 0;
for (const one of cases.slice(hand.length)) {
  if (good >= 1300) break;
  // Addresses of functions differ from run to run.
  if (/(?:[:=]|%3A)0x[0-9a-f]{5}/i.test(one.out)) continue;
  if (one.out.length > 1200 || one.files[0].text.length > 1200) continue;
  if (one.err === undefined) good++;
  else if (errors >= errorShare * (good + 10)) continue;
  else errors++;
  kept.push(one);
}
const lines = kept.map((one) => `    ${JSON.stringify(one)}`);
const text = `{\n  "data": ${JSON.stringify(data)},\n  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`;
if (seed === null) writeFileSync(join(here, '../../fixtures/gotemplate/engine.json'), text);
else process.stdout.write(text);
const wrong = kept.filter((one) => one.err !== undefined).length;
console.error(`${kept.length} cases, ${hand.length} by hand; ${wrong} of them are errors.`);

function ask(list) {
  const run = spawnSync('go', ['run', './templates'], {
    cwd: join(here, '..'),
    input: JSON.stringify({ data, cases: list }),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-templates-'));
  try {
    const outfile = join(folder, 'cases.mjs');
    await build({
      stdin: {
        contents: `export * from './data.ts'; export * from './hand-written.ts'; export * from './generated.ts';`,
        resolveDir: here,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
