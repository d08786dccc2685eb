import { ecrHost } from '../../core/image/hosts.ts';
import type { Answer, Question, VerdictDetail } from '../../core/knowledge/knowledge.ts';
import type { Asker } from '../../core/knowledge/ports.ts';
import { type Budget, createBudget } from '../net/budget.ts';
import { cleanedAnswer } from '../net/clean.ts';
import { untilAborted } from '../net/deadline.ts';
import { namedEndpoint, readEndpoints } from '../net/endpoints.ts';
import { grouped } from '../net/group.ts';
import { redact, secretsOf } from '../net/redact.ts';
import { type RetryPolicy, usualRetries } from '../net/retry.ts';
import { closed } from '../net/router.ts';
import { hostOf, unchecked } from '../net/unchecked.ts';
import { createConnector } from './connect.ts';
import { type Agents, createDataPlane } from './data-plane.ts';
import { wordsOf } from './failure.ts';
import { identityOf } from './identity.ts';
import { createMemory, type RegistryMemory } from './memory.ts';
import { askRegistry } from './registry.ts';

export interface EcrOptions {
  /** The accounts that may be asked with a signature: 12 digits each. Looked at anew for every portion. */
  readonly accounts: () => ReadonlySet<string>;
  /** Whether the workspace is trusted. Where it is not, there is no connection and no credential is looked for. */
  readonly trusted: () => boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gets lines without secrets. */
  readonly log: (line: string) => void;
  /** The AWS profile that a person set for an account; the environment's credentials win. */
  readonly profileFor?: (account: string) => string | undefined;
  /**
   * Asked before the first signed use of an account; false means not now, and is asked again next time. `program` is
   * what would be started to get credentials, if anything would.
   */
  readonly confirmAccount?: (
    account: string,
    region: string,
    host: string,
    program?: string,
  ) => Promise<boolean>;
  /**
   * Whether the program that a profile of AWS's files names (`credential_process`) may be started for an account.
   * Without it none ever is.
   */
  readonly mayStartPrograms?: (profile: string, account: string) => Promise<boolean> | boolean;
  /** How connections are made, to AWS and to everybody else; Node's own way unless given. */
  readonly agents?: Agents;
  /** For one attempt of a call; 10 seconds unless given. */
  readonly deadlineMs?: number;
  /** How often calls are tried; `usualRetries` unless given. */
  readonly retries?: RetryPolicy;
  /** Shared with other askers, so that all calls are counted in one place. */
  readonly budget?: Budget;
  /** Whether a question is urgent at this moment: about an open document. */
  readonly urgent?: (question: Question) => boolean;
}

/** Whether a host is a private registry of ECR, which this asker can answer for. */
export const isEcrHost = (host: string): boolean => ecrHost(host) !== null;

/** Whether a question is about a private registry of ECR. */
export const isAboutEcr = (question: Question): boolean => isEcrHost(hostOf(question) ?? '');

/**
 * Answers questions about private ECR registries with the account's own API (read only). Account and region
 * come from the host, which must be one that only AWS can own. Only ECR's own "not found" makes `absent`.
 */
export function createEcrAsker(options: EcrOptions): Asker {
  const budget = options.budget ?? createBudget();
  const used = new Set<string>();
  const given = secretsOf(options.env);
  const clean = (text: string): string => redact(text, [...given, ...used]);
  const log = (line: string): void => options.log(clean(line));
  const { env, now, agents } = options;
  const deadlineMs = options.deadlineMs ?? 10_000;
  const retries = options.retries ?? usualRetries;
  const connector = createConnector({
    env,
    profileFor: options.profileFor ?? (() => undefined),
    mayStartPrograms: options.mayStartPrograms ?? (() => false),
    deadlineMs,
    retries,
    budget,
    agents,
    log,
    onSecret: (secret) => used.add(secret),
  });
  const dataPlane = createDataPlane(agents);
  const endpoints = readEndpoints(env.WAYBILL_REGISTRY_ENDPOINTS, log);
  const memories = new Map<string, RegistryMemory>();
  const memoryOf = (host: string, account: string): RegistryMemory => {
    // Another identity may be told something else.
    const key = `${host} ${identityOf(account, options)}`;
    const memory = memories.get(key) ?? createMemory(now);
    memories.set(key, memory);
    return memory;
  };
  const confirm = options.confirmAccount && once(options.confirmAccount);

  return {
    async ask(questions, signal, onAnswers) {
      const give = (answers: readonly Answer[]): void => {
        if (signal.aborted || answers.length === 0) return;
        try {
          onAnswers(answers.map((answer) => cleanedAnswer(answer, clean)));
        } catch (error) {
          log(`Answers of ECR could not be taken in: ${wordsOf(error)}`);
        }
      };
      const confirmed = async (account: string, region: string, host: string): Promise<boolean> => {
        if (confirm === undefined) return true;
        try {
          const program = (await connector.programFor(account)) ?? undefined;
          return await untilAborted(signal, confirm(account, region, host, program));
        } catch (error) {
          if (!signal.aborted) log(`Could not ask about account ${account}: ${wordsOf(error)}`);
          return false;
        }
      };
      const askHost = async (host: string, asked: readonly Question[]): Promise<void> => {
        const none = (detail: VerdictDetail | null, reason: string): void =>
          give(asked.map((question) => unchecked(question, detail, reason, options.now())));
        const ecr = ecrHost(host);
        if (!ecr) return none(null, `${host} is not a registry host of Amazon ECR.`);
        const { account, region } = ecr;
        if (!options.trusted()) return none('offline', closed.untrusted);
        if (!options.accounts().has(account)) return none('account-not-registered', notRegistered(account));
        if (!(await confirmed(account, region, host)))
          return none('account-not-registered', notConfirmed(account));
        await askRegistry({ host, ...ecr }, asked, {
          connector,
          dataPlane,
          memory: memoryOf(host, account),
          budget,
          urgent: options.urgent ?? (() => false),
          signal,
          give,
          now,
          log,
          deadlineMs,
          retries,
          // A token of ECR's goes where somebody named just this registry, not to whatever stands in for all.
          endpoint: namedEndpoint(host, endpoints),
        });
      };
      await Promise.all(
        [...grouped(questions, (question) => hostOf(question) ?? '')].map(([host, asked]) =>
          askHost(host, asked),
        ),
      );
    },
  };
}

const notRegistered = (account: string): string =>
  `AWS account ${account} is not registered, so it is not asked: list its endpoint under registries in .waybill.yaml if it is yours.`;
const notConfirmed = (account: string): string =>
  `AWS account ${account} is not asked until you allow signed requests to it.`;

type Confirm = NonNullable<EcrOptions['confirmAccount']>;

/** Asks about each account once at a time and remembers a yes, for the program that it was given for. */
function once(confirm: Confirm): Confirm {
  const asking = new Map<string, Promise<boolean>>();
  return async (account, region, host, program) => {
    const key = `${account} ${program ?? ''}`;
    const pending = asking.get(key) ?? confirm(account, region, host, program);
    asking.set(key, pending);
    let yes = false;
    try {
      yes = await pending;
    } finally {
      if (!yes) asking.delete(key);
    }
    return yes;
  };
}

/** Everything in an answer that came from somewhere else, without what looks like a secret or was one. */
