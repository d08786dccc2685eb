import type { Connection } from 'vscode-languageserver/node';
import type { Asker } from '../../core/knowledge/ports.ts';
import { registeredAccounts } from '../../core/release/reading.ts';
import { createEcrAsker, isAboutEcr } from '../../io/aws/ecr.ts';
import { createRouter } from '../../io/net/router.ts';
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
  readonly ports: Ports;
  readonly log: Log;
}

/** Everybody who can be asked, as far as the settings allow; and how to take refusals back. */
export function createAsker({ connection, workspace, options, settings, ports, log }: AskerOptions): {
  readonly asker: Asker;
  readonly askPersonAgain: () => void;
} {
  const consent = createConsent(connection);
  const ecr = createEcrAsker({
    accounts: () => accountsOf(workspace),
    trusted: () => settings().trusted,
    env: ports.env,
    now: ports.now,
    log: log.info,
    profileFor: (account) => settings().awsProfiles[account],
    ...(options.confirm ? { confirmAccount: consent.confirm } : {}),
  });
  const asker = createRouter({
    routes: [{ knows: isAboutEcr, asker: ecr }],
    network: () =>
      !settings().trusted ? 'untrusted' : settings().network && settings().enable ? 'on' : 'off',
    now: ports.now,
  });
  return { asker, askPersonAgain: consent.askAgain };
}

const accountsOf = (workspace: Workspace): ReadonlySet<string> =>
  new Set(
    workspace.folders.flatMap(({ snapshot }) =>
      snapshot.releases.flatMap(({ context }) => [...registeredAccounts(context)]),
    ),
  );
