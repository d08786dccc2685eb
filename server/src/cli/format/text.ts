import { styleText } from 'node:util';
import { isChecked, type Report, type ReportedProblem } from '../../core/features/report.ts';

/** Whether a stream shows colours: a terminal does, unless NO_COLOR says no; FORCE_COLOR says yes for any. */
export function hasColours(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR) return false;
  return Boolean(process.env.FORCE_COLOR) || stream.isTTY === true;
}

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export const painter =
  (colours: boolean): Paint =>
  (style, text) =>
    colours ? styleText(style, text, { validateStream: false }) : text;

const styles = { error: 'red', warning: 'yellow', info: 'blue', hint: 'gray' } as const;

/** The report for people: problems by file, then what was and was not checked. */
export function textReport(
  report: Report,
  paint: Paint,
  lineOf: (file: string, line: number) => string,
): string {
  const out: string[] = [];
  const files = [...new Set(report.problems.map(({ file }) => file))];
  for (const file of files) {
    out.push(paint('bold', file));
    for (const problem of report.problems.filter((one) => one.file === file))
      out.push(...problemLines(problem, paint, lineOf));
    out.push('');
  }
  out.push(...summary(report, paint));
  return `${out.join('\n')}\n`;
}

function problemLines(
  problem: ReportedProblem,
  paint: Paint,
  lineOf: (file: string, line: number) => string,
): string[] {
  const { start, end } = problem.range;
  const style = styles[problem.severity];
  const text = lineOf(problem.file, start.line).replaceAll('\t', ' ');
  const indent = text.length - text.trimStart().length;
  const last = start.line === end.line ? end.character : text.trimEnd().length;
  const width = Math.max(1, last - start.character);
  const lines = [
    `  ${`${start.line + 1}:${start.character + 1}`.padEnd(7)} ${paint(style, problem.severity.padEnd(7))} ${problem.message} ${paint('gray', problem.rule)}`,
    `  ${''.padEnd(7)} ${paint('gray', '|')} ${text.trim()}`,
    `  ${''.padEnd(7)} ${paint('gray', '|')} ${' '.repeat(Math.max(0, start.character - indent))}${paint(style, '~'.repeat(width))}`,
  ];
  for (const fix of problem.fixes) lines.push(`  ${''.padEnd(7)} ${paint('green', 'fix:')} ${fix.title}`);
  return lines;
}

/** One paragraph: how many images were checked, how many could not be and why, and how many problems there are. */
export function summary(report: Report, paint: Paint): string[] {
  const checked = report.images.filter(isChecked);
  const unchecked = report.images.filter((image) => !isChecked(image));
  const count = (severity: ReportedProblem['severity']) =>
    report.problems.filter((problem) => problem.severity === severity).length;
  const parts = (['error', 'warning', 'info', 'hint'] as const)
    .map((severity) => ({ severity, n: count(severity) }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => paint(styles[severity], plural(n, severity)));
  const lines = [
    parts.length === 0 ? paint('green', 'No problems.') : `${parts.join(', ')}.`,
    `${plural(report.images.length, 'image')}: ${checked.length} checked, ${unchecked.length} not.`,
  ];
  const reasons = new Map<string, number>();
  for (const { verdict } of unchecked) reasons.set(verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1);
  for (const [reason, n] of reasons) lines.push(paint('gray', `  ${n} × ${reason}`));
  return lines;
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 || noun === 'info' ? '' : 's'}`;
