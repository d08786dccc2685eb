import type { LinkedRegistry, PortalPull } from '../../core/knowledge/knowledge.ts';
import { isLoopback } from '../net/addresses.ts';
import type { Budget } from '../net/budget.ts';
import { connectionCode, connectionWords } from '../net/connection.ts';
import { DeadlineError, withDeadline } from '../net/deadline.ts';
import type { HttpAnswer, Transport } from '../net/http.ts';
import type { Again } from '../net/retry.ts';

/** The vendor portal's API; REPLICATED_API_ORIGIN names another. Source: the replicated CLI, pkg/platformclient. */
export const DEFAULT_ORIGIN = 'https://api.replicated.com/vendor';

/** An app of the team. */
export interface PortalApp {
  readonly id: string;
  readonly slug: string;
}

/** A linked registry as the portal lists it: apps by their ids. */
export interface ExternalRegistry extends Omit<LinkedRegistry, 'apps'> {
  /** Null where it serves all apps. */
  readonly appIds: readonly string[] | null;
}

/** The few read-only calls of the vendor portal that Waybill makes. Each throws PortalError, or the signal's reason. */
export interface PortalClient {
  listApps(signal: AbortSignal): Promise<readonly PortalApp[]>;
  listExternalRegistries(signal: AbortSignal): Promise<readonly ExternalRegistry[]>;
  /** What Replicated got from a linked registry, the newest first. `endpoint` may be its name too. */
  externalRegistryLogs(endpoint: string, signal: AbortSignal): Promise<readonly PortalPull[]>;
  /**
   * Has Replicated pull an image from a linked registry.
   * @param image repository and tag, without the host
   * @returns the HTTP status that the registry gave
   */
  testExternalRegistry(endpoint: string, image: string, signal: AbortSignal): Promise<number>;
}

/** The portal did not do what it was asked; the message is a sentence for people. */
export class PortalError extends Error {
  override readonly name = 'PortalError';
  /** The HTTP status; null where there was no answer. */
  readonly status: number | null;

  constructor(status: number | null, message: string) {
    super(message);
    this.status = status;
  }
}

export interface PortalOptions {
  /** Without `/v3`. */
  readonly origin: string;
  /** Sent as it is; goes to the origin and nowhere else. */
  readonly token: string;
  readonly transport: Transport;
  readonly budget: Budget;
  /** For one call with its answer: milliseconds; 10 seconds unless given. */
  readonly deadlineMs?: number;
}

/** No answer of these calls is longer, by far. */
const mostBytes = 8_000_000;

/**
 * A client of the vendor API, version 3. Paths and shapes: the replicated CLI (pkg/kotsclient) and its contracts with
 * the API (pacts/replicated-cli-vendor-api.json).
 * @throws PortalError where the origin is no URL that a token may be sent to
 */
