import { parseArgs } from 'node:util';
import { writeBetweenMarks } from '../../bench/lib/readme.ts';
import { kotsGolden } from '../support/golden/kots.ts';
import { sprigFiles } from '../support/golden/sprig.ts';
import { templateGolden } from '../support/golden/templates.ts';
import { demands } from './demands.ts';
import { charts, preflights } from './lines/charts.ts';
import { previewed } from './lines/corpus.ts';
import { fresh } from './lines/fresh.ts';
import { kots } from './lines/kots.ts';
import { overlays } from './lines/overlays.ts';
import { pulled } from './lines/pull-cases.ts';
import { sprig } from './lines/sprig.ts';
import { templates } from './lines/templates.ts';
import { markdownOf, textOf } from './report.ts';

const help = `Holds previews against the real engines, and says how much of it is equal.

  npm run fidelity                 a table; ends with 1 where anything differs
  npm run fidelity -- --readme     the same, put into README.md
  npm run fidelity -- --seed N     fresh cases from this seed besides, asked of Go now

Golden cases need nothing. Some lines need more, and say so where it is missing: the real releases, which stand in
../shared/corpus or where WAYBILL_SHARED says; kustomize v5 in WAYBILL_KUSTOMIZE or on the PATH; Go 1.26 on the PATH.
`;

const { values } = parseArgs({
  options: {
    readme: { type: 'boolean', default: false },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(help);
else {
  const seed = values.seed === undefined ? null : Number(values.seed);
  if (seed !== null && !Number.isSafeInteger(seed)) throw new Error('--seed is a whole number.');
  const golden = templateGolden();
  const calls = sprigFiles().flatMap(({ cases }) => cases);
  const own = kotsGolden();
  const lines = [
    templates('Go 1.26 text/template: golden templates', golden),
    sprig('Masterminds/sprig v3.3.0: golden calls of its functions', calls),
    kots('KOTS: golden calls of its own functions', own),
    charts('Helm 3.16: golden templates of charts'),
    preflights('Troubleshoot 0.133: preflights in what is rendered'),
    await pulled(),
    await previewed(),
    ...overlays(seed ?? 1),
    ...(seed === null ? [] : fresh(seed)),
  ];
  const promised = demands(golden.cases, calls, own);
  process.stdout.write(textOf(lines, promised));
  if (values.readme) writeBetweenMarks('fidelity', markdownOf(lines, promised));
  const equal = lines.every(({ differing }) => differing.length === 0);
  process.exitCode = equal && promised.every(({ holds }) => holds) ? 0 : 1;
}
