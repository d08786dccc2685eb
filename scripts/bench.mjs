// Measures Waybill beside yaml-language-server; `npm run bench -- --help` tells how.
import { spawnSync } from 'node:child_process';
import { bundle } from './lib/bundle.mjs';
import { ensureBuilt, ensureInstalled, root } from './lib/ensure.mjs';

ensureInstalled();
ensureBuilt();

const words = process.argv.slice(2);
// What runs in a process of its own beside a bench is bundled with it.
const entries = words.includes('--core')
  ? ['bench/core.ts']
  : words.includes('--asking')
    ? ['bench/asking.ts']
    : words.includes('--mirror')
      ? ['bench/mirror.ts', 'bench/lib/mirror/slow-path.ts', 'bench/lib/mirror/bare.ts']
      : words.includes('--preview')
        ? ['bench/preview.ts']
        : ['bench/bench.ts'];
const [file] = await bundle(entries, 'out/bench');
const run = spawnSync(process.execPath, [file, ...words.filter((word) => word !== '--core')], {
  stdio: 'inherit',
  env: { ...process.env, WAYBILL_ROOT: root },
});
process.exit(run.status ?? 1);
