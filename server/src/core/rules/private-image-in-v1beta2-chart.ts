import { linking } from './example-pod.ts';
import type { DocumentRule } from './rule.ts';

export const privateImageInV1beta2Chart: DocumentRule = {
  name: 'private-image-in-v1beta2-chart',
  severity: 'error',
  stage: 'document',
  summary: 'A private image in the values of a v1beta2 HelmChart, which nobody rewrites to the proxy.',
  explanation: `The app manager rewrites images of plain manifests and of kots.io/v1beta1 charts. Values of a
kots.io/v1beta2 HelmChart go to Helm as they are, so a private registry named there is asked directly, without
credentials. Write the proxied form, with a template that also serves air gap installs:
\`'{{repl HasLocalRegistry | ternary LocalRegistryHost "proxy.replicated.com" }}'\` for the registry, and
\`proxy/APP/REGISTRY/PATH\` for the repository. The plain private name belongs into \`builder\` only.`,
  examples: [
    {
      path: 'chart.yaml',
      before: `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata:
  name: web
spec:
  values:
    image:
      repository: «429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web»
      tag: 2.0.0
`,
      config: linking('429114214526.dkr.ecr.us-east-2.amazonaws.com'),
    },
  ],
  check: ({ uses, context }) =>
    uses.flatMap((read) => {
      const { place } = read.use;
      if (
        (place !== 'chart-v1beta2' && place !== 'chart-defaults') ||
        read.peeled !== null ||
        read.registry === null
      )
        return [];
      const { kind, host } = read.registry;
      if (kind !== 'ecr') return [];
      const app = context.app ?? 'APP';
      return [
        {
          span: read.use.span,
          message: `Values of a v1beta2 HelmChart are not rewritten to the proxy, so customers would pull from ${host} without credentials. ${place === 'chart-v1beta2' ? 'Name it' : `Its values have to say ${read.use.field} anew,`} as ${context.proxyDomain}/proxy/${app}/${host}/${read.normal?.path ?? ''}.`,
        },
      ];
    }),
};
