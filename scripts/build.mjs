// Bundles the extension's client and the server with its command line. `--watch` keeps bundling; `--dev` skips minifying.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import { toCommonJs } from './lib/commonjs.mjs';
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
  sourcemap: dev ? 'inline' : false,
  entryPoints: {
    waybill: 'server/src/main.ts',
    asking: 'server/src/io/apart/worker.ts',
    mirroring: 'server/src/work/mirror/worker.ts',
  },
  outdir: 'dist/server',
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.cjs' },
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [withoutDocs],
};

/** What is waited for at each start: the entry points that are loaded one after the other. */
const starts = [
  ['server/src/main.ts', 'server/src/cli/lsp.ts', 'server/src/lsp/start.ts'],
  ['server/src/main.ts', 'server/src/cli/check.ts'],
  ['server/src/main.ts', 'server/src/cli/preview.ts'],
  ['server/src/main.ts', 'server/src/cli/mirror.ts'],
  ['server/src/io/apart/worker.ts'],
];

/** Writes what esbuild made, entry points last, so that a program that starts meanwhile finds all of its parts. */
const writing = (options) => ({
  name: 'writing',
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      if (options === server) {
        if (!dev) await mergeChunks(result, options, starts);
        await toCommonJs(result, options);
      }
      const written = new Set([`${options.outdir}/meta.json`]);
      const isEntry = ({ path }) => dirname(path) === join(root, options.outdir);
      const files = result.outputFiles.toSorted((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
      for (const { path, contents } of files) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, contents);
        written.add(relative(root, path).replaceAll('\\', '/'));
      }
      writeFileSync(join(root, options.outdir, 'meta.json'), JSON.stringify(result.metafile));
      for (const path of filesIn(options.outdir)) if (!written.has(path)) rmSync(join(root, path));
    });
  },
});

/** The sources that went into what is shipped. */
const inputs = [];
for (const options of [client, server]) {
  const whole = { ...options, write: false, plugins: [...(options.plugins ?? []), writing(options)] };
  if (!watch) inputs.push(...Object.keys((await esbuild.build(whole)).metafile.inputs));
  else {
    const context = await esbuild.context(whole);
    // The first build is waited for, so that an editor that waits for "Watching" starts a whole program.
    await context.rebuild().catch(() => {});
    await context.watch();
  }
}
if (watch) console.error('Watching …');
else writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), noticesOf(inputs));

/** The files below a folder, relative to the root. */
function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}
