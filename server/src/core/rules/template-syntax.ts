import type { TemplateFault } from '../release/template-facts.ts';
import { pod } from './example-pod.ts';
import type { DocumentRule } from './rule.ts';
import { templatesOf } from './template-text.ts';

export const templateSyntax: DocumentRule = {
  name: 'template-syntax',
  severity: 'error',
  stage: 'document',
  summary: 'The app manager cannot read a template.',
  explanation: `One template that cannot be read makes the app manager refuse the whole version, wherever it stands: in a
comment or in a branch that is never taken, too. Texts inside a template stand in double quotes or in backquotes. What
YAML makes of quotes and backslashes does not count, because templates are rendered before YAML is read.`,
  examples: [
    {
      before: pod("'quay.io/acme/web:{{repl ConfigOption «“»tag” }}'"),
      after: pod(`'quay.io/acme/web:{{repl ConfigOption "tag" }}'`),
    },
    {
      before: pod(`"quay.io/acme/web:repl{{ ConfigOption «\\»"tag\\" }}"`),
      after: pod('"quay.io/acme/web:repl{{ ConfigOption `tag` }}"'),
    },
    {
      before: pod(`'quay.io/acme/web:«{{repl ConfigOption "tag" }»'`),
      after: pod(`'quay.io/acme/web:{{repl ConfigOption "tag" }}'`),
    },
    {
      before: pod(`'quay.io/acme/web:«{{repl if IsAirgap }}»1.0'`),
    },
  ],
  check: (subject) =>
    templatesOf(subject).problems.map((fault) => ({
      span: fault.span,
      message: `${reasonOf(fault, subject.document.text)} The app manager refuses a version with such a template.`,
      repairs: () =>
        fault.repair === null ? [] : [{ title: titleOf(fault), edits: [fault.repair], preferred: true }],
    })),
};

const titleOf = ({ kind, repair }: TemplateFault): string => {
  const put = repair?.newText.trim() ?? '';
  if (kind === 'unclosed' && /\}$/.test(put)) return 'Close the template';
  if (/["`]/.test(put)) return `Put the text in ${put.includes('`') ? 'backquotes' : 'double quotes'}`;
  return put === '' ? 'Take the pipe away' : `Insert ${put}`;
};

/** Go's words are exact, but few people have read its lexer. */
function reasonOf({ kind, said, span }: TemplateFault, text: string): string {
  switch (kind) {
    case 'unclosed':
      return 'Nothing closes this template: its }} is missing.';
    case 'unended':
      return 'Nothing ends this block: its {{repl end}} or repl{{ end }} is missing.';
    case 'stray':
      return 'There is no if, range or with that this belongs to.';
    case 'syntax':
      break;
  }
  const at = text.slice(span.start, span.end);
  const strange = /^unrecognized character in action: U\+(\w+)/.exec(said)?.[1];
  if (strange !== undefined) {
    const letter = String.fromCodePoint(Number.parseInt(strange, 16));
    return /[“”„‟«»‘’‚‛]/.test(letter)
      ? `${letter} is no quote to templates. Texts stand in "double quotes" or in \`backquotes\`.`
      : `${letter} means nothing in a template.`;
  }
  if (/character constant/.test(said) || at.startsWith("'"))
    return 'Single quotes hold one letter. Texts stand in "double quotes" or in `backquotes`.';
  if (at.startsWith('\\'))
    return 'A backslash means nothing here, because templates are rendered before YAML is read. Use `backquotes`.';
  if (/^unterminated quoted string/.test(said)) return 'A quote is missing: this text does not end.';
  if (/^unterminated raw/.test(said)) return 'A backquote is missing: this text does not end.';
  if (/^unclosed left paren/.test(said)) return 'A closing parenthesis is missing.';
  if (/^unexpected right paren/.test(said)) return 'This parenthesis closes nothing.';
  if (/^missing value/.test(said)) return 'Something is missing here: a value or a function.';
  return `This is no template that Go can read: ${said}.`;
}
