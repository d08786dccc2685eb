// Takes each guard of test/guards/guards.mjs away in turn and sees its test fail: a guard that nobody would miss is none.
// `npm run guards [-- WORD…]` tries only those whose name holds a word.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { guards } from '../test/guards/guards.mjs';
import { ensureInstalled, root } from './lib/ensure.mjs';

ensureInstalled();
const { build } = await import('esbuild');

const words = process.argv.slice(2);
const chosen = guards.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
if (chosen.length === 0) {
  console.error(`No guard's name holds ${words.join(' or ')}.`);
  process.exit(2);
}
const out = join(root, 'out', `guards-${process.pid}`);
mkdirSync(out, { recursive: true });
process.on('exit', () => rmSync(out, { recursive: true, force: true }));

let passed = 0;
let failed = 0;
function tell(ok, name, why = '') {
  if (ok) passed++;
  else failed++;
  console.log(`${ok ? '✔' : '✖'} ${name}${why}`);
}

const wholes = [...new Map(chosen.map((guard) => [`${guard.test}\n${guard.only ?? ''}`, guard])).values()];
const jobs = [
  ...wholes.map((guard) => async () => {
    const code = await run(guard, false);
    tell(
      code === 0,
      `with every guard, ${titleOf(guard)} passes`,
      code === 0 ? '' : ` (it ended with ${code})`,
    );
  }),
  ...chosen.map((guard) => async () => {
    const code = await run(guard, true);
    const why = code === 1 ? '' : ` (it ended with ${code})`;
    tell(code === 1, `without the guard "${guard.name}", ${titleOf(guard)} fails`, why);
  }),
];
let bundles = 0;
// Two at a time: the tests wait for connections and helpers much of their time.
await Promise.all([work(), work()]);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function work() {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    try {
      await job();
    } catch (error) {
      tell(false, error.message);
    }
  }
}

function titleOf({ test, only }) {
  return only === undefined ? test : `"${only}" of ${test}`;
}

/** Runs a guard's test, with the guard taken out of the source or not, and gives the runner's exit code. */
async function run(guard, without) {
  const { test, only } = guard;
  const outfile = join(out, `${bundles++}.mjs`);
  let taken = !without;
  await build({
    absWorkingDir: root,
    entryPoints: [test],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: 'inline',
    logLevel: 'error',
    plugins: [
      {
        name: 'without-guard',
        setup({ onLoad }) {
          if (!without) return;
          const path = join(root, guard.file);
          onLoad({ filter: /\.ts$/ }, (file) => {
            if (file.path !== path) return undefined;
            const text = readFileSync(path, 'utf8');
            const places = text.split(guard.take).length - 1;
            if (places !== 1)
              throw new Error(`${guard.file} holds ${JSON.stringify(guard.take)} ${places} times`);
            taken = true;
            return { contents: text.replace(guard.take, () => guard.put), loader: 'ts' };
          });
        },
      },
    ],
  });
  if (!taken) throw new Error(`${test} does not use ${guard.file}`);
  const pattern = only === undefined ? [] : ['--test-name-pattern', only];
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--test', '--test-force-exit', ...pattern, outfile],
      {
        cwd: root,
        stdio: 'ignore',
        env: { ...process.env, WAYBILL_ROOT: root, AWS_EC2_METADATA_DISABLED: 'true' },
        timeout: 120_000,
      },
    );
    child.once('error', reject);
    child.once('close', resolve);
  });
}
