import dns from 'node:dns';
import http from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { ForbiddenAddressError, isForbiddenAddress } from './addresses.ts';
import type { Agents } from './agents.ts';
import { brokenOff } from './connection.ts';
import { DeadlineError, onAbort } from './deadline.ts';
import { isHeld, type Take } from './pour.ts';
import { RedirectError, redirectOf } from './redirects.ts';

/**
 * Writes a body piece by piece with the function that it is given, whose promise is fulfilled when the piece is handed
 * over to the system; it fails when nobody wants the rest any more, and `signal` is aborted then. What this one throws
 * ends the request.
 */
export type BodyWriter = (write: Take, signal: AbortSignal) => Promise<void>;

export interface HttpRequest {
  /** GET unless given. */
  readonly method?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is written as it comes is not followed through redirects. */
  readonly body?: string | Uint8Array | BodyWriter;
  /** Ends the request and the reading of its answer with the signal's reason. */
  readonly signal: AbortSignal;
  /** Until the host is connected to, TLS and proxy included: milliseconds. */
  readonly connectMs?: number;
  /** Between two signs of life of the host: milliseconds. */
  readonly idleMs?: number;
  /** Whether redirects are followed: for GET and HEAD unless given. */
  readonly follow?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Who answered in the end. */
  readonly url: URL;
  /** Must be read to its end, destroyed or discarded. Fails with ECONNRESET where it stops half way. */
  readonly body: Readable;
  /** The whole body. @throws BodyError where it is longer than `limit` bytes. */
  bytes(limit: number): Promise<Buffer>;
  /** The whole body as UTF-8. @throws BodyError where it is longer than `limit` bytes. */
  text(limit: number): Promise<string>;
  /** The whole body read as JSON. @throws BodyError where it is longer than `limit` bytes or no JSON. */
  json(limit: number): Promise<unknown>;
  /** Not interested in the body. */
  discard(): void;
}

/** A body that is not what was asked for. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

/** The proxy gave no tunnel to the host. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
}

export interface Transport {
  /**
   * Sends a request and gives the answer as soon as its headers are there.
   * @throws DeadlineError, RedirectError, ForbiddenAddressError, Node's errors of connections, or the signal's reason.
   */
  request(url: URL, request: HttpRequest): Promise<HttpAnswer>;
}

/** What is sent unless the request says otherwise. */
const CONNECT_MS = 5_000;
const IDLE_MS = 15_000;
const MAX_REDIRECTS = 5;

/**
 * The one HTTP client of all of Waybill's own requests. Redirects are followed by hand, at most 5: credentials stay
 * behind where scheme, host or port change, and nothing goes from https to http.
 */
export function createTransport(agents: Agents, userAgent = 'waybill'): Transport {
  return {
    async request(url, request) {
      const method = request.method ?? 'GET';
      const follow = request.follow ?? (method === 'GET' || method === 'HEAD');
      let next: { url: URL; headers: Readonly<Record<string, string>> } = {
        url,
        headers: { 'user-agent': userAgent, ...request.headers },
      };
      for (let redirects = 0; ; redirects++) {
        const answer = await once(next.url, method, next.headers, request, agents);
        if (!follow) return answer;
        try {
          const onward = redirectOf(answer, next.headers);
          if (onward === null) return answer;
          if (redirects === MAX_REDIRECTS) throw new RedirectError('sent Waybill on too many times');
          next = onward;
        } catch (error) {
          answer.discard();
          throw error;
        }
        answer.discard();
      }
    },
  };
}

