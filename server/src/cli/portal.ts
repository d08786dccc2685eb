import { createAgents } from '../io/net/agents.ts';
import { createBudget } from '../io/net/budget.ts';
import { createTransport, type Transport } from '../io/net/http.ts';
import { findPortalAccess, type PortalAccess } from '../io/vendor/access.ts';
import { createPortalClient, type PortalClient } from '../io/vendor/client.ts';
import { PortalError } from '../io/vendor/error.ts';
import { exitCodes, PushError } from '../work/push/model.ts';
import { UsageError } from './usage.ts';

export interface Portal {
  readonly client: PortalClient;
  readonly access: PortalAccess;
  readonly transport: Transport;
  /** The environment with the token in it, for those who look for it there. */
  readonly env: NodeJS.ProcessEnv;
}

/** @throws UsageError where there is no token, Error where the replicated CLI's configuration is broken */
export async function openPortal(): Promise<Portal> {
  const access = await findPortalAccess(process.env);
  if (access === null)
    throw new UsageError(
      'There is no token for the vendor portal: set REPLICATED_API_TOKEN, or log in with `replicated login`. A token is made in the portal, under Account Settings or Service Accounts.',
    );
  const transport = createTransport(createAgents(process.env));
  return {
    client: createPortalClient({
      origin: access.origin,
      token: access.token,
      tokenFrom: access.from,
      transport,
      budget: createBudget(),
    }),
    access,
    transport,
    env: { ...process.env, REPLICATED_API_TOKEN: access.token, REPLICATED_API_ORIGIN: access.origin },
  };
}

/** Runs `work` with a signal that is aborted by Ctrl+C; `interrupted` says what was and was not done then. */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<number>,
  interrupted: () => string,
): Promise<number> {
  const stopped = new AbortController();
  const stop = (): void => stopped.abort(new Error('Interrupted'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work(stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    process.stderr.write(`${interrupted()}\n`);
    return 130;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** The exit code that an error of the portal or of a push stands for; null for others. */
export function exitCodeOf(error: unknown): number | null {
  if (error instanceof PushError) return exitCodes[error.why];
  if (error instanceof PortalError) return error.nothingChanged ? exitCodes.portal : exitCodes.network;
  return null;
}

/** Runs a command against the portal: what the portal refuses is a sentence and an exit code of its own. */
export async function withPortal(
  name: string,
  work: (portal: Portal, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const portal = await openPortal();
  try {
    return await interruptible(
      (signal) => work(portal, signal),
      () => 'Interrupted.',
    );
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === null) throw error;
    process.stderr.write(`waybill ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return code;
  }
}
