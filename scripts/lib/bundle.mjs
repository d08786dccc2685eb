import { join } from 'node:path';
import { root } from './ensure.mjs';

/**
 * Bundles TypeScript that is run here and not shipped: benches and long tests. Packages stay outside.
 * @param {string[]} entries relative to the repository's root
 * @param {string} folder relative to it too
 * @returns {Promise<string[]>} what to run, absolute, in the order of the entries
 */
export async function bundle(entries, folder) {
  // Whoever calls this may have had the packages installed a moment ago.
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: folder,
    outbase: root,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: 'inline',
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  });
  return entries.map((path) => join(root, folder, path.replace(/\.ts$/, '.mjs')));
}
