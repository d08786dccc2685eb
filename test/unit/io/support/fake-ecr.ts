import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request that the fake got. */
export interface Call {
  /** The operation's name: `DescribeImages`. */
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly authorization: string;
}

export type Reply =
  | { readonly status: number; readonly body: unknown; readonly type?: string }
  /** Never answers. */
  | 'hang'
  /** Closes the connection. */
  | 'reset';

export interface FakeEcr {
  readonly url: string;
  readonly calls: Call[];
  /** How many connections were ever made, whatever came over them. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** A server on 127.0.0.1 that answers as `reply` says; for faults that a well-behaved registry never makes. */
export async function startFakeEcr(reply: (call: Call) => Reply): Promise<FakeEcr> {
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call: Call = {
        operation: String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '',
        input: JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>,
        authorization: String(request.headers.authorization ?? ''),
      };
      calls.push(call);
      const answer = reply(call);
      if (answer === 'hang') return;
      if (answer === 'reset') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/x-amz-json-1.1' });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    connections: () => connections,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** An error as ECR sends it. */
export const awsError = (name: string, message: string, status = 400): Reply => ({
  status,
  body: { __type: name, message },
});
