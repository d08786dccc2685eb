import type { Asker } from '../core/knowledge/ports.ts';
import { registeredAccounts } from '../core/release/reading.ts';
import type { Session } from '../core/session/session.ts';
import { createEcrAsker, isAboutEcr } from '../io/aws/ecr.ts';
import { createRouter, type Network } from '../io/net/router.ts';

/** Who is asked for a command line: Amazon ECR, for the accounts that the releases list. */
export function askerFor(session: Session, network: Network): Asker {
  const ecr = createEcrAsker({
    accounts: () =>
      new Set(session.snapshot.releases.flatMap(({ context }) => [...registeredAccounts(context)])),
    trusted: () => network === 'on',
    // Whoever gives the command has these profiles in files of their own, and the AWS CLI would start it too.
    mayStartPrograms: () => true,
    env: process.env,
    now: Date.now,
    log: process.env.WAYBILL_DEBUG ? (line) => process.stderr.write(`${line}\n`) : () => {},
  });
  return createRouter({
    routes: [{ knows: isAboutEcr, asker: ecr }],
    network: () => network,
    now: Date.now,
  });
}
