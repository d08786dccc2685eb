import { builtins } from '../../server/src/core/gotemplate/builtins.ts';
import type { TemplateGolden } from '../oracle/templates/case.ts';
import { countCalls } from '../support/golden/count.ts';
import { deliberate } from '../support/golden/deliberate.ts';
import { type SprigCase, sprigUnderTest } from '../support/golden/sprig.ts';
import type { Demand } from './line.ts';

const per = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** What is promised of the golden cases as such. */
export function demands(templates: TemplateGolden['cases'], calls: readonly SprigCase[]): Demand[] {
  const total = templates.length + calls.length;
  const errors =
    templates.filter(({ err }) => err !== undefined).length +
    calls.filter(({ error }) => error !== undefined).length;
  const inTemplates = countCalls(templates.map(({ files }) => files.map(({ text }) => text).join('\n')));
  const inCalls = countCalls(calls.map(({ call }) => call));
  const counts = [
    ...[...builtins.keys()].map((name) => [name, inTemplates.get(name) ?? 0] as const),
    ...[...sprigUnderTest.keys()].map((name) => [name, inCalls.get(name) ?? 0] as const),
  ];
  const [rarest, least] = counts.reduce((a, b) => (b[1] < a[1] ? b : a));
  return [
    { what: 'golden cases, at least 3,000', value: total.toLocaleString('en'), holds: total >= 3000 },
    {
      what: `cases of each of ${counts.length} functions, at least 10`,
      value: `${least} of ${rarest}`,
      holds: least >= 10,
    },
    {
      what: 'errors among them, at most 20 %',
      value: per(errors, total),
      holds: errors <= total / 5,
    },
    {
      what: 'deliberate differences, at most 10',
      value: String(deliberate.length),
      holds: deliberate.length <= 10,
    },
  ];
}
