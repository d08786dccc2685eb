import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../support/paths.ts';

/**
 * The floors of the house, as ARCHITECTURE.md has them: each folder and what it may import. Packages are listed with
 * an `npm:` before their name.
 */
const core: Readonly<Record<string, readonly string[]>> = {
  text: [],
  gotemplate: ['text'],
  sprig: ['gotemplate', 'text'],
  manifest: ['text', 'gotemplate', 'npm:yaml'],
  image: ['text', 'npm:picomatch'],
  knowledge: ['image'],
  release: ['text', 'manifest', 'image', 'gotemplate', 'knowledge', 'npm:ignore', 'npm:picomatch'],
  kustomize: ['manifest', 'image'],
  helm: ['gotemplate', 'sprig', 'manifest'],
  kots: ['text', 'gotemplate', 'sprig', 'manifest', 'image', 'knowledge', 'release', 'kustomize', 'helm'],
  rules: ['text', 'gotemplate', 'manifest', 'image', 'knowledge', 'release', 'kustomize', 'kots'],
  session: ['text', 'manifest', 'image', 'knowledge', 'release', 'kots', 'rules'],
  features: [
    'text',
    'gotemplate',
    'manifest',
    'image',
    'knowledge',
    'release',
    'kustomize',
    'kots',
    'rules',
    'session',
  ],
};

const folders: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(core).map(([folder, allowed]) => [
      `server/src/core/${folder}`,
      allowed.map((one) => (one.startsWith('npm:') ? one : `server/src/core/${one}`)),
    ]),
  ),
  'server/src/io': [
    'server/src/core',
    'node:',
    'npm:@aws-sdk/client-ecr',
    'npm:@aws-sdk/client-iam',
    'npm:@aws-sdk/client-sts',
    'npm:@aws-sdk/credential-provider-node',
    'npm:@smithy/core',
    'npm:https-proxy-agent',
    'npm:ignore',
    'npm:picomatch',
  ],
  'server/src/work': ['server/src/core', 'server/src/io', 'node:'],
  'server/src/lsp': [
    'server/src/core',
    'server/src/io',
    'server/src/work',
    'node:',
    'npm:vscode-languageserver',
  ],
  'server/src/cli': [
    'server/src/core',
    'server/src/io',
    'server/src/work',
    'server/src/lsp',
    'sandbox/src',
    'node:',
  ],
  'sandbox/src': ['node:'],
  'client/src': ['npm:vscode', 'npm:vscode-languageclient', 'node:'],
};

describe('each folder imports only what its floor allows', () => {
  for (const [folder, allowed] of Object.entries(folders))
    test(folder, () => {
      const files = sources(join(root, folder));
      const wrong = files.flatMap((file) =>
        importsOf(file)
          .filter((imported) => !isAllowed(imported, folder, allowed))
          .map((imported) => `${relative(root, file)} imports ${imported}`),
      );
      assert.deepEqual(wrong, []);
    });
});

test('core has no clock, no randomness, no timers and no global process', () => {
  const banned =
    /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|process\.|globalThis|fetch\()/;
  const wrong = sources(join(root, 'server/src/core')).filter((file) =>
    banned.test(withoutComments(readFileSync(file, 'utf8'))),
  );
  assert.deepEqual(
    wrong.map((file) => relative(root, file)),
    [],
  );
});

test('every folder of core stands in the table', () => {
  const found = readdirSync(join(root, 'server/src/core'));
  assert.deepEqual(found.sort(), Object.keys(core).sort());
});

function isAllowed(imported: string, folder: string, allowed: readonly string[]): boolean {
  if (imported.startsWith('npm:') || imported.startsWith('node:'))
    return allowed.some(
      (one) =>
        one === imported ||
        (one === 'node:' && imported.startsWith('node:')) ||
        imported.startsWith(`${one}/`),
    );
  return [folder, ...allowed].some((one) => imported === one || imported.startsWith(`${one}/`));
}

/** What a file imports: `node:…`, `npm:…`, or a path from the repository's root. */
function importsOf(file: string): string[] {
  const text = withoutComments(readFileSync(file, 'utf8'));
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    if (name.startsWith('.')) return relative(root, join(dirname(file), name)).replaceAll('\\', '/');
    return name.startsWith('node:') ? name : `npm:${name}`;
  });
}

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '$1');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : path.endsWith('.ts') ? [path] : [];
  });
}
