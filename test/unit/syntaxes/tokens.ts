import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IGrammar, IRawGrammar } from 'vscode-textmate';
import { root } from '../../support/paths.ts';

const load = createRequire(join(root, 'package.json'));
const oniguruma = load('vscode-oniguruma') as typeof import('vscode-oniguruma');
const textmate = load('vscode-textmate') as typeof import('vscode-textmate');

export interface Token {
  readonly text: string;
  /** Outermost first: `source.yaml meta.template.replicated-template …`. */
  readonly scopes: string;
}

/**
 * The YAML grammar with ours injected, as VS Code puts them together.
 * @param yaml scope name → file, of every grammar that YAML is made of
 */
export async function loadGrammar(yaml: ReadonlyMap<string, string>): Promise<IGrammar> {
  const wasm = readFileSync(load.resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(new Uint8Array(wasm).buffer);
  const injection = 'waybill.replicated-template';
  const files = new Map([...yaml, [injection, join(root, 'syntaxes/replicated-template.tmLanguage.json')]]);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope): Promise<IRawGrammar | null> => {
      const file = files.get(scope);
      return file === undefined ? null : textmate.parseRawGrammar(readFileSync(file, 'utf8'), file);
    },
    getInjections: (scope) => (scope === 'source.yaml' ? [injection] : []),
  });
  const grammar = await registry.loadGrammar('source.yaml');
  if (grammar === null) throw new Error('There is no grammar source.yaml among those given.');
  return grammar;
}

/** The tokens of a text, line by line, without the blank ones. */
export function tokenize(grammar: IGrammar, text: string): Token[] {
  let stack = textmate.INITIAL;
  return text.split('\n').flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    return tokens
      .map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex).trim(),
        scopes: scopes.join(' '),
      }))
      .filter((token) => token.text !== '');
  });
}
