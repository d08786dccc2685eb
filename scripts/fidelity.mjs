// Holds previews against the real engines; `npm run fidelity -- --help` tells how.
import { spawnSync } from 'node:child_process';
import { bundle } from './lib/bundle.mjs';
import { ensureBuilt, ensureInstalled, root } from './lib/ensure.mjs';

ensureInstalled();
ensureBuilt();

const [file] = await bundle(['test/fidelity/fidelity.ts'], 'out/fidelity');
const run = spawnSync(process.execPath, [file, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, WAYBILL_ROOT: root },
});
process.exit(run.status ?? 1);
