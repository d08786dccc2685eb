// Puts chunks that start together into one file: Node takes longer to find a module than to read it.
import { createHash } from 'node:crypto';
import { dirname, join, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';

/**
 * Merges chunks that are loaded by the same of some starts. No start loads a byte more than before; what loads later
 * may bring along a little that it does not need.
 * @param result of a minified build with `metafile`, `splitting` and without `write`; its files and its metafile are changed
 * @param options that it was built with: `absWorkingDir`, `target` and the like
 * @param starts for each start the source files of the entry points that are loaded one after the other
 */
export async function mergeChunks(result, options, starts) {
  const { outputs } = result.metafile;
  const texts = new Map(result.outputFiles.map(({ path, text }) => [nameOf(path, options), text]));
  /** Chunk → where it went, and what its exports are called there. */
  const moved = new Map();
  for (const members of groupsOf(outputs, starts)) {
    const merged = await merge(members, outputs, texts, options);
    for (const [i, member] of members.entries()) moved.set(member, { to: merged.path, prefix: prefixOf(i) });
    texts.set(merged.path, merged.text);
    outputs[merged.path] = merged.output;
  }
  for (const member of moved.keys()) {
    texts.delete(member);
    delete outputs[member];
  }
  for (const [path, text] of texts) texts.set(path, redirected(text, path, moved));
  for (const output of Object.values(outputs))
    for (const one of output.imports) one.path = moved.get(one.path)?.to ?? one.path;
  result.outputFiles = [...texts].map(([path, text]) => ({
    path: resolve(options.absWorkingDir, path),
    contents: Buffer.from(text),
    text,
  }));
}

const nameOf = (path, { absWorkingDir }) => relative(absWorkingDir, path).replaceAll('\\', '/');
const prefixOf = (i) => `m${i}_`;

/** Chunks that the same starts load, two or more to a group. Entry points keep their files. */
function groupsOf(outputs, starts) {
  const loadedBy = new Map();
  for (const [start, sources] of starts.entries()) {
    for (const chunk of new Set(sources.flatMap((source) => [...loaded(entryOf(outputs, source), outputs)])))
      loadedBy.set(chunk, [...(loadedBy.get(chunk) ?? []), start]);
  }
  const groups = new Map();
  for (const [chunk, by] of loadedBy) {
    // Whoever imports an entry point would be imported by it in turn once both are merged with others.
    if ([...loaded(chunk, outputs)].some((path) => outputs[path].entryPoint !== undefined)) continue;
    const key = by.join();
    groups.set(key, [...(groups.get(key) ?? []), chunk]);
  }
  return [...groups.values()].filter((members) => members.length > 1);
}

function entryOf(outputs, source) {
  const found = Object.keys(outputs).find((path) => outputs[path].entryPoint === source);
  if (found === undefined)
    throw new Error(`${source} is no entry point; scripts/build.mjs must follow where it went.`);
  return found;
}

/** An output and all that it imports at once. */
function loaded(output, outputs, seen = new Set()) {
  if (seen.has(output)) return seen;
  seen.add(output);
  for (const { path, kind, external } of outputs[output].imports)
    if (kind === 'import-statement' && !external) loaded(path, outputs, seen);
  return seen;
}

/** One chunk out of several, whose exports get their chunk's prefix. */
async function merge(members, outputs, texts, options) {
  const folder = dirname(members[0]);
  const contents = members
    .map((member, i) => {
      const names = outputs[member].exports.map((name) => `${name} as ${prefixOf(i)}${name}`);
      return `export {${names.join()}} from ${JSON.stringify(member)};`;
    })
    .join('\n');
  const inMemory = {
    name: 'in-memory',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path, importer, kind }) => {
        if (kind === 'entry-point') return null;
        if (importer === '<stdin>') return { path, namespace: 'chunk' };
        if (kind === 'dynamic-import' || !path.startsWith('.')) return { path, external: true };
        const to = join(folder, path).replaceAll('\\', '/');
        return members.includes(to) ? { path: to, namespace: 'chunk' } : { path, external: true };
      });
      build.onLoad({ filter: /./, namespace: 'chunk' }, ({ path }) => ({
        contents: texts.get(path),
        loader: 'js',
      }));
    },
  };
  const { outputFiles, metafile } = await esbuild.build({
    ...options,
    entryPoints: undefined,
    splitting: false,
    write: false,
    outdir: folder,
    stdin: { contents, resolveDir: options.absWorkingDir },
    plugins: [inMemory],
  });
  const [{ text }] = outputFiles;
  const [made] = Object.values(metafile.outputs);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
  return {
    path: `${folder}/merged-${hash}.cjs`,
    text,
    output: {
      bytes: Buffer.byteLength(text),
      imports: made.imports.map((one) =>
        one.path.startsWith('.')
          ? { ...one, path: join(folder, one.path).replaceAll('\\', '/'), external: undefined }
          : one,
      ),
      exports: made.exports,
      inputs: Object.assign({}, ...members.map((member) => outputs[member].inputs)),
    },
  };
}

/** A file whose imports name the merged chunks. */
function redirected(text, path, moved) {
  return text.replace(/\bimport(?:\{([^{}]*)\}from)?"(\.[^"]+)"/g, (whole, names, from) => {
    const chunk = join(dirname(path), from).replaceAll('\\', '/');
    const place = moved.get(chunk);
    if (place === undefined) return whole;
    const file = relative(dirname(path), place.to).replaceAll('\\', '/');
    const to = JSON.stringify(file.startsWith('.') ? file : `./${file}`);
    if (names === undefined) return `import${to}`;
    const renamed = names.split(',').map((one) => {
      const [name, as = name] = one.split(' as ');
      return `${place.prefix}${name} as ${as}`;
    });
    return `import{${renamed.join()}}from${to}`;
  });
}
