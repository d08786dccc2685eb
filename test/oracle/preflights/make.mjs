// Writes test/fixtures/kots/preflights.json: rendered files, and the preflight that Troubleshoot's packages gather of them,
// by main.go. Needs Go 1.26.5 or newer: node test/oracle/preflights/make.mjs
import { ask, casesOf, write } from '../golden.mjs';

const cases = await casesOf('preflights');
const made = ask(
  'preflights',
  cases.map(({ texts }) => texts),
);
write(
  'kots/preflights.json',
  cases.map((one, index) => ({ ...one, made: made[index] })),
);
console.error(
  `${cases.length} cases; ${made.filter((one) => one === null).length} of them have no preflight.`,
);
