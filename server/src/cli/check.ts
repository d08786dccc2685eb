import { parseArgs } from 'node:util';
import { rangeInFile } from '../core/features/document-lines.ts';
import { bulkEdits } from '../core/features/fixes.ts';
import { inquire } from '../core/features/inquire.ts';
import { isChecked, reportablePaths, reportOf } from '../core/features/report.ts';
import type { FileProblem } from '../io/files/problem.ts';
import type { Network } from '../io/net/router.ts';
import { askerFor } from './asker.ts';
import { writeEdits } from './edits.ts';
import { githubReport } from './format/github.ts';
import { sarifReport } from './format/sarif.ts';
import { hasColours, painter, textReport } from './format/text.ts';
import { profilesIn } from './profiles.ts';
import { UsageError } from './usage.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

declare const __VERSION__: string;

const formats = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof formats)[number];

interface Options {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly network: Network;
  readonly fix: 'no' | 'known' | 'unverified';
  readonly requireVerdicts: boolean;
  readonly cached: boolean;
  /** AWS account → profile. */
  readonly profiles: Readonly<Record<string, string>>;
  readonly app: string | null;
}

/** `waybill check`: prints what is wrong, and fixes what can be fixed without looking if told to. */
export async function run(args: readonly string[]): Promise<number> {
  const options = read(args);
  const workspace = await openWorkspace(options.paths, { app: options.app, environment: process.env });
  const unread = [...workspace.problems.map(inWords), ...syntaxNotes(workspace)];
  for (const note of unread) process.stderr.write(`${note}\n`);
  const { asker, flush } = askerFor(workspace.session, options);
  const signal = AbortSignal.timeout(patience);
  const paths = reportablePaths(workspace.session.snapshot).filter(workspace.named);
  await inquire(workspace.session, asker, paths, signal);

  if (options.fix !== 'no') {
    const fixed = await applyFixes(workspace, paths, options.fix === 'unverified');
    process.stderr.write(`Fixed ${fixed} problem${fixed === 1 ? '' : 's'}.\n`);
    await inquire(workspace.session, asker, paths, signal);
  }
  await flush();

  const { snapshot } = workspace.session;
  // Those who annotate a change look for files from where the command runs, which is the repository's root.
  const fromHere = options.format === 'sarif' || options.format === 'github';
  const report = reportOf(snapshot, paths, fromHere ? workspace.fromHere : workspace.shown);
  switch (options.format) {
    case 'json':
      process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      break;
    case 'sarif':
      process.stdout.write(sarifReport(report, __VERSION__));
      break;
    case 'github':
      process.stdout.write(githubReport(report));
      break;
    case 'text': {
      const paint = painter(hasColours(process.stdout));
      const linesOf = (path: string) => (snapshot.files.get(path)?.text ?? '').split(/\r\n|\r|\n/);
      const lines = new Map(paths.map((path) => [workspace.shown(path), linesOf(path)]));
      process.stdout.write(textReport(report, paint, (file, line) => lines.get(file)?.[line] ?? ''));
    }
  }
  if (paths.length === 0) process.stderr.write(nothingFound(options.paths));
  if (report.problems.some(({ severity }) => severity === 'error')) return 1;
  return options.requireVerdicts && (unread.length > 0 || !report.images.every(isChecked)) ? 3 : 0;
}

const inWords = ({ path, message }: FileProblem): string =>
  message.includes(path) ? message : `${path}: ${message}`;

/** The files in which something is no YAML, so that images in it may have been missed. */
export function syntaxNotes({ session, named, shown }: Workspace): string[] {
  const { snapshot } = session;
  return reportablePaths(snapshot).flatMap((path) => {
    // What is wrong in a .waybill.yaml is among the problems.
    if (!named(path) || snapshot.configs.has(path)) return [];
    const found = (snapshot.files.get(path)?.documents ?? []).flatMap((slice) =>
      slice.document.problems.map(({ span, message }) => ({ at: rangeInFile(slice, span).start, message })),
    );
    const [first, ...more] = found;
    if (first === undefined) return [];
    const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
    const { line, character } = first.at;
    return [`${shown(path)}:${line + 1}:${character + 1}: not read as YAML: ${first.message}${rest}`];
  });
}

/** How long all questions together may take, in milliseconds; each call has its own, shorter deadline. */
const patience = 120_000;

function read(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    // parseArgs knows no options with an optional value; "--fix" alone means the careful one.
    args: args.map((arg) => (arg === '--fix' ? '--fix=known' : arg)),
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      offline: { type: 'boolean', default: false },
      untrusted: { type: 'boolean', default: false },
      fix: { type: 'string', default: 'no' },
      'require-verdicts': { type: 'boolean', default: false },
      cached: { type: 'boolean', default: false },
      'aws-profile': { type: 'string', multiple: true, default: [] },
      app: { type: 'string' },
    },
  });
  const format = formats.find((name) => name === values.format);
  if (format === undefined)
    throw new UsageError(`--format is one of ${formats.join(', ')}, not "${values.format}".`);
  const { fix } = values;
  if (fix !== 'no' && fix !== 'known' && fix !== 'unverified')
    throw new UsageError(`--fix stands alone or is --fix=unverified, not "--fix=${fix}".`);
  if (fix !== 'no' && values.untrusted) throw new UsageError('--fix does not go with --untrusted.');
  return {
    paths: positionals,
    format,
    network: values.untrusted ? 'untrusted' : values.offline ? 'off' : 'on',
    fix,
    requireVerdicts: values['require-verdicts'],
    cached: values.cached,
    profiles: profilesIn(values['aws-profile']),
    app: values.app ?? null,
  };
}

/** Writes the fixes; all files or none. @returns how many problems were fixed */
async function applyFixes(
  workspace: Workspace,
  paths: readonly string[],
  unverified: boolean,
): Promise<number> {
  const { edits, fixed } = bulkEdits(workspace.session.snapshot, paths, { unverified });
  await writeEdits(workspace, edits);
  return fixed.length;
}

const nothingFound = (paths: readonly string[]): string =>
  `No YAML of a release was found in ${paths.length === 0 ? 'this folder' : paths.join(', ')}.\n`;
