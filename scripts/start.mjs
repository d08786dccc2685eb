// `npm start`: shows Waybill's main job on a sample, with everything on this machine. `npm start -- PATH` checks PATH.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './lib/ensure.mjs';

ensureInstalled();
ensureBuilt();

const args = process.argv.slice(2);
if (args.length > 0) {
  // npm runs scripts in the package's folder; a path is meant from where the person is.
  const from = process.env.INIT_CWD ?? process.cwd();
  const words = args.map((word) => (word.startsWith('-') ? word : resolve(from, word)));
  const run = spawnSync(process.execPath, [join(root, 'dist/server/waybill.mjs'), 'check', ...words], {
    stdio: 'inherit',
  });
  process.exit(run.status ?? 1);
}
const { tellStory } = await import('./lib/story.mjs');
process.exit(await tellStory());
