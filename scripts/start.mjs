// `npm start`: shows Waybill's main job on a sample, with everything on this machine. `npm start -- PATH` checks PATH, and
// `npm start -- guide --sandbox` runs that command.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './lib/ensure.mjs';

ensureInstalled();
ensureBuilt();

const args = process.argv.slice(2);
if (args.length > 0) {
  // npm runs scripts in the package's folder; a path is meant from where the person is.
  const from = process.env.INIT_CWD ?? process.cwd();
  const isCommand = /^[a-z]+$/.test(args[0]) && !existsSync(resolve(from, args[0]));
  const words = isCommand
    ? args
    : ['check', ...args.map((word) => (word.startsWith('-') ? word : resolve(from, word)))];
  const run = spawnSync(process.execPath, [join(root, 'dist/server/waybill.cjs'), ...words], {
    stdio: 'inherit',
    cwd: from,
  });
  process.exit(run.status ?? 1);
}
const { tellStory } = await import('./lib/story.mjs');
process.exit(await tellStory());
