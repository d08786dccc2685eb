import { linking } from './example-pod.ts';
import type { DocumentRule } from './rule.ts';
import { wholeForms } from './whole-form.ts';

export const privateImageInV1beta2Chart: DocumentRule = {
  name: 'private-image-in-v1beta2-chart',
  severity: 'error',
  stage: 'document',
  summary: 'A private image in the values of a v1beta2 HelmChart, which nobody rewrites to the proxy.',
  explanation: `The app manager rewrites images of plain manifests and of kots.io/v1beta1 charts. Values of a
kots.io/v1beta2 HelmChart go to Helm as they are, so a private registry named there is asked directly, without
credentials. The fix writes what installs online and in air gaps: a template that names the proxy, or the customer's
registry where there is one (\`LocalRegistryAddress\` with KOTS and Embedded Cluster 2, \`ReplicatedImageName\` with
Embedded Cluster 3), the app manager's pull secret where the chart reads one, and the plain private name in
\`builder\`, from which the vendor portal tells what an air gap bundle must hold. The own values of the chart count
too, packaged or in a folder, where the HelmChart does not say them anew.`,
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
      after: `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata:
  name: web
spec:
  values:
    imagePullSecrets:
    - name: '{{repl ImagePullSecretName }}'
    image:
      repository: '{{repl HasLocalRegistry | ternary LocalRegistryAddress "proxy.replicated.com/proxy/acme/429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps" }}/web'
      tag: 2.0.0
  builder:
    image:
      repository: 429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web
      tag: '2.0.0'
`,
      config: `app: acme\n${linking('429114214526.dkr.ecr.us-east-2.amazonaws.com')}`,
    },
  ],
  check: ({ uses, context, document }) =>
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
          fixes:
            read.normal === null
              ? []
              : wholeForms(read, { host, path: read.normal.path }, document, context, 'Pull it', {
                  target: null,
                }),
        },
      ];
    }),
};
