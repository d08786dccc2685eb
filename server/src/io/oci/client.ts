import type { Budget } from '../net/budget.ts';
import { untilAborted, withDeadline } from '../net/deadline.ts';
import type { Endpoint } from '../net/endpoints.ts';
import type { BodyWriter, HttpAnswer, HttpRequest, Transport } from '../net/http.ts';
import type { RetryPolicy } from '../net/retry.ts';
import { type Challenge, readChallenges } from './challenge.ts';
import { basicOf, type Credentials, type FindCredentials } from './credentials.ts';
import { judge, type RegistryAnswer, throwIfBusy } from './errors.ts';
import { ACCEPT_MANIFESTS, MAX_LIST, MAX_MANIFEST } from './media.ts';
import {
  createTokens,
  RefusedTokenError,
  type Send,
  secretOf,
  type TokenSource,
  tokenSourceOf,
} from './tokens.ts';

export interface RegistryClientOptions {
  /** The registry's host as references write it: what credentials and the budget go by. */
  readonly host: string;
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly budget: Budget;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Asked only where the registry refuses whoever is nobody. */
  readonly credentials: FindCredentials;
  /** Asks with credentials at once, for a registry that has nothing for anybody. */
  readonly signedInFirst?: boolean;
  readonly onSecret: (secret: string) => void;
  /** For one request with its answer: milliseconds; 20 seconds unless given. */
  readonly deadlineMs?: number;
  readonly retries?: RetryPolicy;
  /** What tokens are asked for; to pull only, unless given. */
  readonly actions?: 'pull' | 'pull,push';
  /** Credentials that were refused are looked for again after this time: milliseconds; a minute unless given. */
  readonly lookAgainMs?: number;
}

/** A request about a repository that has no method of its own. */
export interface RegistryRequest {
  readonly method: string;
  /** From `urlOf`, or where an answer of the registry pointed to: elsewhere it goes without authorisation. */
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A writer is called anew for each time that it is sent. */
  readonly body?: Uint8Array | BodyWriter;
  /** Whether redirects are followed: for GET and HEAD unless given. */
  readonly follow?: boolean;
  /** Between two signs of life of the host: milliseconds. */
  readonly idleMs?: number;
  /** For the whole of it, with its answer: milliseconds; none for a writer, unless given. */
  readonly deadlineMs?: number;
  readonly retries?: RetryPolicy;
  /** What it is paced with in the budget; the host unless given. */
  readonly lane?: string;
  /** Whether an answer that the host is busy or failing is given like any other, and not tried again. */
  readonly givesBusy?: boolean;
}

/** Who an answer was given to. */
export interface AskedAs {
  readonly access: 'anonymous' | 'credentials';
  /** For people: `anonymously`, `docker login acme`. */
  readonly as: string;
}

/** An answer of a registry and whom it was given to. */
export interface Said extends RegistryAnswer, AskedAs {}

/** A page of tags: as the registry answered, with the next page's address where there is one. */
export interface TagsPage extends Said {
  readonly next: URL | null;
  /** Whether there is more than this page, also where the next one's address is none that is asked. */
  readonly more: boolean;
}

/**
 * Reads from one registry (OCI distribution-spec, "Pull" and "Content Discovery"). Every method gives whatever the
 * registry answered, refusals too, and throws where no answer of a registry came: BusyError after the last try,
 * OddAnswerError, BodyError, RealmError, RefusedTokenError, DockerLoginError, what the transport throws, or the signal's reason.
 */
