import { nearestEndpoint } from '../image/endpoints.ts';
import { canonicalHost, sameRegistry } from '../image/hosts.ts';
import { linking, pod } from './example-pod.ts';
import { repositoryFix } from './fixes.ts';
import type { DocumentRule, Finding } from './rule.ts';

export const registryNotLinked: DocumentRule = {
  name: 'registry-not-linked',
  severity: 'warning',
  stage: 'document',
  summary: "Replicated's proxy has no credentials for this registry, so customers cannot pull from it.",
  explanation: `Replicated's proxy pulls a private image with the keys of a registry that was linked in the vendor
portal ("Add External Registry"). An image of another registry ends in ErrImagePull at the customer. Link the
registry, or use one that is linked. Waybill knows the registries listed in \`.waybill.yaml\` and, with a
REPLICATED_API_TOKEN, those of the vendor portal. Where the portal's list was read, a registry that stands in neither is
an error, and one that only \`.waybill.yaml\` lists is a warning. Where none are listed it says nothing of single images.`,
  examples: [
    {
      before: pod('«429114214526.dkr.ecr.us-east-1.amazonaws.com/demo-apps/web:2.0.0»'),
      after: pod('429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0'),
      config: linking('429114214526.dkr.ecr.us-east-2.amazonaws.com'),
    },
  ],
  check: ({ uses, context }) => {
    const { endpoints, source: listedBy, onlyListed, elsewhere } = context.linked;
    const findings = uses.flatMap((read): Finding[] => {
      const source = read.source;
      if (source === null || source.registry.ecr === null) return [];
      const host = source.registry.host;
      // Said by a rule of its own.
      if (Object.hasOwn(elsewhere, canonicalHost(host))) return [];
      if (onlyListed.some((endpoint) => sameRegistry(endpoint, host)))
        return [
          {
            span: read.use.span,
            unlinked: host,
            message: `${host} is listed in .waybill.yaml, but the vendor portal has no such registry, so Replicated's proxy cannot pull from it.`,
          },
        ];
      if (endpoints.some((endpoint) => sameRegistry(endpoint, host))) return [];
      if (listedBy === null)
        return [
          {
            span: read.use.span,
            unlinked: host,
            severity: 'hint',
            message: `No linked registries are known, so Waybill cannot tell whether customers can pull from ${host}. List them under "registries" in .waybill.yaml.`,
          },
        ];
      const meant = nearestEndpoint(host, endpoints);
      return [
        {
          span: read.use.span,
          unlinked: host,
          severity: listedBy === 'vendor portal' ? 'error' : 'warning',
          message: `${host} is not among the linked registries (${listedBy}), so Replicated's proxy cannot pull from it.`,
          fixes:
            meant === null || read.peeled !== null
              ? []
              : repositoryFix(
                  read,
                  { host: meant, path: source.reference.path },
                  { preferred: true, bulk: true },
                ),
        },
      ];
    });
    return listedBy === null ? findings.slice(0, 1) : findings;
  },
};
