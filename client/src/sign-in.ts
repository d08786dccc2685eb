import { ProcessExecution, Task, TaskRevealKind, TaskScope, tasks, window, workspace } from 'vscode';
import { didSignIn } from './protocol.ts';
import type { Server } from './server.ts';

/** What a profile may be called: no white space, nothing that a command line takes for an option. */
const profileName = /^[\w.@][\w.@-]*$/;

/**
 * Runs `aws sso login` for a profile in a terminal. When it has ended well, the server asks again what it could not
 * find out.
 * @param given the profile; the person is asked where it is none
 */
export async function signIn(server: Server, given: unknown): Promise<void> {
  if (!workspace.isTrusted)
    throw new Error('trust this workspace first: no program is started in Restricted Mode.');
  const profile = typeof given === 'string' && given !== '' ? given : await askForProfile();
  if (profile === undefined) return;
  if (!profileName.test(profile)) throw new Error(`“${profile}” is no name of an AWS profile.`);
  const code = await run(profile);
  if (code !== undefined && code !== 0)
    throw new Error(`aws sso login ended with ${code}. Its terminal says why.`);
  await server.notify(didSignIn);
}

const askForProfile = (): Thenable<string | undefined> =>
  window.showInputBox({
    title: 'Sign In to AWS',
    prompt: 'AWS profile to sign in with',
    value: 'default',
    validateInput: (text) => (profileName.test(text) ? undefined : 'That is no name of an AWS profile.'),
  });

/** The exit code; undefined where the program could not be started or was ended. No shell reads the profile's name. */
async function run(profile: string): Promise<number | undefined> {
  const task = new Task(
    { type: 'waybill.signIn' },
    TaskScope.Workspace,
    `aws sso login --profile ${profile}`,
    'Waybill',
    new ProcessExecution('aws', ['sso', 'login', '--profile', profile]),
  );
  task.presentationOptions = { reveal: TaskRevealKind.Always, clear: true };
  const execution = await tasks.executeTask(task);
  return new Promise((resolve) => {
    const listeners = [
      tasks.onDidEndTaskProcess((ended) => {
        if (ended.execution === execution) end(ended.exitCode);
      }),
      tasks.onDidEndTask((ended) => {
        if (ended.execution === execution) end(undefined);
      }),
    ];
    const end = (code: number | undefined): void => {
      for (const listener of listeners) listener.dispose();
      resolve(code);
    };
  });
}
