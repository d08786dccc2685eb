import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { profilesIn } from '../profiles.ts';
import { UsageError } from '../usage.ts';

/** What a command line of `waybill release push` says. */
export interface PushOptions {
  readonly path: string | null;
  readonly app: string | null;
  readonly channel: string | null;
  readonly version: string | null;
  readonly notes: string;
  readonly required: boolean;
  readonly waitAirgap: boolean;
  /** Milliseconds. */
  readonly airgapPatience: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly confirm: string | null;
  readonly again: boolean;
  readonly ignoreWarnings: boolean;
  readonly offline: boolean;
  readonly requireVerdicts: boolean;
  /** Whether Replicated's linter is asked too. */
  readonly lint: boolean;
  readonly format: 'text' | 'json';
  readonly profiles: Readonly<Record<string, string>>;
}

/** @throws UsageError for what makes no sense */
export async function readPushOptions(args: readonly string[]): Promise<PushOptions> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      app: { type: 'string' },
      channel: { type: 'string' },
      version: { type: 'string' },
      notes: { type: 'string' },
      'notes-file': { type: 'string' },
      required: { type: 'boolean', default: false },
      'wait-airgap': { type: 'boolean', default: false },
      'airgap-timeout': { type: 'string', default: '30' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      confirm: { type: 'string' },
      again: { type: 'boolean', default: false },
      'ignore-warnings': { type: 'boolean', default: false },
      offline: { type: 'boolean', default: false },
      'require-verdicts': { type: 'boolean', default: false },
      lint: { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      'aws-profile': { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.format !== 'text' && values.format !== 'json')
    throw new UsageError(`--format is text or json, not "${values.format}".`);
  if (positionals.length > 1)
    throw new UsageError('waybill release push pushes one release; name one folder.');
  if (values.notes !== undefined && values['notes-file'] !== undefined)
    throw new UsageError('--notes and --notes-file do not go together.');
  const minutes = Number(values['airgap-timeout']);
  if (!Number.isFinite(minutes) || minutes <= 0)
    throw new UsageError(`--airgap-timeout wants a number of minutes, not "${values['airgap-timeout']}".`);
  return {
    path: positionals[0] ?? null,
    app: values.app ?? null,
    channel: values.channel ?? null,
    version: values.version ?? null,
    notes: values['notes-file'] === undefined ? (values.notes ?? '') : await notesIn(values['notes-file']),
    required: values.required,
    waitAirgap: values['wait-airgap'],
    airgapPatience: minutes * 60_000,
    dryRun: values['dry-run'],
    yes: values.yes,
    confirm: values.confirm ?? null,
    again: values.again,
    ignoreWarnings: values['ignore-warnings'],
    offline: values.offline,
    requireVerdicts: values['require-verdicts'],
    lint: values.lint,
    format: values.format,
    profiles: profilesIn(values['aws-profile']),
  };
}

async function notesIn(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The release notes ${path} cannot be read (${error.code}).`);
  });
}
