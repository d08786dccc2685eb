// The long tests: every property with its full counts, random edits in one long-lived language server compared with
// fresh ones, registries asked through a network on which anything goes wrong, and copies and guides that are killed.
// `npm run soak -- --only properties|edits|chaos|kill|guide --edits N --faults N --kills N --minutes N --seed N`
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './lib/bundle.mjs';
import { ensureBuilt, ensureInstalled, root } from './lib/ensure.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'all' },
    edits: { type: 'string', default: '20000' },
    faults: { type: 'string', default: '10000' },
    // Each part has its own number of kills and of minutes unless they are given.
    kills: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
ensureInstalled();
ensureBuilt();

const env = { ...process.env, WAYBILL_ROOT: root, WAYBILL_SOAK: '1' };
const summary = [];
let failed = false;

/** `--name value` for those that are given. */
const given = (names) =>
  names.flatMap((name) => (values[name] === undefined ? [] : [`--${name}`, values[name]]));
const wants = (part) => values.only === 'all' || values.only === part;
if (wants('properties')) {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts') && !path.startsWith('test/editor/'))
    .filter((path) => readFileSync(join(root, path), 'utf8').includes("from 'fast-check'"));
  const { code, lines } = await run([join(root, 'scripts/test.mjs'), ...files]);
  const count = (word) =>
    lines.map((line) => new RegExp(`^(?:#|ℹ) ${word} (\\d+)`).exec(line)?.[1]).findLast(Boolean);
  summary.push(
    `properties: ${files.length} files, ${count('pass') ?? '?'} tests passed, ${count('fail') ?? '?'} failed`,
  );
  failed ||= code !== 0;
}
if (wants('edits')) {
  const [file] = await bundle(['test/soak/edits.ts'], 'out/soak');
  const { code, lines } = await run([file, ...given(['edits', 'minutes', 'seed'])]);
  summary.push(...lines.filter((line) => line.startsWith('diagnostics ')));
  if (code !== 0) summary.push('edits: FAILED, see above');
  failed ||= code !== 0;
}
if (wants('chaos')) {
  const [file] = await bundle(['test/soak/chaos.ts'], 'out/soak');
  const { code, lines } = await run([file, ...given(['faults', 'minutes', 'seed'])]);
  summary.push(...lines.filter((line) => line.startsWith('chaos: ')));
  if (code !== 0) summary.push('chaos: FAILED, see above');
  failed ||= code !== 0;
}
if (wants('kill')) {
  const [file] = await bundle(['test/soak/kill.ts'], 'out/soak');
  const { code, lines } = await run([file, ...given(['kills', 'minutes', 'seed'])]);
  summary.push(...lines.filter((line) => line.startsWith('kill: ')));
  if (code !== 0) summary.push('kill: FAILED, see above');
  failed ||= code !== 0;
}
if (wants('guide')) {
  const [file] = await bundle(['test/soak/guide.ts'], 'out/soak');
  const { code, lines } = await run([file, ...given(['kills', 'minutes', 'seed'])]);
  summary.push(...lines.filter((line) => line.startsWith('guide: ')));
  if (code !== 0) summary.push('guide: FAILED, see above');
  failed ||= code !== 0;
}
console.log(['', ...summary].join('\n'));
process.exit(failed ? 1 : 0);

/** Runs a script and shows what it says; gives its exit code and its lines. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, lines: said.split('\n') }));
  });
}
