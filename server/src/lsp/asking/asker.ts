import type { Connection } from 'vscode-languageserver/node';
import type { Question } from '../../core/knowledge/knowledge.ts';
import { registeredAccounts } from '../../core/release/reading.ts';
import { defaultCacheFolder } from '../../io/memory/folder.ts';
import { createWorld, type World } from '../../io/world.ts';
import type { Log } from '../log.ts';
import type { Options, Settings } from '../options.ts';
import type { Ports } from '../ports.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { createConsent } from './consent.ts';

export interface AskerOptions {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly options: Options;
  readonly settings: () => Settings;
  /** Whether an open document waits for the answer. */
  readonly isUrgent: (question: Question) => boolean;
  readonly ports: Ports;
  readonly log: Log;
}

/** Everybody who can be asked, as far as the settings allow; and how to take refusals back. */
export function createAsker({
  connection,
  workspace,
  options,
  settings,
  isUrgent,
  ports,
  log,
}: AskerOptions): World & { readonly askPersonAgain: () => void } {
  const consent = createConsent(connection);
  const world = createWorld({
    accounts: () => accountsOf(workspace),
    network: () =>
      !settings().trusted ? 'untrusted' : settings().network && settings().enable ? 'on' : 'off',
    env: ports.env,
    now: ports.now,
    log: log.info,
    profileFor: (account) => settings().awsProfiles[account],
    isUrgent,
    cacheFolder: options.cacheFolder ?? defaultCacheFolder(ports.env),
    // The person's word on an account is their word on the program that its credentials need.
    mayStartPrograms: () => options.confirm || options.credentialProcess,
    ...(options.confirm ? { confirmAccount: consent.confirm } : {}),
  });
  return { ...world, askPersonAgain: consent.askAgain };
}

const accountsOf = (workspace: Workspace): ReadonlySet<string> =>
  new Set(
    workspace.folders.flatMap(({ snapshot }) =>
      snapshot.releases.flatMap(({ context }) => [...registeredAccounts(context)]),
    ),
  );
