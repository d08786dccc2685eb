import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { CallRecord } from './calls.ts';
import type { Certificate } from './cluster/certificate.ts';
import { type Exchange, exchange } from './exchange.ts';
import type { World } from './world.ts';

/** What answers the requests of one listener. It says what a call is as soon as it knows. */
export interface PlaneHandler {
  readonly plane: CallRecord['plane'];
  serve(world: World, exchange: Exchange, identify: Identify): Promise<void>;
}

/** Adds to what is known of a call, for the record of calls. */
export type Identify = (facts: Partial<CallRecord>) => void;

export interface Listener {
  /** `http://127.0.0.1:PORT`, or https */
  readonly url: string;
  /** Stops at once: open connections are dropped. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and nowhere else, with TLS where there is a certificate. Port 0 takes any that is free; one that is
 * taken throws.
 */
export function listen(
  world: World,
  handler: PlaneHandler,
  port: number,
  certificate: Certificate | null = null,
): Promise<Listener> {
  const serve = (req: IncomingMessage, res: ServerResponse): void => {
    void handle(world, handler, req, res);
  };
  const server = certificate === null ? createServer(serve) : createTlsServer({ ...certificate }, serve);
  // Longer than clients keep idle connections, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 65_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      const address = server.address();
      const actual = typeof address === 'object' && address !== null ? address.port : port;
      resolve({
        url: `${certificate === null ? 'http' : 'https'}://127.0.0.1:${actual}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function handle(
  world: World,
  handler: PlaneHandler,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  let record: CallRecord = {
    time: world.clock(),
    plane: handler.plane,
    method: req.method ?? '',
    path: (req.url ?? '').replace(/(X-Amz-Signature=)[^&]*/, '$1…'),
    operation: '',
    action: null,
    repository: null,
    region: null,
    status: 0,
    error: null,
  };
  let recorded = false;
  const answered = (status: number) => {
    if (!recorded) world.calls.add({ ...record, status });
    recorded = true;
  };
  res.on('close', () => answered(0));
  try {
    await handler.serve(world, exchange(req, res, answered), (facts) => {
      record = { ...record, ...facts };
    });
  } catch (error) {
    if (res.headersSent || res.destroyed) {
      res.destroy();
      return;
    }
    answered(500);
    res.writeHead(500, { 'content-type': 'text/plain' });
    res.end(
      `The sandbox failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}
