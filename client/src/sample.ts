import { type ChildProcess, spawn } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { commands, type ExtensionContext, type LogOutputChannel, Uri, window, workspace } from 'vscode';
import { shippedServer } from './server.ts';

/** How long the sandbox may take to say where it listens, in milliseconds. */
const patience = 15_000;

/** The copy of the sample that a person may play with. Made anew each time the command runs. */
function sampleFolder(context: ExtensionContext): string {
  return join(context.globalStorageUri.fsPath, 'hello');
}

/** Copies the shipped sample and opens it in a new window, where `startSandboxOfSample` does the rest. */
export async function openSandboxSample(context: ExtensionContext): Promise<void> {
  const folder = sampleFolder(context);
  await rm(folder, { recursive: true, force: true });
  await cp(join(context.extensionPath, 'samples', 'hello'), folder, { recursive: true });
  await commands.executeCommand('vscode.openFolder', Uri.file(folder), { forceNewWindow: true });
}

let running: Promise<Record<string, string>> | undefined;

/**
 * Where this window shows the sample and it is trusted: starts the sandbox that it belongs to, once, and gives the
 * variables that make the server ask it instead of AWS. Everywhere else null, and nothing is started.
 */
export async function startSandboxOfSample(
  context: ExtensionContext,
  log: LogOutputChannel,
): Promise<Record<string, string> | null> {
  const folder = sampleFolder(context);
  const open = workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === folder) ?? false;
  if (!open || !workspace.isTrusted) return null;
  running ??= startSandbox(context, log);
  try {
    const environment = await running;
    if (window.activeTextEditor === undefined)
      await window.showTextDocument(Uri.file(join(folder, 'api.yaml')));
    return environment;
  } catch (error) {
    running = undefined;
    log.error(`The sandbox did not start: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

function startSandbox(context: ExtensionContext, log: LogOutputChannel): Promise<Record<string, string>> {
  const child: ChildProcess = spawn(
    process.execPath,
    [shippedServer(context), 'sandbox', '--port', '0', '--format', 'json'],
    { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  context.subscriptions.push({ dispose: () => child.kill() });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(new Error(`it said nothing for ${patience / 1000} s`));
    }, patience);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`it ended with ${code}`)));
    if (child.stderr)
      createInterface({ input: child.stderr }).on('line', (line) => log.info(`sandbox: ${line}`));
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const environment = parseEnvironment(line);
        if (environment === null) return;
        clearTimeout(timer);
        resolve(environment);
      });
  });
}

/** The sandbox's one line on stdout is the environment: `{"AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:…", …}`. */
function parseEnvironment(line: string): Record<string, string> | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('AWS_ENDPOINT_URL_ECR' in value)) return null;
    const environment: Record<string, string> = {};
    for (const [name, each] of Object.entries(value)) if (typeof each === 'string') environment[name] = each;
    return environment;
  } catch {
    return null;
  }
}
