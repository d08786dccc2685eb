import { homedir } from 'node:os';
import { DeadlineError, withDeadline } from '../net/deadline.ts';
import { DockerLoginError } from './docker-config.ts';

export interface HelperCall {
  /** What docker's configuration names: `ecr-login` runs `docker-credential-ecr-login`. */
  readonly name: string;
  readonly action: 'get' | 'store';
  /** Goes to its standard input. */
  readonly input: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** A name and nothing else: with a path in it, a file in the workspace could be run. */
export const isHelperName = (name: string): boolean => /^[A-Za-z0-9][\w.-]*$/.test(name);

const MAX_OUTPUT = 64 * 1024;

/**
 * Runs `docker-credential-NAME ACTION` without a shell and gives what it printed
 * (https://github.com/docker/docker-credential-helpers, "Development").
 * @throws DockerLoginError, or the signal's reason.
 */
export async function runHelper(call: HelperCall): Promise<string> {
  const { name, action, input, env, signal, deadlineMs } = call;
  if (!isHelperName(name))
    throw new DockerLoginError(
      "Docker's configuration names a credential helper by something that is no plain name.",
    );
  const program = `docker-credential-${name}${process.platform === 'win32' ? '.exe' : ''}`;
  try {
    return await withDeadline(deadlineMs, signal, (within) => run(program, [action], input, env, within));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DeadlineError) throw new DockerLoginError(`${program} gave no answer in time.`);
    throw error;
  }
}

async function run(
  program: string,
  args: readonly string[],
  input: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  // Few starts need any program.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      signal,
      killSignal: 'SIGKILL',
      shell: false,
      // Windows, and a PATH with a dot in it, look into the current folder, which may be somebody else's release.
      cwd: homedir(),
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.length <= MAX_OUTPUT) return;
      child.kill('SIGKILL');
      reject(new DockerLoginError(`${program} printed too much.`));
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'ENOENT' ? 'is not installed' : `could not be started (${error.code ?? error.name})`;
      reject(new DockerLoginError(`${program} ${why}.`));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new DockerLoginError(`${program} failed: ${oneLine(output) || `it ended with ${code}`}.`));
    });
    // One that reads nothing closes its end; what it prints is what counts.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200).replace(/\.$/, '');
