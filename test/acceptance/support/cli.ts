import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Ajv } from 'ajv';
import type { Report } from '../../../server/src/core/features/report.ts';
import { root } from '../../support/paths.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home without a cloud account: nothing of the person who runs the tests reaches the command line. */
const home = mkdtempSync(join(tmpdir(), 'waybill-home-'));

/** An environment that holds nothing but what starting a process takes. */
export const bareEnvironment: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['PATH', 'SystemRoot', 'TEMP'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  ),
  HOME: home,
  USERPROFILE: home,
  AWS_EC2_METADATA_DISABLED: 'true',
  // Nobody is reached whom a test does not name.
  WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ '*': 'http://127.0.0.1:1' }),
};

/**
 * Runs the built command line as a process of its own, as a person would. It is stopped after `limit` milliseconds,
 * and its code is null then.
 */
export function waybill(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly limit?: number;
    /** What it reads from standard input; nothing unless given. */
    readonly input?: string;
  } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [join(root, 'dist/server/waybill.cjs'), ...args], {
    cwd: options.cwd ?? root,
    env: { ...bareEnvironment, ...options.env },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: options.limit ?? 60_000,
    killSignal: 'SIGKILL',
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  child.stdin?.end(options.input);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

const isReport = new Ajv({ allErrors: true }).compile(
  JSON.parse(readFileSync(join(root, 'docs/check.schema.json'), 'utf8')),
);

/** Runs `waybill check --format json` and reads what it prints. Throws where docs/check.schema.json does not hold. */
export async function check(
  args: readonly string[],
  options: Parameters<typeof waybill>[1] = {},
): Promise<Ran & { readonly report: Report }> {
  const ran = await waybill(['check', '--format', 'json', ...args], options);
  let report: unknown;
  try {
    report = JSON.parse(ran.stdout);
  } catch {
    throw new Error(`waybill check gave no report (code ${ran.code}): ${ran.stderr}`);
  }
  if (!isReport(report))
    throw new Error(`The report is not as the schema has it: ${JSON.stringify(isReport.errors, null, 2)}`);
  return { ...ran, report: report as Report };
}
