import type { Connection } from 'vscode-languageserver/node';
import type { Question } from '../../core/knowledge/knowledge.ts';
import { registeredAccounts } from '../../core/release/reading.ts';
import { type Apart, createApart } from '../../io/apart/thread.ts';
import { defaultCacheFolder } from '../../io/memory/folder.ts';
import { bundleBeside } from '../bundle.ts';
import type { Log } from '../log.ts';
import type { Options, Settings } from '../options.ts';
import type { Ports } from '../ports.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Consent, createConsent } from './consent.ts';

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

/** Everybody who can be asked, as far as the settings allow; whom to ask about accounts, and how to take refusals back. */
export function createAsker({
  connection,
  workspace,
  options,
  settings,
  isUrgent,
  ports,
  log,
}: AskerOptions): Apart & {
  readonly askPersonAgain: () => void;
  readonly confirmAccount: Consent['confirm'] | null;
  readonly mayStartPrograms: boolean;
} {
  const consent = createConsent(connection);
  const confirmAccount = options.confirm ? consent.confirm : null;
  // The person's word on an account is their word on the program that its credentials need.
  const mayStartPrograms = options.confirm || options.credentialProcess;
  const apart = createApart({
    script: bundleBeside('asking.cjs'),
    start: {
      cacheFolder: options.cacheFolder ?? defaultCacheFolder(ports.env),
      mayStartPrograms,
    },
    state: () => ({
      accounts: [...accountsOf(workspace)],
      network: !settings().trusted ? 'untrusted' : settings().network && settings().enable ? 'on' : 'off',
      profiles: settings().awsProfiles,
    }),
    isUrgent,
    confirmAccount,
    now: ports.now,
    log: log.info,
  });
  return { ...apart, askPersonAgain: consent.askAgain, confirmAccount, mayStartPrograms };
}

const accountsOf = (workspace: Workspace): ReadonlySet<string> =>
  new Set(
    workspace.folders.flatMap(({ snapshot }) =>
      snapshot.releases.flatMap(({ context }) => [...registeredAccounts(context)]),
    ),
  );
