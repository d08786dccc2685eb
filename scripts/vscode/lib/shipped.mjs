import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../lib/ensure.mjs';

/** What no package may lack: files, and folders that must hold something. */
const needed = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'client/media/icon.png',
  'client/media/view.svg',
  'dist/THIRD-PARTY-NOTICES.txt',
  'dist/client/extension.js',
  'dist/server/waybill.cjs',
  'docs/waybill.schema.json',
  'samples/hello/',
  'syntaxes/replicated-template.tmLanguage.json',
];

/** The pictures and texts that package.json shows beside the steps of walkthroughs. */
function walkthroughMedia() {
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return contributes.walkthroughs.flatMap(({ steps }) => steps.flatMap(({ media }) => Object.values(media)));
}

/** Copies them, so that what is tried is what is shipped, and stays so while others build. @param {string} folder */
export async function copyShipped(folder) {
  for (const file of await shippedFiles()) cpSync(join(root, file), join(folder, file));
}

/**
 * The files of the .vsix, relative to the root.
 * @returns {Promise<string[]>}
 * @throws Error where it would lack something, or hold what it need not
 */
export async function shippedFiles() {
  const { listFiles, PackageManager } = (await import('@vscode/vsce')).default;
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  const missing = [...needed, ...walkthroughMedia()].filter(
    (path) => !files.some((file) => file === path || file.startsWith(path)),
  );
  if (missing.length > 0) throw new Error(`The package would lack ${missing.join(', ')}.`);
  const strange = files.filter((file) => /node_modules|\.ts$|\.map$|(^|\/)meta\.json$|\.env$/.test(file));
  if (strange.length > 0) throw new Error(`The package would hold ${strange.join(', ')}: see .vscodeignore.`);
  return files;
}
