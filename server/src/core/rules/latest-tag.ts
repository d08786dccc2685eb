import { chartDecides } from '../release/reading.ts';
import { pod } from './example-pod.ts';
import type { WorldRule } from './rule.ts';

export const latestTag: WorldRule = {
  name: 'latest-tag',
  severity: 'info',
  stage: 'world',
  summary: 'The image has the tag latest, or none, which means the same.',
  explanation: `What \`latest\` is changes over time: the image that was tested is not the one that a customer
installs next month, and a rollback of the release does not roll back the image. Name a version or pin the digest.
Chart values without a tag are left alone, because there the chart decides.`,
  examples: [
    {
      before: pod('«quay.io/acme/web»', '«quay.io/acme/sidecar:latest»'),
    },
  ],
  check: ({ uses }, knowledge) =>
    uses.flatMap((read) => {
      const { use, reference, unknown, image } = read;
      if (reference === null || use.place === 'excluded-image') return [];
      if (unknown.includes('tag') || unknown.includes('digest') || reference.digest !== null) return [];
      if (reference.tag !== null && reference.tag !== 'latest') return [];
      if (reference.tag === null && (chartDecides(use.place) || use.place === 'kustomization')) return [];
      const digest = image === null ? null : (knowledge.verdict(image)?.digest ?? null);
      return [
        {
          span: use.span,
          message:
            reference.tag === null
              ? 'No tag means latest: what is deployed can change without a new release. Name a version or a digest.'
              : 'What latest means can change without a new release. Name a version or a digest.',
          fixes:
            digest === null || image === null
              ? []
              : [
                  {
                    title: `Pin to ${digest.slice(0, 'sha256:'.length + 12)}…, what latest is now`,
                    read,
                    rewrite: { tag: 'latest', digest },
                    target: { ...image, tag: 'latest', digest },
                    preferred: false,
                    bulk: false,
                  },
                ],
        },
      ];
    }),
};
