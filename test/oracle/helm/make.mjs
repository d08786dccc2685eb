// Writes test/fixtures/helm/charts.json: the cases, and what Helm makes of them, by main.go. Needs Go 1.26 or newer:
// node test/oracle/helm/make.mjs
import { ask, casesOf, write } from '../golden.mjs';

const cases = await casesOf('helm');
const made = ask('helm', cases);
write(
  'helm/charts.json',
  cases.map((one, index) => ({ ...one, made: made[index] })),
);
console.error(
  `${cases.length} cases; ${made.filter(({ err }) => err !== undefined).length} of them are errors.`,
);
