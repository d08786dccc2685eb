import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { IGrammar } from 'vscode-textmate';
import { root } from '../../support/paths.ts';
import { cases, check } from './cases.ts';
import { loadGrammar } from './tokens.ts';

describe('the grammar of Replicated templates, in a small YAML grammar', () => {
  let grammar: IGrammar;
  before(async () => {
    const yaml = join(root, 'test/fixtures/syntaxes/yaml.tmLanguage.json');
    grammar = await loadGrammar(new Map([['source.yaml', yaml]]));
  });
  for (const each of cases) test(each.name, () => check(grammar, each));
});

test('the manifest injects the grammar that the file holds', () => {
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [entry] = contributes.grammars;
  const file = JSON.parse(readFileSync(join(root, entry.path), 'utf8'));
  assert.equal(entry.scopeName, file.scopeName);
  assert.deepEqual(entry.injectTo, ['source.yaml']);
});
