import type { Spread } from './figures.ts';

/** One line of the bench's table. Ratios say how many times less Waybill needs; null where there is nothing beside it. */
export interface Row {
  readonly what: string;
  readonly unit: 'ms' | 'MB';
  readonly waybill: Spread;
  readonly peer: Spread | null;
  /** Whether it stands in the short table for the README. */
  readonly headline: boolean;
}

export interface Report {
  readonly machine: Machine;
  readonly versions: { readonly waybill: string; readonly node: string; readonly peer: string | null };
  /** Milliseconds taken off each of the peer's times. */
  readonly peerDelay: number | null;
  readonly notes: readonly string[];
  /** What the long table says besides. */
  readonly details: readonly string[];
  readonly rows: readonly Row[];
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  /** Load averages over one minute before and after. */
  readonly load: { readonly before: number; readonly after: number };
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const values = ({ unit }: Row, { count, p50, p95 }: Spread): string =>
  count === 1 ? `${number(p50)} ${unit}` : `${number(p50)} / ${number(p95)} ${unit}`;

const ratio = ({ waybill, peer }: Row): string => {
  if (peer === null) return '';
  const of = (a: number, b: number): string => {
    const times = b / a;
    return times >= 10 ? Math.round(times).toString() : times.toFixed(1);
  };
  return waybill.count === 1
    ? `${of(waybill.p50, peer.p50)} ×`
    : `${of(waybill.p50, peer.p50)} × / ${of(waybill.p95, peer.p95)} ×`;
};

const counts = ({ waybill, peer }: Row): string =>
  waybill.count === 1 ? '1' : peer === null ? `${waybill.count}` : `${waybill.count} and ${peer.count}`;

const cells = (report: Report, rows: readonly Row[]): string[][] => [
  [
    'p50 / p95',
    'Waybill',
    `yaml-language-server ${report.versions.peer ?? ''}`.trimEnd(),
    'times less',
    'counted',
  ],
  ...rows.map((row) => [
    row.what,
    values(row, row.waybill),
    row.peer === null ? '–' : values(row, row.peer),
    ratio(row),
    counts(row),
  ]),
];

const machineLine = ({ machine, versions }: Report): string =>
  `Waybill ${versions.waybill} on Node ${versions.node}, ${machine.processor}, ${machine.cores} cores, ${machine.system}; ` +
  `load ${machine.load.before.toFixed(2)} before and ${machine.load.after.toFixed(2)} after.`;

/** The rows that matter most, for a README. */
export function markdownOf(report: Report): string {
  const [head, ...rows] = cells(
    report,
    report.rows.filter(({ headline }) => headline),
  );
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [
    line(head ?? []),
    '|---|---:|---:|---:|---:|',
    ...rows.map(line),
    '',
    machineLine(report),
    ...report.notes,
    '',
  ].join('\n');
}

/** For a terminal. */
export function textOf(report: Report): string {
  const table = cells(report, report.rows);
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd();
  return [...table.map(line), '', machineLine(report), ...report.notes, ...report.details, ''].join('\n');
}
