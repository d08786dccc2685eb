import { linking, pod } from './example-pod.ts';
import { missing } from './not-found.ts';
import type { WorldRule } from './rule.ts';

export const digestNotFound: WorldRule = {
  name: 'digest-not-found',
  severity: 'error',
  stage: 'world',
  summary: 'The registry has the repository, and says that it has no image with this digest.',
  explanation: `Where a digest is written it is what is pulled, whatever the tag says. An image with another digest was
pushed, or it was deleted, or the digest belongs to another repository.`,
  examples: [
    {
      before: pod(
        '«429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web@sha256:0000000000000000000000000000000000000000000000000000000000000000»',
      ),
      after: pod('429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.1'),
      config: linking('429114214526.dkr.ecr.us-east-2.amazonaws.com'),
      world: {
        '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web@sha256:0000000000000000000000000000000000000000000000000000000000000000':
          'absent digest',
        '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web': ['2.0.0', '2.0.1'],
      },
    },
  ],
  check: (subject, knowledge) =>
    missing(subject, knowledge, 'digest', ({ read, image }) => {
      const tags = knowledge.tags(image)?.names ?? [];
      const wanted =
        image.tag !== null && tags.includes(image.tag) ? [image.tag] : newestVersions(tags).slice(0, 3);
      return {
        message: `${image.host}/${image.repository} has no image with the digest ${image.digest?.slice(0, 19)}….`,
        fixes: wanted.map((tag) => ({
          title: `Use the tag ${tag} instead of the digest`,
          read,
          rewrite: { tag, digest: null },
          target: { ...image, tag, digest: null },
          preferred: false,
          bulk: false,
        })),
      };
    }),
};

/** The tags that say a version, highest first. `latest` and its like say none: a digest was written to avoid them. */
const newestVersions = (tags: readonly string[]): string[] =>
  tags.filter((tag) => /\d/.test(tag)).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
