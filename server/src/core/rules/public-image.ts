import { familiar } from '../image/normal.ts';
import { pod } from './example-pod.ts';
import { rewriteFix, targetOf } from './fixes.ts';
import { moveOf } from './private-home.ts';
import type { DocumentRule } from './rule.ts';
import { wholeForms } from './whole-form.ts';

export const publicImage: DocumentRule = {
  name: 'public-image',
  severity: 'hint',
  stage: 'document',
  summary: 'A public image that has a private path in a linked registry.',
  explanation: `Public registries limit how often an address may pull, and images there can change or go away.
A copy in your own ECR registry is pulled through Replicated's proxy with the customer's licence. Waybill says this
only where \`.waybill.yaml\` names a private path for the image and the app manager rewrites it there. List what is to
stay public under \`keepPublic\`. In values of a kots.io/v1beta2 HelmChart nobody rewrites anything, so the fix writes the
whole form that installs online and in air gaps, with the pull secret and the plain name in \`builder\`.`,
  examples: [
    {
      before: pod('«nginx:1.27.2»'),
      after: pod('429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/nginx:1.27.2'),
      config: `registries:
  - endpoint: 429114214526.dkr.ecr.us-east-2.amazonaws.com
    rewrite: demo-apps/{name}
`,
    },
  ],
  check: ({ uses, context, collisions, document }) =>
    uses.flatMap((read) => {
      const move = moveOf(read, context);
      if (move === null || read.reference === null) return [];
      const home = { host: move.target.registry, path: move.target.repository };
      if (collisions.has(`${home.host}/${home.path}`)) return [];
      const how = { target: targetOf(read, home) };
      const verb = `Rewrite to ${home.host}/${home.path}`;
      const inChart = read.use.place === 'chart-v1beta2';
      const fixes = inChart ? wholeForms(read, home, document, context, verb, how) : rewriteFix(read, home);
      if (fixes.length === 0) return [];
      return [
        {
          span: read.use.span,
          message: `${familiar(read.reference)} is pulled from ${read.registry?.host}. Its private path is ${home.host}/${home.path}.`,
          fixes,
        },
      ];
    }),
};
