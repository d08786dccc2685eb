import type { Report } from '../../core/features/report.ts';
import { docsOf } from '../../core/rules/docs.ts';
import { rules } from '../../core/rules/index.ts';

const levels = { error: 'error', warning: 'warning', info: 'note', hint: 'note', off: 'none' } as const;

/** The report as a SARIF 2.1.0 log. Columns count UTF-16 units from 1; an end column is one behind the last. */
export function sarifReport(report: Report, version: string): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        columnKind: 'utf16CodeUnits',
        tool: {
          driver: {
            name: 'waybill',
            version,
            rules: rules.map(({ name, summary, severity }) => ({
              id: name,
              shortDescription: { text: summary },
              helpUri: docsOf(name),
              defaultConfiguration: { level: levels[severity] },
            })),
          },
        },
        results: report.problems.map(({ file, range, severity, rule, message }) => ({
          ruleId: rule,
          ruleIndex: rules.findIndex(({ name }) => name === rule),
          level: levels[severity],
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
                region: {
                  startLine: range.start.line + 1,
                  startColumn: range.start.character + 1,
                  endLine: range.end.line + 1,
                  endColumn: range.end.character + 1,
                },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
