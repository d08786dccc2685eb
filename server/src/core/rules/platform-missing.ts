import { missingPlatforms } from '../image/platform.ts';
import { contentOf } from '../knowledge/knowledge.ts';
import { linking, pod } from './example-pod.ts';
import type { WorldRule } from './rule.ts';

export const platformMissing: WorldRule = {
  name: 'platform-missing',
  severity: 'warning',
  stage: 'world',
  summary: "The image exists, but not for a platform that customers' clusters run.",
  explanation: `A node pulls the image of its own platform. Where the image has none, the customer sees "no match for
platform in manifest" or "exec format error". Build the image for the platforms that \`.waybill.yaml\` lists under
\`platforms\`, or take the platform out of that list. Without the list Waybill says nothing of platforms.`,
  examples: [
    {
      before: pod('«429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0»'),
      config: `${linking('429114214526.dkr.ecr.us-east-2.amazonaws.com')}platforms: [linux/amd64, linux/arm64]\n`,
      world: {
        '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0': { platforms: ['linux/amd64'] },
      },
    },
  ],
  check: ({ uses, context }, knowledge) => {
    const wanted = context.config.platforms;
    if (wanted.length === 0) return [];
    return uses.flatMap(({ use, image }) => {
      const content = image === null ? null : contentOf(image, knowledge.verdict(image));
      const has = content === null ? null : (knowledge.platforms(content)?.value ?? null);
      // An image without any platform is no program: a chart or another artifact.
      if (has === null || has.length === 0) return [];
      const missing = missingPlatforms(wanted, has);
      if (missing.length === 0) return [];
      return [
        {
          span: use.span,
          message: `The image is not there for ${missing.join(' and ')}, only for ${has.join(', ')}.`,
        },
      ];
    });
  },
};
