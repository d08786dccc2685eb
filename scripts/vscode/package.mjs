// Makes waybill-<version>.vsix, and sees to it that it holds what it must and nothing that it need not.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from '../lib/ensure.mjs';

ensureInstalled();
const { createVSIX, listFiles, PackageManager } = (await import('@vscode/vsce')).default;
execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });

const needed = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'client/media/icon.png',
  'dist/client/extension.js',
  'dist/server/waybill.mjs',
  'samples/hello/',
  'syntaxes/replicated-template.tmLanguage.json',
];
const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
const missing = needed.filter((path) => !files.some((file) => file === path || file.startsWith(path)));
if (missing.length > 0) fail(`The package would lack ${missing.join(', ')}.`);
const strange = files.filter((file) => /node_modules|\.ts$|\.map$|(^|\/)meta\.json$|\.env$/.test(file));
if (strange.length > 0) fail(`The package would hold ${strange.join(', ')}: see .vscodeignore.`);

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packagePath = join(root, `waybill-${version}.vsix`);
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
console.log(`${packagePath}: ${files.length} files, ${Math.ceil(statSync(packagePath).size / 1024)} KB`);

function fail(message) {
  console.error(message);
  process.exit(1);
}
