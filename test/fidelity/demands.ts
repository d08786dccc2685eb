import { builtins } from '../../server/src/core/gotemplate/builtins.ts';
import type { KotsGolden } from '../oracle/kots/case.ts';
import type { TemplateGolden } from '../oracle/templates/case.ts';
import { countCalls } from '../support/golden/count.ts';
import { deliberate } from '../support/golden/deliberate.ts';
import { kotsCounts } from '../support/golden/kots.ts';
import { type SprigCase, sprigUnderTest } from '../support/golden/sprig.ts';
import type { Demand } from './line.ts';

const per = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** What is promised of the golden cases as such. */
export function demands(
  templates: TemplateGolden['cases'],
  calls: readonly SprigCase[],
  kots: KotsGolden,
): Demand[] {
  const total = templates.length + calls.length + kots.cases.length;
  const errors =
    [...templates, ...kots.cases].filter(({ err }) => err !== undefined).length +
    calls.filter(({ error }) => error !== undefined).length;
  const inTemplates = countCalls(templates.map(({ files }) => files.map(({ text }) => text).join('\n')));
  const inCalls = countCalls(calls.map(({ call }) => call));
  const counts = [
    ...[...builtins.keys()].map((name) => [name, inTemplates.get(name) ?? 0] as const),
    ...[...sprigUnderTest.keys()].map((name) => [name, inCalls.get(name) ?? 0] as const),
    ...kotsCounts(kots),
  ];
  const [rarest, least] = counts.reduce((a, b) => (b[1] < a[1] ? b : a));
  return [
    {
      what: 'golden cases',
      value: total.toLocaleString('en'),
      bound: 'at least 3,000',
      holds: total >= 3000,
    },
    {
      what: `cases of the rarest of ${counts.length} functions`,
      value: `${least}, of ${rarest}`,
      bound: 'at least 10',
      holds: least >= 10,
    },
    {
      what: 'errors among the cases',
      value: per(errors, total),
      bound: 'at most 20 %',
      holds: errors <= total / 5,
    },
    {
      what: 'kinds of deliberate differences',
      value: String(deliberate.length),
      bound: 'at most 10',
      holds: deliberate.length <= 10,
    },
  ];
}
