import { installers as everyInstaller, type Installer } from '../release/config.ts';
import type { FunctionCall } from '../release/template-facts.ts';
import type { DocumentRule, Repair, Subject } from './rule.ts';
import { isForEmbeddedThree, templatesOf } from './template-text.ts';

const chart = (value: string): string => `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata:
  name: web
spec:
  chart:
    name: web
    chartVersion: 1.0.0
  values:
    image: ${value}
`;

export const functionNotInInstaller: DocumentRule = {
  name: 'function-not-in-installer',
  severity: 'error',
  stage: 'document',
  summary: 'A template calls a function that an installer of this release does not have.',
  explanation: `Embedded Cluster 3 has no KOTS in it: the functions of the local registry (\`HasLocalRegistry\`,
\`LocalRegistryHost\`, \`LocalImageName\` and others) are not there, and \`ReplicatedImageName\`,
\`ReplicatedImageRegistry\` and \`HelmValue\` are only there. An installer that does not know a function refuses the whole
file, also where the function stands in a branch that is never taken.

It is an error where no installer of the release has the function, so that nobody can install it, and a warning where
some have. Which installers a release is for, \`installers\` in \`.waybill.yaml\` says; without it, the kinds in the
release tell, and KOTS is only assumed: a function of Embedded Cluster 3's alone is then no problem in a release for it.`,
  examples: [
    {
      path: 'chart.yaml',
      before: chart(`'{{repl «LocalImageName» "quay.io/acme/web:1.0" }}'`),
      after: chart(`'{{repl ReplicatedImageName "quay.io/acme/web:1.0" }}'`),
      config: 'app: acme\ninstallers: [embedded-cluster-3]\n',
    },
    {
      path: 'chart.yaml',
      before: chart(`'{{repl «HasLocalRegistry» | ternary «LocalRegistryHost» "quay.io" }}/acme/web:1.0'`),
      config: 'app: acme\ninstallers: [kots, embedded-cluster-3]\n',
    },
    {
      path: 'chart.yaml',
      before: chart(`'{{repl «ReplicatedImageName» "quay.io/acme/web:1.0" }}'`),
      after: chart(`'{{repl LocalImageName "quay.io/acme/web:1.0" }}'`),
      config: 'app: acme\ninstallers: [kots]\n',
    },
  ],
  check: (subject) => {
    const { templates } = subject.context;
    if (templates === undefined) return [];
    const rendering = renderingInstallers(subject);
    return templatesOf(subject).calls.flatMap((call) => {
      const has = templates.functions.get(call.name)?.installers;
      if (has === undefined) return [];
      const without = rendering.filter((installer) => !has.includes(installer));
      const some = without.length < rendering.length;
      const missing = some ? without.filter((installer) => isCertain(installer, subject)) : without;
      if (missing.length === 0) return [];
      return [
        {
          span: call.span,
          message: `${call.name} is not there in ${inWords(missing)}, only in ${inWords(everyInstaller.filter((one) => has.includes(one)))}. ${missing.length === 1 ? 'It refuses' : 'They refuse'} a file that calls it.`,
          ...(some ? { severity: 'warning' as const } : {}),
          repairs: () => (some ? [] : repairsOf(call)),
        },
      ];
    });
  },
};

/** The installers of the release that render the document. */
const renderingInstallers = ({ context, facts: { resource } }: Subject): Installer[] =>
  context.installers.filter(
    (installer) =>
      installer !== 'helm' && (installer !== 'embedded-cluster-3' || isForEmbeddedThree(resource)),
  );

/** KOTS is assumed where nothing says how a release is installed. */
const isCertain = (installer: Installer, { context }: Subject): boolean =>
  installer !== 'kots' || context.config.installers.includes('kots');

/** What the other installer has in its place and takes the same. */
const counterparts: Readonly<Record<string, string>> = {
  LocalImageName: 'ReplicatedImageName',
  ReplicatedImageName: 'LocalImageName',
};

function repairsOf({ name, span, argument }: FunctionCall): Repair[] {
  const other = counterparts[name];
  if (other === undefined || argument === null) return [];
  return [{ title: `Change to ${other}`, edits: [{ span, newText: other }], preferred: true }];
}

const names: Readonly<Record<Installer, string>> = {
  kots: 'KOTS',
  'embedded-cluster-2': 'Embedded Cluster 2',
  'embedded-cluster-3': 'Embedded Cluster 3',
  helm: 'Helm',
};

const inWords = (installers: readonly Installer[]): string =>
  installers.map((installer) => names[installer]).join(' and ');
