import { nearest } from '../image/distance.ts';
import type { DocumentRule } from './rule.ts';
import { templatesOf } from './template-text.ts';

const config = (value: string): string => `apiVersion: kots.io/v1beta1
kind: Config
metadata:
  name: config
spec:
  groups:
    - name: network
      items:
        - name: hostname
          type: text
        - name: url
          type: text
          value: ${value}
`;

export const unknownConfigOption: DocumentRule = {
  name: 'unknown-config-option',
  severity: 'warning',
  stage: 'document',
  summary: 'A template asks for a config option that the release does not have.',
  explanation: `The app manager has no error for an option that is not in the Config: it gives an empty text, or false,
and what was meant to be filled in stays empty at every customer. A release without a Config is left alone, and so is
one whose Config a template writes items into.`,
  examples: [
    {
      path: 'config.yaml',
      before: config(`'https://{{repl ConfigOption "«hostnam»" }}'`),
      after: config(`'https://{{repl ConfigOption "hostname" }}'`),
    },
  ],
  check: (subject) => {
    const { templates } = subject.context;
    const names = templates?.optionNames() ?? null;
    if (names === null) return [];
    return templatesOf(subject).calls.flatMap(({ name, argument }) => {
      if (argument === null || !name.startsWith('ConfigOption') || !templates?.functions.has(name)) return [];
      if (isOption(argument.text, names)) return [];
      const near = nearest(argument.text, [...names], 3);
      const question = near[0] === undefined ? '' : ` Did you mean "${near[0]}"?`;
      return [
        {
          span: argument.content,
          message: `The Config has no option "${argument.text}", so the app manager takes it for empty.${question}`,
          repairs: () =>
            near.map((other, i) => ({
              title: `Change to "${other}"`,
              edits: [{ span: argument.content, newText: other }],
              preferred: i === 0,
            })),
        },
      ];
    });
  },
};

/** Copies of an option that can be repeated are named after it. */
const isOption = (name: string, names: ReadonlySet<string>): boolean =>
  names.has(name) || [...names].some((option) => name.startsWith(`${option}-`));
