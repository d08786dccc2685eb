import { linking, pod } from './example-pod.ts';
import { isBuiltByUs, missing, nearFixes } from './not-found.ts';
import type { WorldRule } from './rule.ts';

export const tagNotFound: WorldRule = {
  name: 'tag-not-found',
  severity: 'error',
  stage: 'world',
  summary: 'The registry has the repository, and says that it has no such tag.',
  explanation: `Customers would see ErrImagePull. Push the image, or name a tag that exists. For images that your own CI
pushes later, list the repository under \`builtByUs\`: then this is only an information while you edit.`,
  examples: [
    {
      before: pod('«429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:v2.0.0»'),
      after: pod('429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0'),
      config: linking('429114214526.dkr.ecr.us-east-2.amazonaws.com'),
      world: {
        '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:v2.0.0': 'absent tag',
        '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web': ['2.0.0', '2.0.1'],
      },
    },
  ],
  check: (subject, knowledge) =>
    missing(subject, knowledge, 'tag', (found) => {
      const { read, image } = found;
      const tag = image.tag ?? 'latest';
      const message = `${image.host}/${image.repository} has no tag "${tag}".`;
      const fixes = nearFixes(found, tag, knowledge.tags(image)?.names ?? [], (name) => ({
        rewrite: { tag: name },
        target: { ...image, tag: name },
      }));
      return isBuiltByUs(read, subject.context)
        ? {
            message: `${message} Your own CI is to push it (builtByUs).`,
            severity: 'info',
            // The tag may well be the right one, so nothing is changed without looking.
            fixes: fixes.map((fix) => ({ ...fix, preferred: false, bulk: false })),
          }
        : { message, fixes };
    }),
};
