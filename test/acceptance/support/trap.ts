import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

export interface Trap {
  readonly url: string;
  /** How many connections came so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** A server that counts who connects, and hangs up on them. */
export async function startTrap(): Promise<Trap> {
  let count = 0;
  const server = createServer((socket) => {
    count++;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => count,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
