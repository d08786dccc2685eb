import { pod } from './example-pod.ts';
import { textFix } from './fixes.ts';
import type { DocumentRule } from './rule.ts';

export const invalidReference: DocumentRule = {
  name: 'invalid-reference',
  severity: 'error',
  stage: 'document',
  summary: 'The text is not a valid image reference, so nothing can pull it.',
  explanation: `Container runtimes and the app manager parse image names by the grammar of distribution/reference:
\`registry/path:tag@digest\`. The path is lower case. The app manager refuses a whole version if it cannot parse
one image in it. Templates and CI variables (\`$TAG\`, \`\${TAG}\`, \`__TAG__\`) are never counted as mistakes.`,
  examples: [
    {
      before: pod('«quay.io/Acme/Web:1.0»'),
      after: pod('quay.io/acme/web:1.0'),
    },
  ],
  check: ({ uses }) =>
    uses.flatMap((read) => {
      if (read.problem === null) return [];
      return [{ span: read.use.span, message: read.problem.message, fixes: textFix(read) }];
    }),
};
