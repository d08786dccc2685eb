import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Connection } from 'vscode-languageserver/node';
import type { Question } from '../../core/knowledge/knowledge.ts';
import { registeredAccounts } from '../../core/release/reading.ts';
import { type Apart, createApart } from '../../io/apart/thread.ts';
import { defaultCacheFolder } from '../../io/memory/folder.ts';
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
}: AskerOptions): Apart & { readonly askPersonAgain: () => void } {
  const consent = createConsent(connection);
  const apart = createApart({
    script: askingThread(),
    start: {
      cacheFolder: options.cacheFolder ?? defaultCacheFolder(ports.env),
      // The person's word on an account is their word on the program that its credentials need.
      mayStartPrograms: options.confirm || options.credentialProcess,
    },
    state: () => ({
      accounts: [...accountsOf(workspace)],
      network: !settings().trusted ? 'untrusted' : settings().network && settings().enable ? 'on' : 'off',
      profiles: settings().awsProfiles,
    }),
    isUrgent,
    confirmAccount: options.confirm ? consent.confirm : null,
    now: ports.now,
    log: log.info,
  });
  return { ...apart, askPersonAgain: consent.askAgain };
}

/** Beside the bundle that runs, whatever link it was started by. */
const askingThread = (): URL => new URL('asking.mjs', pathToFileURL(realpathSync(process.argv[1] ?? '')));

const accountsOf = (workspace: Workspace): ReadonlySet<string> =>
  new Set(
    workspace.folders.flatMap(({ snapshot }) =>
      snapshot.releases.flatMap(({ context }) => [...registeredAccounts(context)]),
    ),
  );
