import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What can go wrong between a client and a registry. */
export const faultKinds = [
  'throttled',
  'throttled with Retry-After',
  'server error',
  'bad gateway in HTML',
  'not found by something else, in HTML',
  'not found by something else, in JSON',
  'captive portal',
  'empty answer',
  'wrong content type',
  'reset before the answer',
  'half a body',
  'slow body',
  'no answer',
  'expired token',
  'clock skew',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Chaos {
  readonly url: string;
  /** Faults so far, by kind. */
  readonly injected: ReadonlyMap<FaultKind, number>;
  readonly total: () => number;
  close(): Promise<void>;
}

/**
 * A proxy on 127.0.0.1 that lets most requests through to `upstream` and answers the others itself, each with a fault.
 * @param random gives a whole number below its argument
 * @param oneIn one request in so many gets a fault
 */
export async function startChaos(
  upstream: string,
  random: (below: number) => number,
  oneIn: number,
): Promise<Chaos> {
  const injected = new Map<FaultKind, number>();
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    const kind = random(oneIn) === 0 ? (faultKinds[random(faultKinds.length)] as FaultKind) : null;
    if (kind !== null) injected.set(kind, (injected.get(kind) ?? 0) + 1);
    if (kind !== null && answers[kind]?.(response, incoming)) return;
    pass(incoming, response, upstream, kind);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    injected,
    total: () => [...injected.values()].reduce((sum, count) => sum + count, 0),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type Answering = (response: ServerResponse, incoming: IncomingMessage) => boolean;

const say =
  (status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response, incoming) => {
    incoming.resume();
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(incoming.method === 'HEAD' ? undefined : body);
    return true;
  };

const page = '<!doctype html><title>Sign in</title><p>Accept the terms of this network.</p>';
const awsJson = 'application/x-amz-json-1.1';
const isApi = ({ headers }: IncomingMessage): boolean => headers['x-amz-target'] !== undefined;
const errors = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] });

/** Answers of the proxy itself. What is left out here is done to the real answer. */
const answers: Readonly<Partial<Record<FaultKind, Answering>>> = {
  throttled: (response, incoming) =>
    isApi(incoming)
      ? say(400, awsJson, '{"__type":"ThrottlingException","message":"Rate exceeded"}')(response, incoming)
      : say(429, 'application/json', errors('TOOMANYREQUESTS', 'Rate exceeded'))(response, incoming),
  'throttled with Retry-After': say(429, 'application/json', errors('TOOMANYREQUESTS', 'Rate exceeded'), {
    'retry-after': '0',
  }),
  'server error': (response, incoming) =>
    isApi(incoming)
      ? say(500, awsJson, '{"__type":"ServerException","message":"Internal failure"}')(response, incoming)
      : say(500, 'application/json', errors('UNKNOWN', 'unknown error'))(response, incoming),
  'bad gateway in HTML': say(502, 'text/html', '<h1>Bad Gateway</h1>'),
  'not found by something else, in HTML': say(404, 'text/html', '<h1>Not Found</h1>'),
  'not found by something else, in JSON': say(404, 'application/json', '{"message":"no Route matched"}'),
  'captive portal': say(200, 'text/html; charset=utf-8', page),
  'empty answer': say(200, 'application/json', ''),
  'reset before the answer': (_, incoming) => {
    incoming.socket.destroy();
    return true;
  },
  'no answer': (_, incoming) => {
    incoming.resume();
    return true;
  },
  'expired token': (response, incoming) =>
    isApi(incoming)
      ? say(
          400,
          awsJson,
          '{"__type":"ExpiredTokenException","message":"The security token is expired"}',
        )(response, incoming)
      : say(
          403,
          'application/json',
          errors('DENIED', 'Your Authorization Token has expired.'),
        )(response, incoming),
  'clock skew': (response, incoming) =>
    isApi(incoming) &&
    say(
      403,
      awsJson,
      '{"__type":"RequestTimeTooSkewed","message":"The request time is too skewed"}',
    )(response, incoming),
};

/** Hands a request on, and its answer back: whole, or as broken as `kind` has it. */
function pass(
  incoming: IncomingMessage,
  response: ServerResponse,
  upstream: string,
  kind: FaultKind | null,
): void {
  const { method, url, headers } = incoming;
  const target = new URL(url ?? '/', upstream);
  const sent = request(
    target,
    { method, headers: { ...headers, host: target.host }, agent: false },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => response.destroy());
      answer.on('end', () => {
        const body = Buffer.concat(chunks);
        const type = kind === 'wrong content type' ? { 'content-type': 'text/plain' } : {};
        response.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...type });
        if (kind === 'half a body' && body.length > 1) {
          response.write(body.subarray(0, body.length / 2), () => response.destroy());
        } else if (kind === 'slow body' && body.length > 1) {
          // The rest never comes: whoever waits has to give up.
          response.write(body.subarray(0, body.length / 2));
        } else response.end(body);
      });
    },
  );
  sent.on('error', () => response.destroy());
  incoming.pipe(sent);
}
