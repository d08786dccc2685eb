import { deliberate } from '../support/golden/deliberate.ts';
import type { Demand, Line } from './line.ts';

const figure = (count: number): string => count.toLocaleString('en');

const cells = ({ what, compared, differing, note, measured }: Line): readonly string[] => [
  what,
  measured ? figure(compared) : '–',
  measured ? figure(compared - differing.length) : '–',
  note,
];

const demanded = ({ what, value, bound }: Demand): string => `${what}: ${value} (${bound})`;
const capital = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

const head = ['compared with', 'cases', 'equal', ''];

/** For a terminal: the table, what the golden cases promise, and what differs. */
export function textOf(lines: readonly Line[], demands: readonly Demand[]): string {
  const rows = [head, ...lines.map(cells)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const shown = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd(),
  );
  const promised = demands.map((one) => `${one.holds ? 'holds' : 'BROKEN'}: ${demanded(one)}`);
  const still = deliberate.map(({ functions, instead }) => `  ${functions.join(', ')}: ${instead}`);
  const wrong = lines.flatMap(({ what, differing }) =>
    differing.slice(0, 20).map((one) => `\n${what}: ${one}`),
  );
  return [...shown, '', ...promised, ...still, ...wrong, ''].join('\n');
}

/** For the README. */
export function markdownOf(lines: readonly Line[], demands: readonly Demand[]): string {
  const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [
    row(head),
    '|---|---:|---:|---|',
    ...lines.map((one) => row(cells(one))),
    '',
    `${capital(demands.map(demanded).join('; '))}.`,
    '',
  ].join('\n');
}
