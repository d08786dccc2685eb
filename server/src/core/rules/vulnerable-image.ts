import { contentOf, type ScanFindings, vulnerabilitySeverities } from '../knowledge/knowledge.ts';
import type { VulnerabilityThreshold } from '../release/config.ts';
import { linking, pod } from './example-pod.ts';
import type { WorldRule } from './rule.ts';

export const vulnerableImage: WorldRule = {
  name: 'vulnerable-image',
  severity: 'off',
  stage: 'world',
  summary: "The registry's own scan found vulnerabilities in the image.",
  explanation: `Amazon ECR scans images where the registry is set to (basic scanning, or enhanced scanning by Amazon
Inspector). Waybill only repeats what the last scan found; it scans nothing itself, and an image that was never scanned
has no problem. The threshold is \`vulnerabilityThreshold\` in \`.waybill.yaml\`: \`critical\`, \`high\` (the default),
\`medium\` or \`low\`. To see it, give the rule a severity: one more call is made for each image then.`,
  examples: [
    {
      before: pod('«429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0»'),
      config: `${linking('429114214526.dkr.ecr.us-east-2.amazonaws.com')}rules:\n  vulnerable-image: warning\n`,
      world: {
        '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0': {
          findings: { critical: 1, high: 3, low: 12 },
        },
      },
    },
  ],
  check: ({ uses, context }, knowledge) =>
    uses.flatMap(({ use, image }) => {
      const content = image === null ? null : contentOf(image, knowledge.verdict(image));
      const found = content === null ? null : (knowledge.findings(content)?.value ?? null);
      if (found === null) return [];
      const counted = countsFrom(found, context.config.vulnerabilityThreshold);
      if (counted.length === 0) return [];
      const scanned =
        found.completedAt === null ? '' : ` on ${new Date(found.completedAt).toISOString().slice(0, 10)}`;
      return [
        {
          span: use.span,
          message: `Amazon ECR's ${found.scanner} scan${scanned} found ${counted.join(', ')}.`,
        },
      ];
    }),
};

/** `1 critical`, `3 high` …: what is as severe as the threshold, or worse. */
function countsFrom({ counts }: ScanFindings, threshold: VulnerabilityThreshold): string[] {
  const worse = vulnerabilitySeverities.slice(0, vulnerabilitySeverities.indexOf(threshold) + 1);
  return worse.flatMap((severity) => {
    const count = counts[severity] ?? 0;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
}
