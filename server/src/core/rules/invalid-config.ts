import type { DocumentRule } from './rule.ts';

/** Its findings come from reading `.waybill.yaml` (release/config.ts), which is done once for the whole release. */
export const invalidConfig: DocumentRule = {
  name: 'invalid-config',
  severity: 'warning',
  stage: 'document',
  summary: '.waybill.yaml says something that Waybill does not understand.',
  explanation: `An unknown key or a value of the wrong type is left out, and the rest of the file is used.`,
  examples: [{ path: '.waybill.yaml', before: `app: acme\n«regitries»: []\n` }],
  check: () => [],
};
