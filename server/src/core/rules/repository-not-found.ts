import { linking, pod } from './example-pod.ts';
import { rewriteBehindProxy } from './fixes.ts';
import { missing, nearFixes } from './not-found.ts';
import type { WorldRule } from './rule.ts';

export const repositoryNotFound: WorldRule = {
  name: 'repository-not-found',
  severity: 'error',
  stage: 'world',
  summary: 'The registry says that it has no such repository.',
  explanation: `An ECR repository must be created under its full name before anything can be pushed to it or pulled
from it. This is shown only when the registry itself said so; where it could not be asked nothing is shown.`,
  examples: [
    {
      before: pod('«429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/wep:2.0.0»'),
      after: pod('429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0'),
      config: linking('429114214526.dkr.ecr.us-east-2.amazonaws.com'),
      world: {
        '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/wep:2.0.0': 'absent repository',
        '429114214526.dkr.ecr.us-east-2.amazonaws.com': ['demo-apps/web', 'demo-apps/api'],
      },
    },
  ],
  check: (subject, knowledge) =>
    missing(subject, knowledge, 'repository', (found) => {
      const { read, image } = found;
      const candidates = knowledge.repositories(image.host)?.names ?? [];
      return {
        message: `${image.host} has no repository "${image.repository}".`,
        fixes: nearFixes(found, image.repository, candidates, (name) => ({
          rewrite: { repository: rewriteBehindProxy(read, { host: image.host, path: name }) },
          target: { ...image, repository: name },
        })),
      };
    }),
};
