import { canonicalHost } from '../image/hosts.ts';
import { linking, pod } from './example-pod.ts';
import type { DocumentRule } from './rule.ts';

export const linkedForAnotherApp: DocumentRule = {
  name: 'linked-for-another-app',
  severity: 'warning',
  stage: 'document',
  summary: 'The registry is linked in the vendor portal, but only for other apps.',
  explanation: `A linked registry can be limited to some of a team's apps. The proxy then pulls from it for those only, and
an image of this app ends in ErrImagePull at the customer. Add this app to the registry in the vendor portal, or use a
registry that is linked for it. Waybill knows this only where the portal's list could be read (REPLICATED_API_TOKEN).`,
  examples: [
    {
      before: pod('«429114214526.dkr.ecr.us-east-1.amazonaws.com/demo-apps/web:2.0.0»'),
      config: `app: my-app\n${linking('429114214526.dkr.ecr.us-east-2.amazonaws.com')}`,
      world: {
        'vendor portal': {
          '429114214526.dkr.ecr.us-east-2.amazonaws.com': ['my-app'],
          '429114214526.dkr.ecr.us-east-1.amazonaws.com': ['other-app'],
        },
      },
    },
  ],
  check: ({ uses, context }) =>
    uses.flatMap(({ source, use }) => {
      if (source === null) return [];
      const { host } = source.registry;
      const apps = context.linked.elsewhere[canonicalHost(host)];
      if (apps === undefined) return [];
      return [
        {
          span: use.span,
          message: `${host} is linked in the vendor portal for ${apps.join(', ')} only, not for ${context.app ?? 'this app'}, so Replicated's proxy cannot pull from it.`,
        },
      ];
    }),
};
