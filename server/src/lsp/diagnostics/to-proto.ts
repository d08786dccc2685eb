import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Problem } from '../../core/features/judged.ts';
import type { PlacedProblem } from '../../core/features/problems.ts';
import type { Severity } from '../../core/release/config.ts';
import type { Range } from '../../core/text/span.ts';

/** Where the page of each rule is. */
const ruleDocs = 'https://github.com/waybill-dev/waybill/blob/main/docs/rules';

/** More of them in one file help nobody, and slow every editor down. */
const mostProblems = 1000;

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** By range: one is made for each problem, and stays the same object for as long as the problem stands there. */
const made = new WeakMap<Range, Diagnostic>();

/** A problem as LSP has it: the rule's name is the code, and links to the rule's page. */
export function diagnosticOf({ problem, range }: PlacedProblem): Diagnostic {
  let diagnostic = made.get(range);
  if (diagnostic === undefined) {
    diagnostic = newDiagnostic(problem, range);
    made.set(range, diagnostic);
  }
  return diagnostic;
}

function newDiagnostic(problem: Problem, range: Range): Diagnostic {
  return {
    range,
    severity: severities[problem.severity],
    code: problem.rule,
    codeDescription: { href: `${ruleDocs}/${problem.rule}.md` },
    source: 'waybill',
    message: problem.message,
  };
}

/** All problems of a file; of very many the worst ones, and how many are left out. */
export function diagnosticsOf(problems: readonly PlacedProblem[]): Diagnostic[] {
  const all = problems.map(diagnosticOf);
  if (all.length <= mostProblems) return all;
  const worst = new Set([...all].sort(bySeverity).slice(0, mostProblems));
  return [
    {
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      severity: DiagnosticSeverity.Information,
      source: 'waybill',
      message: `${all.length - mostProblems} more problems of this file are not shown.`,
    },
    ...all.filter((diagnostic) => worst.has(diagnostic)),
  ];
}

const bySeverity = (a: Diagnostic, b: Diagnostic): number => (a.severity ?? 4) - (b.severity ?? 4);

/** Whether two lists would be shown alike. */
export function sameDiagnostics(a: readonly Diagnostic[], b: readonly Diagnostic[]): boolean {
  return a.length === b.length && a.every((one, i) => sameDiagnostic(one, b[i] as Diagnostic));
}

const sameDiagnostic = (a: Diagnostic, b: Diagnostic): boolean =>
  a.code === b.code &&
  a.message === b.message &&
  a.severity === b.severity &&
  a.range.start.line === b.range.start.line &&
  a.range.start.character === b.range.start.character &&
  a.range.end.line === b.range.end.line &&
  a.range.end.character === b.range.end.character;
