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

for (const test of [...new Set(chosen.map((guard) => guard.test))])
  tell((await run(test, null)) === 0, `with every guard, ${test} passes`);
for (const guard of chosen) {
  const { name, test } = guard;
  try {
    const code = await run(test, guard);
    tell(
      code === 1,
      `without the guard "${name}", ${test} fails`,
      code === 1 ? '' : ` (it ended with ${code})`,
    );
  } catch (error) {
    tell(false, name, `: ${error.message}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Runs a test file with the guard taken out of the source, and gives the runner's exit code. */
async function run(test, guard) {
  const outfile = join(out, `${passed + failed}.mjs`);
  let taken = guard === null;
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
          if (guard === null) return;
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
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', '--test', '--test-force-exit', outfile], {
      cwd: root,
      stdio: 'ignore',
      env: { ...process.env, WAYBILL_ROOT: root, AWS_EC2_METADATA_DISABLED: 'true' },
      timeout: 120_000,
    });
    child.once('error', reject);
    child.once('close', resolve);
  });
}
