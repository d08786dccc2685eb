import { canonicalHost, ecrHost } from '../../core/image/hosts.ts';
import type { Answer, Question } from '../../core/knowledge/knowledge.ts';
import type { Asker } from '../../core/knowledge/ports.ts';
import { createAgents } from '../net/agents.ts';
import { type Budget, createBudget } from '../net/budget.ts';
import { cleanedAnswer } from '../net/clean.ts';
import { type Endpoint, endpointOf, readEndpoints } from '../net/endpoints.ts';
import { grouped } from '../net/group.ts';
import { createTransport, type Transport } from '../net/http.ts';
import { redact, secretsOf } from '../net/redact.ts';
import type { RetryPolicy } from '../net/retry.ts';
import { closed } from '../net/router.ts';
import { hostOf, unchecked } from '../net/unchecked.ts';
import { createRegistryClient, type RegistryClient } from './client.ts';
import { dockerLogins, loginsAt } from './credentials.ts';
import { askRegistry } from './registry.ts';

export interface OciOptions {
  /** Proxies, WAYBILL_REGISTRY_ENDPOINTS and where docker keeps its logins. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the workspace is trusted. Where it is not, nobody is asked and no helper is started. */
  readonly trusted: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gets lines without secrets. */
  readonly log: (line: string) => void;
  /** Shared with other askers, so that all calls are counted in one place. */
  readonly budget?: Budget;
  /** Hears of every secret that is used, so that it can be kept out of other texts too. */
  readonly onSecret?: (secret: string) => void;
  /** Whether a question is urgent at this moment: about an open document. */
  readonly urgent?: (question: Question) => boolean;
  /** For one request with its answer: milliseconds; 20 seconds unless given. */
  readonly deadlineMs?: number;
  readonly retries?: RetryPolicy;
  /** Where to connect for a host; what the environment says and else the host itself, unless given. Null: nowhere. */
  readonly endpointFor?: (host: string) => Endpoint | null;
  /** The one that all of Waybill's requests go through; made from `env` unless given. */
  readonly transport?: Transport;
}

/** Whether a question is about a registry that this asker can ask: any but a private one of Amazon ECR. */
export function isAboutOci(question: Question): boolean {
  const host = hostOf(question);
  return host !== null && question.kind !== 'pulls' && ecrHost(host) === null;
}

/**
 * Answers questions about images, tags and platforms at any OCI registry, read only: anonymously first, with docker's
 * login where that is refused. Docker Hub is asked by HEAD, so that no pull is spent.
 */
export function createOciAsker(options: OciOptions): Asker {
  const { env, trusted, now } = options;
  const budget = options.budget ?? createBudget();
  const used = new Set<string>();
  const onSecret = (secret: string): void => {
    used.add(secret);
    options.onSecret?.(secret);
  };
  const given = secretsOf(env);
  const clean = (text: string): string => redact(text, [...given, ...used]);
  const log = (line: string): void => options.log(clean(line));
  const endpoints = readEndpoints(env.WAYBILL_REGISTRY_ENDPOINTS, log);
  const endpointFor = options.endpointFor ?? ((host) => endpointOf(host, endpoints));
  const transport = options.transport ?? createTransport(createAgents(env, { log }));
  const logins = dockerLogins({ env, trusted, onSecret });
  const clients = new Map<string, RegistryClient>();
  const clientFor = (host: string, endpoint: Endpoint): RegistryClient => {
    const key = `${host} ${endpoint.base.href}`;
    const { deadlineMs, retries } = options;
    const client =
      clients.get(key) ??
      createRegistryClient({
        host,
        endpoint,
        transport,
        budget,
        now,
        credentials: loginsAt(endpoint, logins),
        onSecret,
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
        ...(retries === undefined ? {} : { retries }),
      });
    clients.set(key, client);
    return client;
  };

  return {
    async ask(questions, signal, onAnswers) {
      const give = (answers: readonly Answer[]): void => {
        if (signal.aborted || answers.length === 0) return;
        try {
          onAnswers(answers.map((answer) => cleanedAnswer(answer, clean)));
        } catch (error) {
          log(`Answers of registries could not be taken in: ${String(error)}`);
        }
      };
      const askHost = async (host: string, asked: readonly Question[]): Promise<void> => {
        const none = (detail: 'offline' | null, reason: string): void =>
          give(asked.map((question) => unchecked(question, detail, reason, now())));
        if (!trusted()) return none('offline', closed.untrusted);
        if (ecrHost(host) !== null) return none(null, `${host} is a private registry of Amazon ECR.`);
        const endpoint = host === '' ? null : endpointFor(host);
        if (endpoint === null)
          return none(null, `Waybill does not connect to ${host || 'a registry without a host'}.`);
        const client = clientFor(host, endpoint);
        const urgent = options.urgent ?? (() => false);
        await askRegistry({ host, client, budget, signal, give, now, log, urgent }, asked);
      };
      await Promise.all(
        [...grouped(questions, (question) => canonicalHost(hostOf(question) ?? ''))].map(([host, asked]) =>
          askHost(host, asked),
        ),
      );
    },
  };
}
