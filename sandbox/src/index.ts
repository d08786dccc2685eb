import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokens } from './auth/tokens.ts';
import { type CallRecord, callLog } from './calls.ts';
import { serveControlPlane } from './control-plane/router.ts';
import { type Exchange, exchange } from './exchange.ts';
import { countStrikes, ecrQuirks, type Plane, type Quirks } from './quirks.ts';
import { sandboxAccount, sandboxRegion } from './seed/contents.ts';
import { seed } from './seed/seed.ts';
import { openStore, type Store } from './store/store.ts';
import type { Urls, World } from './world.ts';

export type { CallRecord } from './calls.ts';
export { ecrQuirks, type Plane, plainQuirks, type Quirks, type Rule } from './quirks.ts';
export { sandboxAccount, sandboxRegion, seededRepositories, upstreamUser } from './seed/contents.ts';
export { seededDigests } from './seed/digests.ts';
export type { Store } from './store/store.ts';

export interface SandboxOptions {
  /** The ECR's port; the public registry and the storage host take the two after it. 0 or nothing: any. */
  readonly port?: number;
  /** A folder that keeps everything between runs; nothing or null keeps it in memory. */
  readonly dataDir?: string | null;
  readonly host?: '127.0.0.1';
  readonly quirks?: Partial<Quirks>;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** One line for each call. */
  readonly log?: (line: string) => void;
  /** Leaves the seed out. */
  readonly empty?: boolean;
}

export interface Sandbox {
  /** The ECR control plane: what AWS_ENDPOINT_URL_ECR is set to. */
  readonly url: string;
  /** The account's registry: the proxyEndpoint of GetAuthorizationToken. */
  readonly registryUrl: string;
  /** The public registry that stands in for Docker Hub, Quay and the others. */
  readonly publicUrl: string;
  /** The environment that makes AWS's tools and Waybill use this sandbox. */
  readonly env: Readonly<Record<string, string>>;
  readonly accountId: string;
  readonly region: string;
  /** Every call so far, oldest first; of very many, the newest. */
  readonly calls: readonly CallRecord[];
  readonly store: Store;
  /** May be changed at any time. */
  readonly quirks: Quirks;
  /** Stops listening, drops every connection and writes what is unsaved. */
  close(): Promise<void>;
}

const accessKeyId = 'SANDBOXACCESSKEYID00';

/** Starts the embedded world on 127.0.0.1. Throws where a port is taken or the folder cannot be used. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const store = await openStore(options.dataDir ?? null);
  if (options.empty !== true && !store.used) await seed(store);
  const clock = options.clock ?? Date.now;
  const quirks: Quirks = { ...ecrQuirks(), ...options.quirks };
  const log = callLog(options.log ?? (() => {}));
  const urls: { -readonly [K in keyof Urls]: Urls[K] } = { ecr: '', upstream: '', storage: '' };
  const world: World = {
    accountId: sandboxAccount,
    accessKeyIds: [accessKeyId],
    store,
    quirks,
    strikes: countStrikes(),
    clock,
    calls: log,
    registryTokens: tokens(clock),
    bearerTokens: tokens(clock),
    urls,
  };

  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(servers.map(stop));
    await store.saved();
  };
  const listen = async (offset: number, handler: Handler) => {
    const server = createServer((req, res) => {
      void handle(world, handler, req, res);
    });
    servers.push(server);
    return start(server, options.port ? options.port + offset : 0);
  };
  try {
    urls.ecr = await listen(0, ecrPlane);
  } catch (error) {
    await close();
    throw error;
  }

  const endpoints = Object.fromEntries(publicHosts.map((host) => [host, urls.upstream]));
  return {
    url: urls.ecr,
    registryUrl: urls.ecr,
    publicUrl: urls.upstream,
    env: {
      AWS_ENDPOINT_URL_ECR: urls.ecr,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_REGION: sandboxRegion,
      AWS_DEFAULT_REGION: sandboxRegion,
      AWS_EC2_METADATA_DISABLED: 'true',
      WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify(endpoints),
    },
    accountId: sandboxAccount,
    region: sandboxRegion,
    calls: log.calls,
    store,
    quirks,
    close,
  };
}

/** The hosts that the public registry stands in for. */
const publicHosts = [
  'docker.io',
  'quay.io',
  'ghcr.io',
  'gcr.io',
  'public.ecr.aws',
  'registry.k8s.io',
  'mcr.microsoft.com',
];

type Identify = (call: Partial<CallRecord> & { readonly plane: Plane }) => void;
type Handler = (world: World, exchange: Exchange, identify: Identify) => Promise<void>;

const ecrPlane: Handler = async (world, exchange, identify) => {
  await serveControlPlane(world, exchange, (call) =>
    identify({ plane: 'control', action: call.operation, ...call }),
  );
};

async function handle(
  world: World,
  handler: Handler,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const time = world.clock();
  let known: Partial<CallRecord> & { plane: Plane } = { plane: 'control' };
  let recorded = false;
  const each = exchange(req, res, (status) => {
    if (recorded) return;
    recorded = true;
    world.calls.add({
      time,
      method: req.method ?? '',
      path: req.url ?? '',
      operation: '',
      action: null,
      repository: null,
      region: null,
      status,
      ...known,
    });
  });
  try {
    await handler(world, each, (call) => {
      known = call;
    });
  } catch (error) {
    if (res.headersSent || req.destroyed) res.destroy();
    else each.answer(500, { 'content-type': 'text/plain' }, `The sandbox failed: ${String(error)}\n`);
  }
}

function start(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
