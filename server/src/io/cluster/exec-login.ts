import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { DeadlineError, withDeadline } from '../net/deadline.ts';
import { ClusterError } from './cluster-error.ts';
import type { ClusterLogin } from './kubeconfig.ts';

type Program = Extract<ClusterLogin, { kind: 'program' }>;

/** A login may wait for a cloud's sign-in service. */
const DEADLINE_MS = 30_000;
const MAX_OUTPUT = 256 * 1024;

/**
 * Runs the program that a kubeconfig names, without a shell and with nobody to ask, and reads the credential that it
 * prints (kubernetes.io, "client-go credential plugins").
 * @throws ClusterError, or the signal's reason
 */
export async function runLogin(
  program: Program,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ClusterLogin> {
  const name = program.command;
  let output: string;
  try {
    output = await withDeadline(DEADLINE_MS, signal, (within) => printed(program, env, within));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DeadlineError) throw new ClusterError(`${name} gave no credential in time.`);
    throw error;
  }
  const status = statusOf(output);
  if (status?.token) return { kind: 'token', token: status.token };
  if (status?.clientCertificateData && status.clientKeyData)
    return { kind: 'certificate', certificate: status.clientCertificateData, key: status.clientKeyData };
  throw new ClusterError(`${name}, which the kubeconfig names, printed no credential.`);
}

interface Status {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
}

function statusOf(output: string): Status | null {
  try {
    return (JSON.parse(output) as { readonly status?: Status }).status ?? null;
  } catch {
    return null;
  }
}

function printed(
  { command, args, env: own, apiVersion }: Program,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      signal,
      killSignal: 'SIGKILL',
      shell: false,
      // A PATH with a dot in it would look into the current folder, which may be somebody else's release.
      cwd: homedir(),
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.length > MAX_OUTPUT) child.kill('SIGKILL');
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'is not installed' : 'could not be started';
      reject(new ClusterError(`${command}, which the kubeconfig names to log in, ${why}.`));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new ClusterError(
            `${command}, which the kubeconfig names to log in, failed (${code}). Log in as its cloud wants it, and try again.`,
          ),
        );
    });
  });
}
