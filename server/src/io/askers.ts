import { createHash } from 'node:crypto';
import { ecrHost } from '../core/image/hosts.ts';
import type { Answer, Question } from '../core/knowledge/knowledge.ts';
import type { Asker } from '../core/knowledge/ports.ts';
import { createEcrAsker, type EcrOptions, isAboutEcr } from './aws/ecr.ts';
import { identityOf } from './aws/identity.ts';
import type { Shelf } from './memory/store.ts';
import { createAgents } from './net/agents.ts';
import type { Budget } from './net/budget.ts';
import { createTransport } from './net/http.ts';
import { createRouter, type Network } from './net/router.ts';
import { hostOf } from './net/unchecked.ts';
import { createOciAsker, isAboutOci } from './oci/asker.ts';
import { dockerIdentities } from './oci/identity.ts';
import { portalOrigin } from './vendor/access.ts';
import { createPortalAsker, isAboutPortal } from './vendor/asker.ts';

export interface AskersOptions
  extends Pick<EcrOptions, 'accounts' | 'profileFor' | 'confirmAccount' | 'mayStartPrograms'> {
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gets lines without secrets. */
  readonly log: (line: string) => void;
  /** Whether anything may go over the network, and why not. */
  readonly network: () => Network;
  readonly budget: Budget;
  /** Whether somebody looks at what a question is about, so that it goes before others. */
  readonly isUrgent?: (question: Question) => boolean;
}

/** Amazon ECR, all other registries and the vendor portal behind one asker, with one way to connect for all. */
export function createAskers(options: AskersOptions): Asker {
  const { env, now, log, network, budget, isUrgent } = options;
  const trusted = (): boolean => network() !== 'untrusted';
  const agents = createAgents(env, { log });
  const transport = createTransport(agents);
  const urgent = isUrgent === undefined ? {} : { urgent: isUrgent };
  const common = { env, now, log, trusted, budget, ...urgent };
  return createRouter({
    routes: [
      { knows: isAboutEcr, asker: createEcrAsker({ ...options, ...common, agents }) },
      { knows: isAboutOci, asker: createOciAsker({ ...common, transport }) },
      { knows: isAboutPortal, asker: createPortalAsker({ ...common, transport }) },
    ],
    network,
    now,
  });
}

/** Where the answer to each question is kept: by host, and by who was told it. */
export function createShelves(
  options: Pick<AskersOptions, 'env' | 'profileFor' | 'now'>,
): (about: Question | Answer) => Shelf | null {
  const { env } = options;
  const dockerIdentity = dockerIdentities(env, options.now);
  return (about) => {
    const host = hostOf(about);
    if (host === null) {
      const token = env.REPLICATED_API_TOKEN;
      return token ? { host: portalOrigin(env), identity: `token:${shortHash(token)}` } : null;
    }
    const ecr = ecrHost(host);
    return { host, identity: ecr === null ? dockerIdentity() : identityOf(ecr.account, options) };
  };
}

const shortHash = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 12);
