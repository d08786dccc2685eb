import type { TemplateGolden } from '../../oracle/templates/case.ts';
import { isTemplateOutcome, templateOutcome } from '../../support/golden/templates.ts';
import { type Line, line } from '../line.ts';

/** Templates and what Go's engine made of them. */
export function templates(what: string, { cases, data }: TemplateGolden): Line {
  const differing = cases.flatMap((one) => {
    const got = templateOutcome(one, data);
    if (isTemplateOutcome(one, got)) return [];
    return [
      `${one.files.map(({ text }) => text).join('\n')}\n  Go   ${one.err ?? one.out}\n  here ${got.error ?? got.output}`,
    ];
  });
  return line(what, cases.length, differing);
}
