import assert from 'node:assert/strict';
import type { IGrammar } from 'vscode-textmate';
import { type Token, tokenize } from './tokens.ts';

/** A YAML text and what must be seen in it. They hold for every YAML grammar that ours is injected into. */
export interface Case {
  readonly name: string;
  readonly yaml: string;
  /** Text of a token → a scope that it has; where the text occurs more than once, one of them. */
  readonly has: Readonly<Record<string, string>>;
  /** Texts of tokens that no template scope may cover. */
  readonly plain?: readonly string[];
}

const mark = 'replicated-template';

export const cases: readonly Case[] = [
  {
    name: 'a whole plain scalar',
    yaml: 'replicas: repl{{ ConfigOption "replicas" | ParseInt }}\nafter: 1',
    has: {
      'repl{{': `punctuation.section.embedded.begin.${mark}`,
      ConfigOption: `support.function.replicated.${mark}`,
      replicas: `string.quoted.double.${mark}`,
      '|': `keyword.operator.pipe.${mark}`,
      ParseInt: `support.function.replicated.${mark}`,
      '}}': `punctuation.section.embedded.end.${mark}`,
    },
    plain: ['after'],
  },
  {
    name: 'the other delimiter, which YAML alone takes for a flow mapping',
    yaml: 'name: {{repl ConfigOption "name" }}\nafter: 1',
    has: {
      '{{repl': `punctuation.section.embedded.begin.${mark}`,
      ConfigOption: `support.function.replicated.${mark}`,
      '}}': `punctuation.section.embedded.end.${mark}`,
    },
    plain: ['after'],
  },
  {
    name: 'inside single quotes, with text around',
    yaml: `image: 'repl{{ LocalRegistryHost }}/nginx:1.25' # pulled\nafter: 1`,
    has: { LocalRegistryHost: `support.function.replicated.${mark}`, '/nginx:1.25': 'string.quoted.single' },
    plain: ['/nginx:1.25', 'after'],
  },
  {
    name: 'double quotes inside double quotes',
    yaml: 'image: "repl{{ ConfigOption "host" }}/nginx"\nafter: 1',
    has: { host: `string.quoted.double.${mark}`, '/nginx': 'string.quoted.double' },
    plain: ['/nginx', 'after'],
  },
  {
    name: 'two in one plain scalar',
    yaml: 'image: repl{{ LocalRegistryHost }}/{{repl LocalRegistryNamespace }}/nginx\nafter: 1',
    has: { LocalRegistryHost: 'support.function', LocalRegistryNamespace: 'support.function' },
    plain: ['/nginx', 'after'],
  },
  {
    name: 'in a list item and a key',
    yaml: '- repl{{ Namespace }}\n- repl{{ ConfigOption "key" }}: x\n- after: 1',
    has: { Namespace: 'support.function', ConfigOption: 'support.function', key: 'string.quoted.double' },
    plain: ['after'],
  },
  {
    name: 'lines of their own',
    yaml: 'a:\n{{repl if and (ConfigOptionEquals "a" "1") (not IsKurl) }}\n  b: 1\n{{repl else }}\n  c: 2\n{{repl end }}\nafter: 1',
    has: {
      if: `keyword.control.${mark}`,
      and: `entity.name.function.${mark}`,
      '(': `punctuation.section.parens.${mark}`,
      not: `entity.name.function.${mark}`,
      else: `keyword.control.${mark}`,
      end: `keyword.control.${mark}`,
    },
    plain: ['b', 'c', 'after'],
  },
  {
    name: 'a block scalar',
    yaml: 'text: |\n  server repl{{ ConfigOption "host" }};\n  more\nafter: 1',
    has: { ConfigOption: 'support.function' },
    plain: ['more', 'after'],
  },
  {
    name: 'a YAML comment, which the app manager renders all the same',
    yaml: '# repl{{ ConfigOption "host" }} old\nafter: 1',
    has: { ConfigOption: 'support.function' },
    plain: ['old', 'after'],
  },
  {
    name: 'closing braces in a string are not the end',
    yaml: 'a: repl{{ print "}}" `}}` }}b\nafter: 1',
    has: { print: 'entity.name.function' },
    plain: ['b', 'after'],
  },
  {
    name: 'variables, fields, numbers, constants, escapes, trim markers',
    yaml: `a: 'repl{{- $x := dict "n\\t" 0x1F .Values.a true -}}'\nafter: 1`,
    has: {
      '-': `keyword.operator.trim.${mark}`,
      $x: `variable.other.${mark}`,
      ':=': `keyword.operator.assignment.${mark}`,
      '\\t': `constant.character.escape.${mark}`,
      '0x1F': `constant.numeric.${mark}`,
      '.Values': `variable.other.member.${mark}`,
      true: `constant.language.${mark}`,
    },
    plain: ['after'],
  },
  {
    name: 'a comment over two lines',
    yaml: '{{repl/* first }}\nsecond */}}\nafter: 1',
    has: {
      '{{repl': `punctuation.definition.comment.begin.${mark}`,
      second: `comment.block.${mark}`,
      '}}': `punctuation.definition.comment.end.${mark}`,
    },
    plain: ['after'],
  },
  {
    name: 'one that is still being typed ends with its line',
    yaml: 'a: repl{{ ConfigOption "ho\nafter: 1',
    has: { ConfigOption: 'support.function', ho: 'string.quoted.double' },
    plain: ['after'],
  },
  {
    name: 'Helm templates are none of ours',
    yaml: `a: '{{ .Values.image }}'\nafter: 1`,
    has: {},
    plain: ['after', "'", '{{ .Values.image }}'],
  },
];

/** @throws AssertionError that shows all tokens */
export function check(grammar: IGrammar, { yaml, has, plain = [] }: Case): void {
  const tokens = tokenize(grammar, yaml);
  const shown = tokens.map(({ text, scopes }) => `${JSON.stringify(text)}  ${scopes}`).join('\n');
  const find = (text: string): Token[] => {
    const found = tokens.filter((each) => each.text === text);
    assert.ok(found.length > 0, `no token ${JSON.stringify(text)} in\n${shown}`);
    return found;
  };
  for (const [text, scope] of Object.entries(has))
    assert.ok(
      find(text).some(({ scopes }) => scopes.includes(scope)),
      `${text} should be ${scope} in\n${shown}`,
    );
  for (const text of plain)
    assert.ok(
      find(text).every(({ scopes }) => !scopes.includes(mark)),
      `${text} should be plain YAML in\n${shown}`,
    );
}
