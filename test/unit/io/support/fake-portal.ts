import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request that the fake got. */
export interface PortalRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly token: string;
  readonly body: unknown;
}

export type PortalReply =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly type?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Never answers. */
  | 'hang'
  /** Closes the connection. */
  | 'reset';

export interface FakePortal {
  readonly url: string;
  readonly requests: PortalRequest[];
  close(): Promise<void>;
}

/** A server on 127.0.0.1 that answers as `reply` says; for faults that a well-behaved portal never makes. */
export async function startFakePortal(reply: (request: PortalRequest) => PortalReply): Promise<FakePortal> {
  const requests: PortalRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const got: PortalRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        token: String(request.headers.authorization ?? ''),
        body: text === '' ? null : JSON.parse(text),
      };
      requests.push(got);
      const answer = reply(got);
      if (answer === 'hang') return;
      if (answer === 'reset') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, {
        'content-type': answer.type ?? 'application/json',
        ...answer.headers,
      });
      const { body } = answer;
      response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
