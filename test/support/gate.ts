import { once } from 'node:events';
import { Agent, type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A moment in the pushing of an image, as its requests show it. */
export type Moment =
  /** The first upload is asked for. */
  | { readonly phase: 'before the first upload' }
  /** So many bytes of this blob have gone through, which are not all. */
  | { readonly phase: 'within a blob'; readonly digest: string; readonly bytes: number }
  /** So many blobs were taken, and the client has not heard of the last of them. */
  | { readonly phase: 'between blobs'; readonly taken: number }
  /** So many manifests were put by their digest, taken or on their way, and one more is to be. */
  | { readonly phase: 'before a child manifest'; readonly put: number }
  /** A manifest is put under a tag. */
  | { readonly phase: 'before the tag' };

/** A blob that was being sent. */
export interface InFlight {
  readonly digest: string;
  /** Bytes of all of it. */
  readonly size: number;
  /** Bytes of it that had gone through. */
  readonly passed: number;
}

/** What had happened when the moment came. */
export interface Seen {
  /** Uploads that were asked for, the one that is held not counted. */
  readonly uploads: number;
  readonly blobsTaken: number;
  /** Put by their digest. */
  readonly manifests: number;
  readonly manifestsTaken: number;
  readonly inFlight: readonly InFlight[];
}

/** An HTTP proxy before one registry that knows what a push is about, and can stop everything at one moment of it. */
export interface Gate {
  readonly url: string;
  /** Bytes of blobs that went through since the last `watch` or `hold`. */
  readonly bytes: () => number;
  /** Counts anew, and lets everything through. */
  watch(): void;
  /**
   * Counts anew, and lets everything through until the moment comes; from then on nothing. `struck` is called in that
   * very moment.
   */
  hold(moment: Moment, struck: (seen: Seen) => void): void;
  /** Once the client is gone: waits until the registry is done with what it was given, and drops the rest. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** @param registry its base URL, without a path */
export async function startGate(registry: string): Promise<Gate> {
  const agent = new Agent({ keepAlive: true });
  const target = new URL(registry);
  /** Requests to the registry whose answer has not come, and whether they have their whole body. */
  const open = new Map<ClientRequest, { whole: boolean; readonly ended: Promise<void> }>();
  let inFlight = new Set<{ digest: string; size: number; passed: number }>();
  let moment: Moment | null = null;
  let strike: (seen: Seen) => void = () => {};
  let shut = false;
  let uploads = 0;
  let blobsTaken = 0;
  let manifests = 0;
  let manifestsTaken = 0;
  let bytes = 0;

  const reset = (): void => {
    inFlight = new Set();
    moment = null;
    shut = false;
    uploads = 0;
    blobsTaken = 0;
    manifests = 0;
    manifestsTaken = 0;
    bytes = 0;
  };
  const now = (): void => {
    shut = true;
    strike({
      uploads,
      blobsTaken,
      manifests,
      manifestsTaken,
      inFlight: [...inFlight].map((one) => ({ ...one })),
    });
  };

  const server = createServer((req, res) => {
    if (shut) return;
    const { method = 'GET', url = '/' } = req;
    const kind = kindOf(method, url);
    if (kind === 'begin') {
      if (moment?.phase === 'before the first upload') return now();
      uploads++;
    }
    if (kind === 'tag' && moment?.phase === 'before the tag') return now();
    if (kind === 'child') {
      if (moment?.phase === 'before a child manifest' && manifests === moment.put) return now();
      manifests++;
    }

    const blob =
      kind === 'blob'
        ? {
            digest: new URL(url, target).searchParams.get('digest') ?? '',
            size: Number(req.headers['content-length']),
            passed: 0,
          }
        : null;
    if (blob !== null) inFlight.add(blob);

    const onward = request(
      { host: target.hostname, port: target.port, method, path: url, headers: req.headers, agent },
      (answer) => {
        const taken = (answer.statusCode ?? 0) < 300;
        if (blob !== null) inFlight.delete(blob);
        if (taken && blob !== null) {
          blobsTaken++;
          if (!shut && moment?.phase === 'between blobs' && blobsTaken === moment.taken) now();
        }
        if (taken && kind === 'child') manifestsTaken++;
        if (shut) {
          answer.resume();
          return;
        }
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => res.destroy());
        answer.pipe(res);
      },
    );
    const state = { whole: false, ended: new Promise<void>((gone) => onward.on('close', () => gone())) };
    open.set(onward, state);
    onward.on('close', () => open.delete(onward));
    onward.on('error', () => res.destroy());
    res.on('error', () => {});
    passBody(req, onward, (chunk) => {
      if (shut) return Buffer.alloc(0);
      if (blob === null) return chunk;
      const until =
        moment?.phase === 'within a blob' && moment.digest === blob.digest ? moment.bytes : Infinity;
      const some = chunk.subarray(0, until - blob.passed);
      blob.passed += some.length;
      bytes += some.length;
      if (blob.passed === until) now();
      return some;
    }).then(
      () => {
        if (shut && blob !== null && blob.passed < blob.size) return;
        state.whole = true;
        onward.end();
      },
      () => onward.destroy(),
    );
  });
  server.keepAliveTimeout = 65_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    watch: reset,
    hold(when, struck) {
      reset();
      moment = when;
      strike = struck;
    },
    async settle() {
      for (const [onward, { whole }] of open) if (!whole) onward.destroy();
      await Promise.all([...open.values()].map(({ ended }) => ended));
      server.closeAllConnections();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

/** What a request is for, of those that matter in a push. */
function kindOf(method: string, url: string): 'begin' | 'blob' | 'child' | 'tag' | null {
  const path = new URL(url, 'http://gate').pathname;
  if (method === 'POST' && /\/blobs\/uploads\/?$/.test(path)) return 'begin';
  if (method === 'PUT' && /\/blobs\/uploads\/[^/]+$/.test(path)) return 'blob';
  if (method !== 'PUT' || !/\/manifests\/[^/]+$/.test(path)) return null;
  return /\/manifests\/sha256(:|%3A)/i.test(path) ? 'child' : 'tag';
}

/** Passes a body on piece by piece, as much of each as `some` gives; slowly where the registry is slow. */
async function passBody(
  from: IncomingMessage,
  to: ClientRequest,
  some: (chunk: Buffer) => Buffer,
): Promise<void> {
  for await (const chunk of from as AsyncIterable<Buffer>) {
    const passed = some(chunk);
    if (passed.length > 0 && !to.write(passed)) await once(to, 'drain');
  }
}
