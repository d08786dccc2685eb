// Makes waybill-<version>.vsix, and sees to it that it holds what it must and nothing that it need not.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from '../lib/ensure.mjs';
import { shippedFiles } from './lib/shipped.mjs';

ensureInstalled();
const { createVSIX } = (await import('@vscode/vsce')).default;
execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });

const files = await shippedFiles();
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