export interface RegistryClient {
  headManifest(repository: string, reference: string, signal: AbortSignal): Promise<Said>;
  /** Counts as a pull on Docker Hub. */
  getManifest(repository: string, reference: string, signal: AbortSignal): Promise<Said>;
  /** The first page of up to 1000 tags (registries like ECR refuse more), or the page that another one names. */
  tags(repository: string, page: URL | null, signal: AbortSignal): Promise<TagsPage>;
  /** A small blob in memory, `limit` bytes at most. */
  getBlob(repository: string, digest: string, limit: number, signal: AbortSignal): Promise<Said>;
  /** A blob as a stream, with headers of one's own such as Range; must be read or discarded. */
  openBlob(
    repository: string,
    digest: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer & AskedAs>;
  /** The address of something of a repository: `manifests/latest`, `blobs/uploads/`. */
  urlOf(repository: string, rest: string, search?: string): URL;
  /** Any other request. The answer is read, `limit` bytes at most. */
  exchange(repository: string, request: RegistryRequest, limit: number, signal: AbortSignal): Promise<Said>;
  /** As whom a repository is asked at present. */
  asked(repository: string): AskedAs;
  /** Asks a repository with credentials from now on; false where there are none or that is so already. */
  signIn(repository: string, signal: AbortSignal): Promise<boolean>;
  /** Asks as if for the first time: whoever had no credentials may have signed in. Tokens are kept. */
  forget(repository: string): void;
}

/** Credentials that were refused are looked for again after this time: a helper's may have run out. */
const LOOK_AGAIN_MS = 60_000;

/** How often one request is offered with other authorisation: nobody, a token, a new token, credentials, their token. */
const MAX_OFFERS = 6;

/** A token with all that its giver likes to say. */
const MAX_TOKEN_ANSWER = 256 * 1024;

const ANONYMOUSLY: AskedAs = { access: 'anonymous', as: 'anonymously' };

/** How one repository is asked: with which kind of authorisation and as whom. */
interface Terms {
  who: Credentials | null;
  /** When credentials were looked for: milliseconds since the epoch. */
  lookedAt: number | null;
  scheme: 'none' | 'basic' | TokenSource;
}

/** A client for one registry; anonymous first, with credentials where the registry refuses that. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { host, endpoint, transport, budget } = options;
  const deadlineMs = options.deadlineMs ?? 20_000;
  const actions = options.actions ?? 'pull';
  const lookAgainMs = options.lookAgainMs ?? LOOK_AGAIN_MS;
  const scopeOf = (repository: string): string => `repository:${repository}:${actions}`;
  const terms = new Map<string, Terms>();
  /** How the registry wants to be asked, once a repository was told: the others need not be refused first. */
  let shared: Terms['scheme'] = options.signedInFirst === true ? 'basic' : 'none';

  /** Sends one request in its turn; the answer is read to its end within the deadline, so that half of one is retried. */
  const exchange =
    (limit: number): Send =>
    (url, request, signal) =>
      budget.send(
        host,
        signal,
        (sending) =>
          withDeadline(deadlineMs, sending, async (within) => {
            const answer = await open(url, request, within);
            return { status: answer.status, headers: answer.headers, bytes: await answer.bytes(limit) };
          }),
        judge,
        options.retries,
      );
  const open = async (
    url: URL,
    request: Omit<HttpRequest, 'signal'>,
    signal: AbortSignal,
    givesBusy = false,
  ): Promise<HttpAnswer> => {
    const answer = await transport.request(url, { ...request, signal, connectMs: deadlineMs / 4 });
    if (givesBusy) return answer;
    try {
      throwIfBusy(answer, options.now());
      return answer;
    } catch (error) {
      answer.discard();
      throw error;
    }
  };
  const tokens = createTokens({
    send: exchange(MAX_TOKEN_ANSWER),
    now: options.now,
    onSecret: options.onSecret,
  });

  const termsOf = (repository: string): Terms => {
    const scheme = typeof shared === 'string' ? shared : { ...shared, scope: scopeOf(repository) };
    const found = terms.get(repository) ?? { who: null, lookedAt: null, scheme };
    terms.set(repository, found);
    return found;
  };

  /** The host's credentials, looked for once for all its repositories in a while: a helper is a program to start. */
  let held: { readonly at: number; readonly found: Promise<Credentials | null> } | null = null;
  let foundNone = false;
  const lookFor = async (signal: AbortSignal): Promise<Credentials | null> => {
    if (held === null || options.now() - held.at >= lookAgainMs) {
      // Has its own deadline; whoever gives up must not end it for the others.
      const looking = { at: options.now(), found: options.credentials(host, new AbortController().signal) };
      looking.found.catch(() => {
        if (held === looking) held = null;
      });
      held = looking;
    }
    return untilAborted(signal, held.found);
  };

  /** Looks for credentials, anew where those in hand may have run out. Whether there is something new to offer. */
  const signIn = async (of: Terms, signal: AbortSignal): Promise<boolean> => {
    if (of.lookedAt !== null && options.now() - of.lookedAt < lookAgainMs) return false;
    const before = of.who;
    const found = await lookFor(signal);
    foundNone = found === null;
    of.who = found;
    of.lookedAt = options.now();
    return found !== null && (before === null || secretOf(before) !== secretOf(found));
  };

