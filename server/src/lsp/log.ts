import type { Connection } from 'vscode-languageserver/node';
import { redact, secretsOf } from '../io/net/redact.ts';

/** Lines for people who look for a reason. Without secrets, and never on stdout, which belongs to the protocol. */
export interface Log {
  info(line: string): void;
  error(what: string, error: unknown): void;
}

export function createLog(connection: Connection, env: NodeJS.ProcessEnv): Log {
  const clean = (text: string): string => redact(text, secretsOf(env));
  return {
    info: (line) => connection.console.info(clean(line)),
    error: (what, error) =>
      connection.console.error(
        clean(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : error}`),
      ),
  };
}
