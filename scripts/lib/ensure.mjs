// Installs the packages and builds the bundles when they are missing or older than what they are made from.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Runs `npm ci` if node_modules is missing or was made from another lock file. Output goes to stderr. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(
      `Waybill needs Node 20.19 or later; this is ${process.version}. Install a newer Node and run this again.`,
    );
    process.exit(2);
  }
  if (changed(join(root, 'node_modules/.package-lock.json')) >= changed(join(root, 'package-lock.json')))
    return;
  console.error('Installing packages (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
}

/** Builds dist/ if any source is newer than it. */
export function ensureBuilt() {
  const built = changed(join(root, 'dist/server/waybill.cjs'));
  const sources = ['client/src', 'server/src', 'sandbox/src', 'scripts', 'package.json'];
  if (built > 0 && sources.every((path) => newest(join(root, path)) <= built)) return;
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: ['ignore', 2, 2] });
}

function newest(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return changed(path);
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0);
}
