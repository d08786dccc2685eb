import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What happens to a call on its way to the portal. */
export type Passage =
  | 'pass'
  /** It never arrives, and nobody answers. */
  | 'hold'
  /** It arrives, and its answer is held back. */
  | 'hold the answer'
  /** It arrives, and the connection breaks before the answer. */
  | 'lose the answer';

export interface PortalGate {
  /** What REPLICATED_API_ORIGIN is to be. */
  readonly url: string;
  /** `POST /v3/app/app-1/release`, as they came. */
  readonly calls: string[];
  /** Decides about each call; may do something else before it goes on. */
  decide: (call: string) => Passage | Promise<Passage>;
  /** Hears when the portal has done what it was asked and its answer is held back. */
  onHeld: () => void;
  close(): Promise<void>;
}

/** Stands between a client and the sandbox's portal. */
export async function startPortalGate(portal: string): Promise<PortalGate> {
  const sockets = new Set<Socket>();
  const calls: string[] = [];
  const gate: Pick<PortalGate, 'decide' | 'onHeld'> = { decide: () => 'pass', onHeld: () => {} };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = `${request.method} ${request.url?.replace(/\?.*/, '')}`;
    calls.push(call);
    const passage = await gate.decide(call);
    if (passage === 'hold') return;
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(`${portal}${request.url}`, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (passage === 'hold the answer') return gate.onHeld();
    if (passage === 'lose the answer') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(body);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(gate, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  });
}
