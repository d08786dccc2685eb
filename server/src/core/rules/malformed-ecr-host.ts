import { nearestEndpoint } from '../image/endpoints.ts';
import { malformedEcrHost } from '../image/malformed-ecr.ts';
import { linking, pod } from './example-pod.ts';
import { repositoryFix } from './fixes.ts';
import type { DocumentRule } from './rule.ts';

export const malformedHost: DocumentRule = {
  name: 'malformed-ecr-host',
  severity: 'warning',
  stage: 'document',
  summary: 'The registry is meant to be Amazon ECR, but no ECR registry is named like that.',
  explanation: `A private ECR registry is \`ACCOUNT.dkr.ecr.REGION.amazonaws.com\`, with an account of 12 digits.
A host that is nearly so cannot be pulled from, and credentials for ECR are never sent to it.`,
  examples: [
    {
      before: pod('«4291142145266.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0»'),
      after: pod('429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0'),
      config: linking('429114214526.dkr.ecr.us-east-2.amazonaws.com'),
    },
  ],
  check: ({ uses, context }) =>
    uses.flatMap((read) => {
      const source = read.source;
      if (source === null) return [];
      const malformed = malformedEcrHost(source.reference.domain);
      if (malformed === null) return [];
      const meant =
        malformed.suggestion ?? nearestEndpoint(source.reference.domain, context.linked.endpoints);
      const fixes =
        meant === null || read.peeled !== null
          ? []
          : repositoryFix(
              read,
              { host: meant, path: source.reference.path },
              { preferred: true, bulk: false },
            );
      return [{ span: read.use.span, message: malformed.message, fixes }];
    }),
};
