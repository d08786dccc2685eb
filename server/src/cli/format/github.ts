import type { Report } from '../../core/features/report.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' } as const;

/**
 * Workflow commands of GitHub Actions, one line a problem, which it shows beside the changed lines
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions). Lines and columns from 1.
 */
export function githubReport(report: Report): string {
  return report.problems
    .map(({ file, range, severity, rule, message }) => {
      const properties = [
        `file=${property(file)}`,
        `line=${range.start.line + 1}`,
        `col=${range.start.character + 1}`,
        `endLine=${range.end.line + 1}`,
        `endColumn=${range.end.character + 1}`,
        `title=${property(`waybill ${rule}`)}`,
      ];
      return `::${commands[severity]} ${properties.join(',')}::${data(message)}\n`;
    })
    .join('');
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
