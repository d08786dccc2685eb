import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { helmPreflight, preflightsIn } from '../../../server/src/core/kots/layers/preflights.ts';
import { createReader } from '../../../server/src/core/kots/layers/reader.ts';
import type { PreflightCase } from '../../oracle/preflights/cases.ts';
import { root } from '../paths.ts';

/** Rendered files, and what Troubleshoot's own packages gather of them; see test/oracle/preflights. */
export interface GatheredCase extends PreflightCase {
  readonly made: string | null;
}

export const preflightGolden = (): GatheredCase[] =>
  JSON.parse(readFileSync(join(root, 'test/fixtures/kots/preflights.json'), 'utf8')) as GatheredCase[];

/** What is gathered of them here. */
export function preflightOutcome({ texts }: PreflightCase): string | null {
  const reader = createReader({ renderTemplates: (_, text) => text });
  return helmPreflight(texts.flatMap((text) => preflightsIn(text, reader)));
}
