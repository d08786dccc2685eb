import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '../../../server/src/core/gotemplate/execute.ts';
import { parseTemplate } from '../../../server/src/core/gotemplate/parse.ts';
import { templateSet } from '../../../server/src/core/gotemplate/set.ts';
import type { TemplateGolden } from '../../oracle/templates/case.ts';
import { functions, typed } from '../../unit/gotemplate/host.ts';
import { root } from '../paths.ts';

export const templateGolden = (): TemplateGolden =>
  JSON.parse(readFileSync(join(root, 'test/fixtures/gotemplate/engine.json'), 'utf8')) as TemplateGolden;

/** What our engine makes of a case; bytes that are no UTF-8 as Go's JSON has them. */
export function templateOutcome(
  one: TemplateGolden['cases'][number],
  data: TemplateGolden['data'],
): { readonly output: string; readonly error: string | null } {
  const files = one.files.map(({ name, text }) =>
    parseTemplate(name, text, { delims: { left: one.left ?? '', right: one.right ?? '' }, functions }),
  );
  const { output, error } = execute(templateSet(files), one.execute, typed(data[one.data]), {
    functions,
    missingKey: one.missingKey ?? 'default',
  });
  return { output: output.replaceAll(/[\udc80-\udcff]/gu, '\ufffd'), error: error?.message ?? null };
}

/** Whether an outcome is Go's: the same output, and an error where Go has one. */
export const isTemplateOutcome = (
  one: TemplateGolden['cases'][number],
  { output, error }: ReturnType<typeof templateOutcome>,
): boolean => output === one.out && (error === null) === (one.err === undefined);