  const authorization = async (
    { who, scheme }: Pick<Terms, 'who' | 'scheme'>,
    to: URL,
    refused: string | null,
    signal: AbortSignal,
  ): Promise<string | null> => {
    if (scheme === 'none' || to.origin !== endpoint.base.origin) return null;
    if (scheme !== 'basic') return `Bearer ${await tokens.token(scheme, who, refused, signal)}`;
    return who?.kind === 'basic' ? `Basic ${basicOf(who.user, who.password)}` : null;
  };

  /** Goes by the challenge that Waybill understands; Bearer where there is a choice. */
  const takeUp = (of: Terms, challenges: readonly Challenge[], repository: string): void => {
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) {
      // A registry asks for what the refused request needs; whoever pushes goes on to the next one with the same token.
      const asked = actions === 'pull' ? bearer.params.get('scope') : undefined;
      const source = tokenSourceOf(bearer, endpoint, asked ?? scopeOf(repository));
      if (source.scope === scopeOf(repository)) shared = source;
      if (typeof of.scheme === 'string' || !sameSource(of.scheme, source)) of.scheme = source;
    } else if (challenges.some(({ scheme }) => scheme === 'basic')) {
      of.scheme = 'basic';
      shared = 'basic';
    }
  };

  /** Sends a request, and again with what the registry asks for, until it answers or there is nothing left to offer. */
  const ask = async <A extends Answered>(
    repository: string,
    request: { readonly url: URL; readonly method: string; readonly headers: Record<string, string> },
    signal: AbortSignal,
    sendOnce: (url: URL, request: Parameters<Send>[1], signal: AbortSignal) => Promise<A>,
  ): Promise<A & AskedAs> => {
    const of = termsOf(repository);
    if (options.signedInFirst === true && of.lookedAt === null) await signIn(of, signal);
    let renewed = false;
    let spent: string | null = null;
    for (let offers = 1; ; offers++) {
      // Others change the terms while this one waits.
      const used = { who: of.who, scheme: of.scheme };
      let auth: string | null;
      try {
        auth = await authorization(used, request.url, spent, signal);
      } catch (error) {
        // Nobody gets no token here: somebody may.
        const refused = error instanceof RefusedTokenError;
        if (refused && offers < MAX_OFFERS && ((await signIn(of, signal)) || of.who !== used.who)) continue;
        throw error;
      }
      const headers = { ...request.headers, ...(auth === null ? {} : { authorization: auth }) };
      const answer = await sendOnce(request.url, { method: request.method, headers }, signal);
      const again = async (): Promise<boolean> => {
        const bearer = auth?.startsWith('Bearer ') === true;
        const refused = answer.status === 401 || answer.status === 403;
        const challenge = answer.headers['www-authenticate'];
        // public.ecr.aws refuses an expired token with 400 and no challenge (aws/containers-roadmap#2835).
        // One that always asks for something else would be asked for ever.
        if (offers === MAX_OFFERS) return false;
        if (!refused && !(bearer && answer.status === 400 && challenge === undefined)) return false;
        const challenges = readChallenges(challenge);
        if (refused) takeUp(of, challenges, repository);
        const usable = of.scheme !== 'none' && (of.scheme !== 'basic' || of.who !== null);
        if (usable && (of.scheme !== used.scheme || of.who !== used.who)) return true;
        const expired = !refused || challenges.some(({ params }) => params.get('error') === 'invalid_token');
        if (bearer && expired && !renewed) {
          renewed = true;
          spent = (auth ?? '').slice('Bearer '.length);
          return true;
        }
        if (!refused || !(await signIn(of, signal))) return false;
        // Refused without a word of how to sign in.
        if (of.scheme === 'none') of.scheme = 'basic';
        return true;
      };
      let more = false;
      try {
        more = await again();
      } finally {
        if (more || signal.aborted) answer.discard?.();
      }
      if (!more) return { ...answer, ...askedAs(of) };
    }
  };

  const read = (
    repository: string,
    request: { readonly url: URL; readonly method: string; readonly headers: Record<string, string> },
    limit: number,
    signal: AbortSignal,
  ): Promise<Said> => ask(repository, request, signal, exchange(limit));
  const base = endpoint.base.pathname.replace(/\/+$/, '');
  const at = (repository: string, rest: string, search = ''): URL => {
    const path = `${base}/v2/${repository}/${rest}`.replace(/[?#]/g, encodeURIComponent);
    return new URL(path + search, endpoint.base);
  };
  const manifest = (method: string, repository: string, reference: string, signal: AbortSignal) => {
    const url = at(repository, `manifests/${reference}`);
    return read(repository, { url, method, headers: { accept: ACCEPT_MANIFESTS } }, MAX_MANIFEST, signal);
  };

  /** As `exchange` above, for what is asked of a registry in a way of its own. */
  const exchangeOne =
    (request: RegistryRequest, limit: number) =>
    (url: URL, { method, headers }: Parameters<Send>[1], signal: AbortSignal): Promise<RegistryAnswer> => {
      const { body, follow, idleMs, lane = host } = request;
      const attempt = async (within: AbortSignal): Promise<RegistryAnswer> => {
        const answer = await open(
          url,
          {
            method,
            headers,
            ...(body === undefined ? {} : { body }),
            ...(follow === undefined ? {} : { follow }),
            ...(idleMs === undefined ? {} : { idleMs }),
          },
          within,
          request.givesBusy,
        );
        return { status: answer.status, headers: answer.headers, bytes: await answer.bytes(limit) };
      };
      const most = request.deadlineMs ?? (typeof body === 'function' ? null : deadlineMs);
      return budget.send(
        lane,
        signal,
        (sending) => (most === null ? attempt(sending) : withDeadline(most, sending, attempt)),
        judge,
        request.retries ?? options.retries,
      );
    };

  return {
    headManifest: (repository, reference, signal) => manifest('HEAD', repository, reference, signal),
    getManifest: (repository, reference, signal) => manifest('GET', repository, reference, signal),
    async tags(repository, page, signal) {
      const url = page ?? at(repository, 'tags/list', '?n=1000');
      const headers = { accept: 'application/json' };
      const said = await read(repository, { url, method: 'GET', headers }, MAX_LIST, signal);
      return { ...said, next: nextPage(said.headers.link, url), more: said.headers.link !== undefined };
    },
    getBlob(repository, digest, limit, signal) {
      const url = at(repository, `blobs/${digest}`);
      return read(repository, { url, method: 'GET', headers: {} }, limit, signal);
    },
    openBlob(repository, digest, headers, signal) {
      const url = at(repository, `blobs/${digest}`);
      return ask(repository, { url, method: 'GET', headers: { ...headers } }, signal, (to, request, within) =>
        budget.send(host, within, (sending) => open(to, request, sending), judge, options.retries),
      );
    },
    urlOf: at,
    exchange: (repository, request, limit, signal) =>
      ask(
        repository,
        { url: request.url, method: request.method, headers: { ...request.headers } },
        signal,
        exchangeOne(request, limit),
      ),
    asked: (repository) => askedAs(termsOf(repository)),
    async signIn(repository, signal) {
      const of = termsOf(repository);
      if (!(await signIn(of, signal))) return false;
      // It let anybody in so far and never said how to sign in.
      if (of.scheme === 'none') of.scheme = 'basic';
      return true;
    },
    forget(repository) {
      terms.delete(repository);
      if (foundNone) held = null;
    },
  };
}

/** What is looked at of every answer, whether its body was read or not. */
interface Answered {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  discard?(): void;
}

const askedAs = ({ who }: Terms): AskedAs =>
  who === null ? ANONYMOUSLY : { access: 'credentials', as: who.as };

const sameSource = (a: TokenSource, b: TokenSource): boolean =>
  a.realm.href === b.realm.href && a.service === b.service && a.scope === b.scope;

/** The next page of a Link header, at the same place only (distribution-spec, "Listing Tags"). */
function nextPage(link: string | string[] | undefined, from: URL): URL | null {
  const target = /<([^<>]+)>\s*;[^,]*\brel="?next"?/i.exec([link ?? ''].flat().join(','))?.[1];
  if (target === undefined || !URL.canParse(target, from.href)) return null;
  const url = new URL(target, from);
  return url.origin === from.origin && url.href !== from.href ? url : null;
}
