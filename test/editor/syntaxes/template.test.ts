import assert from 'node:assert/strict';
import { join } from 'node:path';
import { extensions } from 'vscode';
import { cases, check } from '../../unit/syntaxes/cases.ts';
import { loadGrammar } from '../../unit/syntaxes/tokens.ts';
import { test } from '../support/runner.ts';

interface GrammarEntry {
  readonly scopeName: string;
  readonly path: string;
}

for (const each of cases)
  test(`in VS Code's own YAML grammar: ${each.name}`, async () => {
    const yaml = extensions.getExtension('vscode.yaml');
    assert.ok(yaml, 'VS Code has no YAML extension');
    const grammars: readonly GrammarEntry[] = yaml.packageJSON.contributes.grammars;
    const files = new Map(grammars.map(({ scopeName, path }) => [scopeName, join(yaml.extensionPath, path)]));
    check(await loadGrammar(files), each);
  });
