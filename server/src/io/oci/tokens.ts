import type { Endpoint } from '../net/endpoints.ts';
import type { Challenge } from './challenge.ts';
import { basicOf, type Credentials } from './credentials.ts';
import { jsonOf, OddAnswerError, RealmError, type RegistryAnswer } from './errors.ts';
import { isJson, isRecord } from './media.ts';
import { isRealmOf } from './realm.ts';

/** Where a registry's tokens come from and what for. */
export interface TokenSource {
  readonly realm: URL;
  readonly service: string | null;
  /** `repository:NAME:pull` */
  readonly scope: string;
}

/** Sends one request in its turn, with retries and deadlines, and reads the whole answer. */
export type Send = (
  url: URL,
  request: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
  signal: AbortSignal,
) => Promise<RegistryAnswer>;

/** The realm's refusal of whoever asked. */
export class RefusedTokenError extends Error {
  override readonly name = 'RefusedTokenError';
  readonly status: number;

  constructor(status: number) {
    super(`No token was given (HTTP ${status}).`);
    this.status = status;
  }
}

export interface Tokens {
  /**
   * A bearer token for a source, from memory as long as it is good.
   * @param spent one that was refused, and is not given again
   * @throws RefusedTokenError, OddAnswerError, or what sending throws.
   */
  token(
    source: TokenSource,
    who: Credentials | null,
    spent: string | null,
    signal: AbortSignal,
  ): Promise<string>;
}

/** A token that does not say how long it is good for is for a minute: distribution's token specification. */
const LIFETIME_MS = 60_000;
/** A token is not used in its last seconds, in which it could expire on the way. */
const EARLY_MS = 10_000;

/** Gets bearer tokens (https://distribution.github.io/distribution/spec/auth/token/) and keeps them. */
export function createTokens(options: {
  readonly send: Send;
  readonly now: () => number;
  readonly onSecret: (secret: string) => void;
}): Tokens {
  const kept = new Map<string, { readonly token: string; readonly until: number }>();
  return {
    async token(source, who, spent, signal) {
      const key = [source.realm.href, source.service ?? '', source.scope, who?.as ?? '', secretOf(who)].join(
        '\n',
      );
      const held = kept.get(key);
      if (held !== undefined && held.token !== spent && options.now() < held.until) return held.token;
      kept.delete(key);
      const askedAt = options.now();
      const { token, lifetimeMs } = await fetchToken(source, who, options.send, signal);
      options.onSecret(token);
      for (const [each, { until }] of kept) if (until <= askedAt) kept.delete(each);
      kept.set(key, { token, until: askedAt + lifetimeMs - Math.min(EARLY_MS, lifetimeMs / 2) });
      return token;
    },
  };
}

/** What is secret of credentials; empty for nobody. */
export const secretOf = (who: Credentials | null): string =>
  who === null ? '' : who.kind === 'basic' ? who.password : who.token;

async function fetchToken(
  { realm, service, scope }: TokenSource,
  who: Credentials | null,
  send: Send,
  signal: AbortSignal,
): Promise<{ token: string; lifetimeMs: number }> {
  const url = new URL(realm);
  const said = { ...(service === null ? {} : { service }), scope };
  let answer: RegistryAnswer;
  if (who?.kind === 'identity') {
    // https://distribution.github.io/distribution/spec/auth/oauth/
    const form = { grant_type: 'refresh_token', client_id: 'waybill', refresh_token: who.token, ...said };
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
    answer = await send(url, { method: 'POST', headers, body: new URLSearchParams(form).toString() }, signal);
  } else {
    for (const [name, value] of Object.entries(said)) url.searchParams.set(name, value);
    const basic = who === null ? {} : { authorization: `Basic ${basicOf(who.user, who.password)}` };
    answer = await send(url, { method: 'GET', headers: { accept: 'application/json', ...basic } }, signal);
  }
  if (answer.status !== 200 || !isJson(answer.headers['content-type'])) {
    const refused = answer.status >= 400 && answer.status < 500 && answer.status !== 404;
    throw refused ? new RefusedTokenError(answer.status) : new OddAnswerError(answer.status);
  }
  const body = jsonOf(answer.bytes);
  const { token, access_token, expires_in } = isRecord(body) ? body : {};
  const found = [token, access_token].find((one) => typeof one === 'string' && /^[\x21-\x7e]+$/.test(one));
  if (typeof found !== 'string') throw new OddAnswerError(answer.status);
  const seconds = typeof expires_in === 'number' && expires_in > 0 ? expires_in : null;
  return { token: found, lifetimeMs: seconds === null ? LIFETIME_MS : seconds * 1000 };
}

/**
 * Where a Bearer challenge sends its callers for a token.
 * @throws RealmError where that is not the registry's own.
 */
export function tokenSourceOf(challenge: Challenge, endpoint: Endpoint, scope: string): TokenSource {
  const text = challenge.params.get('realm') ?? '';
  const realm = URL.canParse(text) ? new URL(text) : null;
  if (realm === null || !isRealmOf(endpoint, realm))
    throw new RealmError(
      `sends its callers to ${realm?.host || 'nowhere'} for a token, which is not known to belong to it, so nothing was sent there`,
    );
  realm.hash = '';
  return { realm, service: challenge.params.get('service') ?? null, scope };
}
