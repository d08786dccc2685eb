import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { helmPreflight, preflightsIn } from '../../../server/src/core/kots/layers/preflights.ts';
import { createReader } from '../../../server/src/core/kots/layers/reader.ts';
import type { PreflightCase } from '../../oracle/preflights/cases.ts';
import { root } from '../../support/paths.ts';

/** Rendered files, and what Troubleshoot's own packages gather of them; see test/oracle/preflights. */
const golden = JSON.parse(
  readFileSync(join(root, 'test/fixtures/kots/preflights.json'), 'utf8'),
) as (PreflightCase & { readonly made: string | null })[];

describe('preflights are gathered as Troubleshoot gathers them', () => {
  for (const { name, texts, made } of golden)
    test(name, () => {
      const reader = createReader({ renderTemplates: (_, text) => text });
      assert.equal(helmPreflight(texts.flatMap((text) => preflightsIn(text, reader))), made);
    });
});
