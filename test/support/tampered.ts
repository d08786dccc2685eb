import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that came. */
export interface Came {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** What is answered in the registry's place. */
export interface Lie {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Only so many bytes of the body are sent, then the connection is torn down. */
  readonly cut?: number;
  /** Sends the body without its length. */
  readonly chunked?: boolean;
}

export interface Tampered {
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly came: readonly Came[];
  close(): Promise<void>;
}

/**
 * A registry that somebody meddles with.
 * @param registry where a request goes that nobody answers for it; null for 404
 * @param tamper what is answered instead; nothing where the registry shall
 */
export async function startTampered(
  registry: string | null,
  tamper: (came: Came) => Lie | null | undefined | Promise<Lie | null | undefined>,
): Promise<Tampered> {
  const came: Came[] = [];
  const server = createServer((req, res) => {
    const one = { method: req.method ?? 'GET', path: req.url ?? '/', headers: req.headers };
    came.push(one);
    void Promise.resolve(tamper(one)).then((lie) => {
      if (lie) tell(lie, req, res);
      else if (registry === null) tell(nothing, req, res);
      else passOn(registry, req, res);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    came,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A registry's error, in the form of distribution-spec. */
export const refusal = (status: number, code: string, message: string): Lie => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ code, message }] }),
});

const nothing = refusal(404, 'MANIFEST_UNKNOWN', 'not here');

function tell(
  { status = 200, headers = {}, body = '', cut, chunked }: Lie,
  req: IncomingMessage,
  res: ServerResponse,
) {
  // The whole request is taken before it is answered, as most registries do.
  req.resume().once('end', () => {
    const bytes = Buffer.from(body);
    res.writeHead(status, { ...(chunked ? {} : { 'content-length': bytes.length }), ...headers });
    if (req.method === 'HEAD') res.end();
    else if (cut === undefined) res.end(bytes);
    else res.write(bytes.subarray(0, cut), () => res.destroy());
  });
}

function passOn(registry: string, req: IncomingMessage, res: ServerResponse): void {
  const { hostname, port } = new URL(registry);
  const { method, url: path, headers } = req;
  const onward = request({ host: hostname, port, method, path, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
  });
  onward.on('error', () => res.destroy());
  res.on('close', () => onward.destroy());
  req.pipe(onward);
}
