// Where things too big for node_modules are kept between runs.
import { homedir } from 'node:os';
import { join } from 'node:path';

const base =
  process.env.XDG_CACHE_HOME ||
  (process.platform === 'win32' && process.env.LOCALAPPDATA) ||
  join(homedir(), '.cache');

export const cache = join(base, 'waybill', 'vscode');
