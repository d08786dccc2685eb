// Bundles the extension's client and the server with its command line. `--watch` keeps bundling; `--dev` skips minifying.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './lib/ensure.mjs';
import { mergeChunks } from './lib/merged.mjs';
import { noticesOf } from './lib/notices.mjs';
import { withoutDocs } from './lib/without-docs.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  platform: 'node',
  // Packages' ES modules, where they have them, so that what is not used is left out.
  mainFields: ['module', 'main'],
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  define: { __VERSION__: JSON.stringify(version) },
};

const client = {
  ...common,
  entryPoints: { extension: 'client/src/extension.ts' },
  outdir: 'dist/client',
  format: 'cjs',
  external: ['vscode'],
};
const server = {
  ...common,
  entryPoints: {
    waybill: 'server/src/main.ts',
    asking: 'server/src/io/apart/worker.ts',
    mirroring: 'server/src/work/mirror/worker.ts',
  },
  outdir: 'dist/server',
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [withoutDocs],
  banner: {
    // Bundled CommonJS packages call require for Node's own modules.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** What is waited for at each start: the entry points that are loaded one after the other. */
const starts = [
  ['server/src/main.ts', 'server/src/cli/lsp.ts', 'server/src/lsp/start.ts'],
  ['server/src/main.ts', 'server/src/cli/check.ts'],
  ['server/src/main.ts', 'server/src/cli/preview.ts'],
  ['server/src/main.ts', 'server/src/cli/mirror.ts'],
  ['server/src/io/apart/worker.ts'],
];

if (watch) {
  for (const options of [client, server]) {
    const context = await esbuild.context(options);
    // The first build is waited for, so that an editor that waits for "Watching" starts a whole program.
    await context.rebuild().catch(() => {});
    await context.watch();
  }
  console.error('Watching …');
} else {
  const inputs = [];
  for (const options of [client, server]) {
    const result = await esbuild.build({ ...options, write: false });
    if (options === server && !dev) await mergeChunks(result, options, starts);
    const { metafile } = result;
    for (const { path, contents } of result.outputFiles) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, contents);
    }
    writeFileSync(join(root, options.outdir, 'meta.json'), JSON.stringify(metafile));
    inputs.push(...Object.keys(metafile.inputs));
    // Only now, so that a program that starts meanwhile finds all of its parts.
    const made = new Set([...Object.keys(metafile.outputs), `${options.outdir}/meta.json`]);
    for (const path of filesIn(options.outdir)) if (!made.has(path)) rmSync(join(root, path));
  }
  writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), noticesOf(inputs));
}

/** The files below a folder, relative to the root. */
function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}
