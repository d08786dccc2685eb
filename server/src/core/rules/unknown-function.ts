import { nearest } from '../image/distance.ts';
import type { Templates } from '../release/context.ts';
import type { FunctionCall } from '../release/template-facts.ts';
import { pod } from './example-pod.ts';
import type { DocumentRule } from './rule.ts';
import { templatesOf } from './template-text.ts';

export const unknownFunction: DocumentRule = {
  name: 'unknown-function',
  severity: 'error',
  stage: 'document',
  summary: 'A template calls a function that no installer has.',
  explanation: `The app manager looks for the functions of a file's templates before it renders any of them, also in
branches that are never taken. One that it does not know makes it refuse the whole version. It knows its own functions,
those of Sprig and those of Go's templates; Helm's, such as \`include\` and \`toYaml\`, are only there in charts.

\`{{repl\` starts a template whatever follows: in \`{{replicas}}\` the app manager looks for a function \`icas\`.`,
  examples: [
    {
      before: pod(`'quay.io/acme/web:{{repl «ConfigOptoin» "tag" }}'`),
      after: pod(`'quay.io/acme/web:{{repl ConfigOption "tag" }}'`),
    },
  ],
  check: (subject) => {
    const { templates, installers } = subject.context;
    if (templates === undefined) return [];
    return templatesOf(subject).calls.flatMap((call) => {
      const { name, span } = call;
      if (templates.functions.has(name)) return [];
      if (name === 'ReplicatedImageRepository' && installers.includes('embedded-cluster-3')) return [];
      const near = call.accidental ? [] : nearest(name, namesFor(templates, installers), 3);
      const question = near[0] === undefined ? '' : ` Did you mean ${near[0]}?`;
      return [
        {
          span,
          message: `${reasonOf(call)}${question} The app manager refuses a version with such a template.`,
          repairs: () =>
            near.map((other, i) => ({
              title: `Change to ${other}`,
              edits: [{ span, newText: other }],
              preferred: i === 0,
            })),
        },
      ];
    });
  },
};

/** Only what the release can use is worth proposing. */
const namesFor = ({ functions }: Templates, installers: readonly string[]): string[] =>
  [...functions]
    .filter(([, of]) => of.installers.some((one) => installers.includes(one)))
    .map(([name]) => name);

const helms: ReadonlySet<string> = new Set([
  'include',
  'tpl',
  'required',
  'lookup',
  'toYaml',
  'toYamlPretty',
  'fromYaml',
  'fromYamlArray',
  'fromJsonArray',
  'toToml',
  'fromToml',
]);

function reasonOf({ name, accidental }: FunctionCall): string {
  if (accidental)
    return `{{repl${name} starts a template of the app manager's, which looks for a function ${name} here. Put a space behind the braces.`;
  return helms.has(name)
    ? `${name} is a function of Helm's charts. Templates of the app manager do not have it.`
    : `There is no function ${name}.`;
}
