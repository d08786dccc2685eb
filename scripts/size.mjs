// Checks the bundles against their size budgets, in bytes, and that what loads later really is in chunks of its own.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './lib/ensure.mjs';

ensureInstalled();
ensureBuilt();

const KB = 1000;
const meta = (folder) => JSON.parse(readFileSync(join(root, folder, 'meta.json'), 'utf8'));
const server = meta('dist/server');

/** All that loads when an output loads, by static imports. */
function startUp(output, seen = new Set()) {
  if (seen.has(output)) return seen;
  seen.add(output);
  for (const { path, kind, external } of server.outputs[output].imports)
    if (kind === 'import-statement' && !external) startUp(path, seen);
  return seen;
}
const bytes = (outputs) => [...outputs].reduce((sum, path) => sum + statSync(join(root, path)).size, 0);
const inputs = (outputs) => [...outputs].flatMap((path) => Object.keys(server.outputs[path].inputs));
function chunkOf(source) {
  const chunk = Object.keys(server.outputs).find((path) => server.outputs[path].entryPoint === source);
  if (chunk === undefined)
    throw new Error(`${source} has no chunk of its own; this script must follow where it went.`);
  return chunk;
}

/** What `waybill lsp` loads before it answers `initialize`. */
const languageServer = new Set();
for (const source of ['server/src/main.ts', 'server/src/cli/lsp.ts', 'server/src/lsp/start.ts'])
  startUp(chunkOf(source), languageServer);

const failures = [];
function budget(name, size, limit) {
  console.log(`${name}: ${(size / KB).toFixed(0)} KB of ${limit} KB`);
  if (size > limit * KB) failures.push(`${name} is over its budget`);
}
budget('VS Code client', statSync(join(root, 'dist/client/extension.js')).size, 500);
budget("language server's start-up", bytes(languageServer), 600);
for (const late of ['@aws-sdk/', '@smithy/', 'sandbox/src/', 'work/mirror/copy.ts'])
  if (inputs(languageServer).some((path) => path.includes(late)))
    failures.push(`${late} loads at the server's start`);

for (const failure of failures) console.error(`FAILED: ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);
