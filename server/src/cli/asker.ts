import type { Asker } from '../core/knowledge/ports.ts';
import { registeredAccounts } from '../core/release/reading.ts';
import type { Session } from '../core/session/session.ts';
import { defaultCacheFolder } from '../io/memory/folder.ts';
import type { Network } from '../io/net/router.ts';
import { createWorld } from '../io/world.ts';

export interface AskOptions {
  readonly network: Network;
  /** AWS account → profile. */
  readonly profiles?: Readonly<Record<string, string>>;
  /** Whether what was answered a short while ago need not be asked again. */
  readonly cached?: boolean;
  /** The process's own unless given. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Who is asked for a command line: Amazon ECR, for the accounts that the releases list, every other registry, and the
 * vendor portal. Only the contents of digests are taken from memory, which never change, unless `cached` says more.
 */
export function askerFor(
  session: Session,
  { network, profiles = {}, cached = false, env = process.env }: AskOptions,
): { readonly asker: Asker; flush(): Promise<void> } {
  return createWorld({
    accounts: () =>
      new Set(session.snapshot.releases.flatMap(({ context }) => [...registeredAccounts(context)])),
    network: () => network,
    env,
    now: Date.now,
    log: process.env.WAYBILL_DEBUG ? (line) => process.stderr.write(`${line}\n`) : () => {},
    profileFor: (account) => profiles[account],
    // Whoever runs a command runs it with their own configuration, as they run `aws`.
    mayStartPrograms: () => true,
    cacheFolder: network === 'on' ? defaultCacheFolder(env) : null,
    recalls: ({ kind }) => cached || kind === 'platforms',
  });
}
