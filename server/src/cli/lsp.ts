import type { Transport } from '../lsp/transport.ts';
import { UsageError } from './usage.ts';

/** Runs the language server. Ends with the process: 0 after a proper goodbye, 1 where the client just went away. */
export async function run(args: readonly string[]): Promise<number> {
  const transport = transportOf(args);
  const { start } = await import('../lsp/start.ts');
  return start(transport);
}

/**
 * Editors add arguments of their own (`--clientProcessId=…`), which are left alone.
 * @throws UsageError where no transport is named
 */
function transportOf(args: readonly string[]): Transport {
  for (const [index, argument] of args.entries()) {
    if (argument === '--stdio') return { kind: 'stdio' };
    if (argument === '--node-ipc') {
      if (process.send !== undefined) return { kind: 'node-ipc' };
      throw new UsageError(
        '--node-ipc is for an editor that starts this as a Node child process; use --stdio.',
      );
    }
    const port = /^--socket(?:=(.*))?$/.exec(argument);
    if (port !== null) return { kind: 'socket', port: portOf(port[1] ?? args[index + 1] ?? '') };
  }
  throw new UsageError('Say how to talk to the editor: --stdio, --node-ipc or --socket=PORT.');
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new UsageError(`"${text}" is no port: a number from 1 to 65535 is wanted.`);
}