export function createPortalClient({
  origin,
  token,
  transport,
  budget,
  deadlineMs = 10_000,
}: PortalOptions): PortalClient {
  const base = baseOf(origin);
  const host = base.host;

  const call = async (
    method: 'GET' | 'PUT',
    path: string,
    signal: AbortSignal,
    body?: Readonly<Record<string, string>>,
  ): Promise<Record<string, unknown>> => {
    const attempt = (within: AbortSignal): Promise<Record<string, unknown>> =>
      withDeadline(deadlineMs, within, async (limited) => {
        const answer = await transport.request(new URL(`${base.href.replace(/\/$/, '')}/v3/${path}`), {
          method,
          signal: limited,
          // A redirect would carry the token elsewhere, or lose it; the API has none.
          follow: false,
          headers: {
            authorization: token,
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return read(answer);
      });
    try {
      return await budget.run(host, signal, () => budget.send(host, signal, attempt, notAgain));
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof PortalError ? error : new PortalError(null, unreachable(error));
    }
  };

  return {
    async listApps(signal) {
      const { apps } = await call('GET', 'apps?excludeChannels=true', signal);
      return listOf(apps).flatMap(({ id, slug }) =>
        typeof id === 'string' && typeof slug === 'string' ? [{ id, slug }] : [],
      );
    },
    async listExternalRegistries(signal) {
      const { external_registries } = await call('GET', 'external_registries', signal);
      return listOf(external_registries).flatMap(({ endpoint, slug, provider, appIds }) => {
        if (typeof endpoint !== 'string' || endpoint === '') return [];
        const ids = Array.isArray(appIds) ? appIds.filter((id) => typeof id === 'string') : [];
        const named = typeof slug === 'string' && slug !== '' ? slug : endpoint;
        return [
          {
            endpoint: hostIn(endpoint),
            slug: named,
            provider: typeof provider === 'string' ? provider : 'other',
            appIds: ids.length === 0 ? null : ids,
          },
        ];
      });
    },
    async externalRegistryLogs(endpoint, signal) {
      const { logs } = await call(
        'GET',
        `external_registry/logs?endpoint=${encodeURIComponent(endpoint)}`,
        signal,
      );
      return listOf(logs)
        .flatMap(({ createdAt, action, statusCode, isSuccess, image }): PortalPull[] => {
          const at = typeof createdAt === 'string' ? Date.parse(createdAt) : Number.NaN;
          if (Number.isNaN(at)) return [];
          const status = typeof statusCode === 'number' ? statusCode : 0;
          return [
            {
              at,
              action: typeof action === 'string' ? action : 'pull',
              image: typeof image === 'string' ? image : '',
              status,
              ok: typeof isSuccess === 'boolean' ? isSuccess : status >= 200 && status < 300,
            },
          ];
        })
        .sort((a, b) => b.at - a.at);
    },
    async testExternalRegistry(endpoint, image, signal) {
      const { status } = await call('PUT', 'external_registry/test', signal, { endpoint, image });
      if (typeof status !== 'number') throw odd(200);
      return status;
    },
  };
}

function baseOf(origin: string): URL {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))))
    throw new PortalError(
      null,
      `REPLICATED_API_ORIGIN is "${origin}", which is no https URL: the token is not sent there.`,
    );
  url.pathname = url.pathname.replace(/\/+$/, '');
  url.search = '';
  url.hash = '';
  return url;
}

async function read(answer: HttpAnswer): Promise<Record<string, unknown>> {
  const { status, headers } = answer;
  if (!/\bjson\b/i.test(headers['content-type'] ?? '')) {
    answer.discard();
    throw odd(status);
  }
  const body: unknown = await answer.json(mostBytes).catch(() => null);
  if (!isRecord(body)) throw odd(status);
  if (status >= 200 && status < 300) return body;
  const said = isRecord(body.error) ? body.error.message : body.message;
  const words = typeof said === 'string' && said !== '' ? said.replace(/\s+/g, ' ').slice(0, 300) : null;
  throw new PortalError(status, refusal(status, words));
}

/** The API answers 403 for a token that is wrong as well as for one that may not do this. */
function refusal(status: number, words: string | null): string {
  const said = words === null ? `HTTP ${status}` : words;
  if (status === 401 || status === 403)
    return `The vendor portal refuses the token in REPLICATED_API_TOKEN: ${said}. Make one that may list external registries.`.replace(
      '..',
      '.',
    );
  if (status === 429) return 'The vendor portal is limiting requests; try again later.';
  return `The vendor portal says: ${said}`;
}

const odd = (status: number): PortalError =>
  new PortalError(
    status,
    `Something other than the vendor portal answered (HTTP ${status}): a proxy or a sign-in page perhaps.`,
  );

function unreachable(error: unknown): string {
  if (error instanceof DeadlineError) return 'The vendor portal gave no answer in time.';
  const code = connectionCode(error);
  return `The vendor portal could not be reached: ${connectionWords(code) ?? `the connection failed (${code || String(error)})`}.`;
}

/** What the portal knows changes seldom, and is asked for again with the next check. */
const notAgain = (): Again => ({ kind: 'no' });

/** The portal has `null` for an empty list. */
const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** The host of an endpoint, which people also write as a URL. */
const hostIn = (endpoint: string): string =>
  endpoint
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
