// Writes test/fixtures/kots/functions.json: the hand-written cases, generated ones, and what the app manager makes of
// them, by main.go. Needs Go 1.25 or newer: node test/oracle/kots/make.mjs
// With `--seed N` it writes nothing: it prints the golden file of fresh generated cases instead.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const seedAt = process.argv.indexOf('--seed');
const seed = seedAt < 0 ? null : Number(process.argv[seedAt + 1]);
/** Of the generated cases, of which no more than this part may be errors. */
const wanted = 900;
const errorShare = 0.05;

const { installations, vectorInstallations, vectors, handWritten, generated } = await load();
const contexts = { ...installations, ...vectorInstallations };
const hand =
  seed === null ? [...vectors.map(({ context, text }) => ({ context, text })), ...handWritten()] : [];
const all = [...hand, ...generated(seed ?? 1, wanted * 2)];
const results = ask(all);
const cases = all.map((one, index) => ({ ...one, ...results[index] }));
if (seed === null)
  for (const [index, { text, expected, source }] of vectors.entries())
    if (results[index].err !== undefined || results[index].out !== expected)
      throw new Error(
        `${source}: ${text} is ${JSON.stringify(results[index])}, not ${JSON.stringify(expected)}`,
      );
const kept = cases.slice(0, hand.length);
let errors = 0;
for (const one of cases.slice(hand.length)) {
  if (kept.length >= hand.length + wanted) break;
  if (one.out.length > 1500) continue;
  if (one.err !== undefined && errors++ >= errorShare * wanted) continue;
  kept.push(one);
}
const lines = kept.map((one) => `    ${JSON.stringify(one)}`);
const named = Object.entries(contexts).map(
  ([name, one]) => `    ${JSON.stringify(name)}: ${JSON.stringify(one)}`,
);
const text = `{\n  "contexts": {\n${named.join(',\n')}\n  },\n  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`;
if (seed === null) {
  const folder = join(here, '../../fixtures/kots');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'functions.json'), text);
} else process.stdout.write(text);
const wrong = kept.filter((one) => one.err !== undefined).length;
console.error(`${kept.length} cases, ${hand.length} by hand; ${wrong} of them are errors.`);

function ask(list) {
  const run = spawnSync('go', ['run', './kots'], {
    cwd: join(here, '..'),
    input: JSON.stringify({ contexts, cases: list }),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-kots-'));
  try {
    const outfile = join(folder, 'cases.mjs');
    const files = ['installations', 'vectors', 'cases', 'generated'];
    await build({
      stdin: {
        contents: files.map((name) => `export * from './${name}.ts';`).join('\n'),
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
