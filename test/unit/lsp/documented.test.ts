import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { registryStates } from '../../../server/src/core/features/registries.ts';
import { lifetimes } from '../../../server/src/core/session/freshness.ts';
import { commandNames } from '../../../server/src/lsp/commands/names.ts';
import { initialSettings, readOptions } from '../../../server/src/lsp/options.ts';
import { virtualSchemes } from '../../../server/src/lsp/virtual-documents.ts';
import { root } from '../../support/paths.ts';

const page = readFileSync(join(root, 'docs/language-server.md'), 'utf8');

test('the page of the language server names everything that a client can say and hear', () => {
  const methods = readdirSync(join(root, 'server/src/lsp'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap(
      (file) => readFileSync(join(root, 'server/src/lsp', file), 'utf8').match(/waybill\/\w+(?=')/g) ?? [],
    );
  assert.ok(methods.length >= 3);
  const names = [
    ...new Set(methods),
    ...commandNames,
    ...virtualSchemes,
    ...registryStates,
    ...Object.keys(initialSettings({})),
    ...Object.keys(readOptions({}, {})),
  ];
  assert.deepEqual(
    names.filter((name) => !page.includes(`\`${name}`)),
    [],
  );
});

test('the page has the figures that hold', () => {
  assert.deepEqual(lifetimes, {
    content: Number.POSITIVE_INFINITY,
    there: 5 * 60_000,
    absent: 30_000,
    denied: 2 * 60_000,
    failed: 60_000,
    findings: 60 * 60_000,
  });
  assert.match(page, /for ever.*five minutes.*thirty seconds.*two minutes.*one minute.*an hour/s);
  assert.ok(page.includes(`| \`restMs\` | \`${readOptions({}, {}).restMs}\` |`));
});
