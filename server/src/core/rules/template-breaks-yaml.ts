import type { YamlBreak, YamlRepair } from '../release/template-facts.ts';
import type { DocumentRule, Repair, Subject } from './rule.ts';
import { breaksOf } from './template-text.ts';

const application = (title: string): string => `apiVersion: kots.io/v1beta1
kind: Application
metadata:
  name: acme
spec:
  title: ${title}
`;

const configMap = (value: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  repository: ${value}
`;

export const templateBreaksYaml: DocumentRule = {
  name: 'template-breaks-yaml',
  severity: 'error',
  stage: 'document',
  summary: 'A template makes its file no YAML.',
  explanation: `Manifests are read as YAML when their templates have been rendered, with the defaults of the Config as
long as the customer enters nothing else. One that is no YAML then is left out of what is installed.

What the app manager keeps to itself, such as the Config, the Application and HelmCharts, it reads as YAML before it
renders it, too. There a template must not stand unquoted behind \`{{\`, and quotes in it must not end the string that it
stands in. What cannot be read then is left out without a word, and a Config makes it refuse the version.`,
  examples: [
    {
      path: 'app.yaml',
      before: application('«{{repl ConfigOption "title" }}»'),
      after: application('repl{{ ConfigOption "title" }}'),
    },
    {
      path: 'app.yaml',
      before: application('"«repl{{ ConfigOption "title" }}»"'),
      after: application('"repl{{ ConfigOption `title` }}"'),
    },
    {
      path: 'map.yaml',
      before: configMap(`'{{repl ReplicatedProxyDomain }}'«/acme/web»`),
      after: configMap(`'{{repl ReplicatedProxyDomain }}/acme/web'`),
    },
    {
      path: 'map.yaml',
      before: configMap('«repl{{ print "a: b" }}»'),
      after: configMap(`'repl{{ print "a: b" }}'`),
    },
    {
      path: 'map.yaml',
      before: configMap('|\n    «repl{{ print "one\\ntwo" }}»'),
      after: configMap('|\n    repl{{ print "one\\ntwo" | nindent 4 }}'),
    },
  ],
  check: (subject) =>
    breaksOf(subject).map((found) => ({
      span: found.span,
      message: `${openingOf(found)} ${found.said} ${consequence(subject)}`,
      repairs: () =>
        found
          .repairs()
          .map(({ how, edits }, i): Repair => ({ title: titles[how], edits, preferred: i === 0 })),
    })),
};

const openingOf = ({ when }: YamlBreak): string =>
  when === 'before'
    ? 'The app manager reads this file before it renders the template, and then it is no YAML:'
    : 'With its templates rendered, this is no YAML:';

function consequence({ facts: { resource } }: Subject): string {
  const kind = resource?.kind ?? '';
  const group = resource?.apiVersion.split('/')[0];
  if (group === 'kots.io' && (kind === 'Config' || kind === 'License'))
    return 'The app manager refuses a version with such a file.';
  return 'The app manager leaves out what it cannot read.';
}

const titles: Readonly<Record<YamlRepair['how'], string>> = {
  quotes: 'Put the value in quotes',
  quote: 'Quote what the template gives',
  nindent: 'Indent what the template gives',
  'closing-quote': 'Move the closing quote behind the text',
  delimiters: 'Write the template as repl{{ … }}',
  backquotes: 'Write the quotes in the template as backquotes',
};
