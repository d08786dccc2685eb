import { pod } from './example-pod.ts';
import { repositoryFix } from './fixes.ts';
import type { DocumentRule } from './rule.ts';

export const proxyWrongApp: DocumentRule = {
  name: 'proxy-wrong-app',
  severity: 'error',
  stage: 'document',
  summary: "The proxied name holds another app's slug.",
  explanation: `The path behind \`/proxy/\` starts with the slug of the app whose licence pulls. The proxy refuses a
licence of another app. Waybill compares it with \`app\` in \`.waybill.yaml\` or \`appSlug\` in \`.replicated\`.`,
  examples: [
    {
      before: pod('«proxy.replicated.com/proxy/acme-old/quay.io/acme/web:1.0»'),
      after: pod('proxy.replicated.com/proxy/acme/quay.io/acme/web:1.0'),
      config: `app: acme
`,
    },
  ],
  check: ({ uses, context }) =>
    uses.flatMap((read) => {
      const { peeled, reference, use } = read;
      if (peeled === null || peeled.appSlug === null || reference === null) return [];
      if (context.app === null || peeled.appSlug === context.app) return [];
      const rest = reference.path.replace(/^proxy\/[^/]+\//, '');
      return [
        {
          span: use.span,
          message: `This is proxied for the app "${peeled.appSlug}", but the app of this release is "${context.app}".`,
          fixes: repositoryFix(
            read,
            { host: reference.domain ?? context.proxyDomain, path: `proxy/${context.app}/${rest}` },
            { preferred: true, bulk: true, sameImage: read.source?.registry.kind !== 'ecr' },
          ),
        },
      ];
    }),
};