function once(
  url: URL,
  method: string,
  headers: Readonly<Record<string, string>>,
  request: HttpRequest,
  { httpAgent, httpsAgent }: Agents,
): Promise<HttpAnswer> {
  const { signal, body } = request;
  signal.throwIfAborted();
  if (isForbiddenAddress(url.hostname)) throw new ForbiddenAddressError(forbidden(url.hostname));
  const idleMs = request.idleMs ?? IDLE_MS;
  const connectMs = request.connectMs ?? CONNECT_MS;
  return new Promise((resolve, reject) => {
    let answer: http.IncomingMessage | null = null;
    // Node's https.request is this with another agent where none is named.
    const agent = url.protocol === 'https:' ? httpsAgent : httpAgent;
    const sent = http.request(url, { method, headers, agent, lookup: guardedLookup });
    const give = (error: unknown): void => {
      const reason = error instanceof Error ? error : new Error(String(error));
      if (answer === null) sent.destroy(reason);
      else answer.destroy(reason);
      reject(error);
    };
    const late = setTimeout(
      () =>
        give(
          Object.assign(new DeadlineError('It could not be connected to in time.'), { code: 'ETIMEDOUT' }),
        ),
      connectMs,
    );
    const stay = onAbort(signal, () => give(signal.reason));
    // What https-proxy-agent tells of a tunnel; it would pass a proxy's refusal off as the host's answer.
    sent.once('proxyConnect', ({ statusCode }: { readonly statusCode: number }) => {
      if (statusCode !== 200) give(new ProxyError(`The proxy refused the connection (HTTP ${statusCode}).`));
    });
    sent.once('socket', (socket) => {
      const connected = (): void => {
        clearTimeout(late);
        sent.setTimeout(idleMs);
      };
      if (sent.reusedSocket) connected();
      else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
      // A tunnel is connected before it is handed over.
      if (url.protocol === 'http:' && !socket.connecting) connected();
    });
    sent.on('timeout', () => {
      // Whoever reads the answer may take a break: only the host's silence counts.
      if (answer !== null && (answer.readableLength > 0 || isHeld(answer))) sent.setTimeout(idleMs);
      else give(new DeadlineError('It gave no answer in time.'));
    });
    sent.once('response', (message) => {
      answer = message;
      // Whoever reads the body hears of an error; nobody need read it.
      message.on('error', () => {});
      const empty = method === 'HEAD';
      if (empty) message.resume();
      resolve(answerOf(message, url, empty));
    });
    sent.on('error', reject);
    sent.once('close', () => {
      clearTimeout(late);
      stay();
    });
    if (typeof body !== 'function') sent.end(body);
    else writeBody(body, sent, give);
  });
}

/** @param give ends the request with what went wrong */
function writeBody(body: BodyWriter, sent: http.ClientRequest, give: (error: unknown) => void): void {
  const unwanted = new AbortController();
  const waiting = new Set<(error: unknown) => void>();
  const stop = (error: unknown): void => {
    unwanted.abort(error);
    for (const fail of waiting) fail(error);
  };
  let refused = false;
  sent.once('response', (message) => {
    if ((message.statusCode ?? 0) < 300) return;
    refused = true;
    // Before all of it came: the rest is not sent, and the connection is good for nothing more.
    stop(new Error('The rest of the body is not wanted.'));
    message.once('end', () => sent.writableFinished || sent.destroy());
  });
  sent.once('error', stop);
  sent.once('close', () => stop(new Error('The connection was closed.')));
  const write: Take = (chunk) =>
    new Promise((resolve, reject) => {
      if (unwanted.signal.aborted) return reject(unwanted.signal.reason);
      waiting.add(reject);
      sent.write(chunk, (error) => {
        waiting.delete(reject);
        if (error) reject(error);
        else resolve();
      });
    });
  body(write, unwanted.signal).then(
    () => void sent.end(),
    (error: unknown) => refused || give(error),
  );
}

function answerOf(message: http.IncomingMessage, url: URL, empty: boolean): HttpAnswer {
  const bytes = (limit: number): Promise<Buffer> =>
    // What has ended already would not end again.
    empty ? Promise.resolve(Buffer.alloc(0)) : bytesOf(message, limit);
  const text = async (limit: number): Promise<string> => (await bytes(limit)).toString('utf8');
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    url,
    body: message,
    bytes,
    text,
    async json(limit) {
      const body = await text(limit);
      try {
        return JSON.parse(body);
      } catch {
        throw new BodyError('The answer is not JSON.');
      }
    },
    discard() {
      // A short rest is read, so that the connection can be used again.
      if (empty) return;
      if (Number(message.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= 65_536) message.resume();
      else message.destroy();
    },
  };
}

/** By listeners, as there are hundreds of short bodies for a long one, and iterating takes longer than they do. */
function bytesOf(message: http.IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > limit) message.destroy(new BodyError(`The answer is longer than ${limit} bytes.`));
    });
    message.once('error', reject);
    message.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    message.once('close', () => message.readableEnded || reject(brokenOff()));
    if (message.destroyed) reject(message.errored ?? brokenOff());
  });
}

/** Looks a name up, and refuses one that leads to where nothing of ours is ever sent. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, options, (error, address, family) => {
    const addresses = typeof address === 'string' ? [address] : (address ?? []).map((one) => one.address);
    if (error === null && addresses.some(isForbiddenAddress))
      callback(new ForbiddenAddressError(forbidden(hostname)), '', 4);
    else callback(error, address, family);
  });
};

const forbidden = (host: string): string =>
  `${host} is a link-local address, which Waybill never connects to.`;
