import { randomBytes } from 'node:crypto';
import { tokens } from './auth/tokens.ts';
import { type CallRecord, callLog } from './calls.ts';
import { selfSigned } from './cluster/certificate.ts';
import { type Kubeconfig, writeKubeconfig } from './cluster/kubeconfig.ts';
import { clusterToken, openCluster } from './cluster/state.ts';
import { defaultKeyId, openIam } from './iam/state.ts';
import { type Listener, listen } from './listen.ts';
import { clusterPlane, ecrPlane, iamPlane, portalPlane, storagePlane, upstreamPlane } from './planes.ts';
import { openPortal } from './portal/portal.ts';
import { pullForApp } from './portal/proxy.ts';
import { type PortalState, portalToken } from './portal/state.ts';
import { countStrikes, ecrQuirks, type Quirks } from './quirks.ts';
import { countRate } from './rate.ts';
import { sandboxAccount, sandboxRegion } from './seed/contents.ts';
import { seed } from './seed/seed.ts';
import { openStore, type Store } from './store/store.ts';
import { uploads } from './uploads.ts';
import type { Urls, World } from './world.ts';

export type { CallRecord } from './calls.ts';
export { ecrQuirks, type Plane, plainQuirks, type Quirks, type Rule } from './quirks.ts';
export { sandboxAccount, sandboxRegion, seededRepositories, upstreamUser } from './seed/contents.ts';
export { seededDigests } from './seed/digests.ts';
export type { Store } from './store/store.ts';

export interface SandboxOptions {
  /** The ECR's port; the public registry, the storage host, the vendor portal, IAM and the cluster take the five after it. 0 or nothing: any. */
  readonly port?: number | undefined;
  /** A folder that keeps everything between runs; nothing or null keeps it in memory. */
  readonly dataDir?: string | null | undefined;
  readonly host?: '127.0.0.1';
  readonly quirks?: Partial<Quirks>;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** One line for each call. */
  readonly log?: ((line: string) => void) | undefined;
  /** Leaves the seed out. */
  readonly empty?: boolean;
  /** Whether registries are linked at the beginning: yes, unless given. */
  readonly linked?: boolean;
}

export interface Sandbox {
  /** The ECR control plane: what AWS_ENDPOINT_URL_ECR is set to. */
  readonly url: string;
  /** The account's registry: the proxyEndpoint of GetAuthorizationToken. */
  readonly registryUrl: string;
  /** The public registry that stands in for Docker Hub, Quay and the others. */
  readonly publicUrl: string;
  /** The vendor portal: what REPLICATED_API_ORIGIN is set to. */
  readonly portalUrl: string;
  /** IAM and STS: what AWS_ENDPOINT_URL_IAM and AWS_ENDPOINT_URL_STS are set to. */
  readonly iamUrl: string;
  /** The Kubernetes API of KUBECONFIG, and `POST /sandbox/install`. */
  readonly clusterUrl: string;
  /** The cluster's certificate authority, PEM. */
  readonly clusterCa: string;
  /** What its API wants as a bearer token. */
  readonly clusterToken: string;
  /** What the vendor portal knows; may be changed at any time. */
  readonly portal: PortalState;
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

/** Starts the embedded world on 127.0.0.1. Throws where a port is taken or the folder cannot be used. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const store = await openStore(options.dataDir ?? null);
  if (options.empty !== true && !store.used) await seed(store);
  const iam = await openIam(options.dataDir ?? null);
  const portal = await openPortal(options.dataDir ?? null, options.linked !== false);
  const cluster = await openCluster(options.dataDir ?? null);
  const clock = options.clock ?? Date.now;
  const quirks: Quirks = { ...ecrQuirks(), ...options.quirks };
  const log = callLog(options.log ?? (() => {}));
  const urls: { -readonly [K in keyof Urls]: Urls[K] } = {
    ecr: '',
    upstream: '',
    storage: '',
    portal: '',
    iam: '',
    cluster: '',
  };
  const world: World = {
    accountId: sandboxAccount,
    region: sandboxRegion,
    iam,
    store,
    quirks,
    strikes: countStrikes(),
    takeCall: countRate(() => world),
    clock,
    calls: log,
    registryTokens: tokens(clock),
    bearerTokens: tokens(clock),
    uploads: uploads(store.blobs),
    portal,
    cluster,
    pull: (appId, image) => pullForApp(world, appId, image),
    storageKey: randomBytes(32),
    urls,
  };

  const listeners: Listener[] = [];
  const close = async () => {
    await Promise.all(listeners.map((each) => each.close()));
    await world.uploads.close();
    await store.saved();
    await portal.saved();
    await iam.saved();
    await cluster.saved();
    await kubeconfig?.remove();
  };
  let kubeconfig: Kubeconfig | null = null;
  const certificate = selfSigned(Date.now());
  const first = options.port ?? 0;
  try {
    for (const [index, [name, plane]] of planes.entries()) {
      const tls = name === 'cluster' ? certificate : null;
      const listener = await listen(world, plane, first === 0 ? 0 : first + index, tls);
      listeners.push(listener);
      urls[name] = listener.url;
    }
    kubeconfig = await writeKubeconfig(options.dataDir ?? null, urls.cluster, certificate.cert);
  } catch (error) {
    await close();
    throw error;
  }

  // Every registry that is not in Amazon ECR: nothing that the sandbox's environment is given to leaves this machine.
  const endpoints = Object.fromEntries([...publicHosts, '*'].map((host) => [host, urls.upstream]));
  return {
    url: urls.ecr,
    registryUrl: urls.ecr,
    publicUrl: urls.upstream,
    portalUrl: urls.portal,
    iamUrl: urls.iam,
    clusterUrl: urls.cluster,
    clusterCa: certificate.cert,
    clusterToken,
    portal: portal.state,
    env: {
      AWS_ENDPOINT_URL_ECR: urls.ecr,
      AWS_ENDPOINT_URL_IAM: urls.iam,
      AWS_ENDPOINT_URL_STS: urls.iam,
      AWS_ACCESS_KEY_ID: defaultKeyId,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_REGION: sandboxRegion,
      AWS_DEFAULT_REGION: sandboxRegion,
      AWS_EC2_METADATA_DISABLED: 'true',
      WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify(endpoints),
      REPLICATED_API_ORIGIN: urls.portal,
      REPLICATED_API_TOKEN: portalToken,
      KUBECONFIG: kubeconfig.path,
    },
    accountId: sandboxAccount,
    region: sandboxRegion,
    calls: log.calls,
    store,
    quirks,
    close,
  };
}

const planes = [
  ['ecr', ecrPlane],
  ['upstream', upstreamPlane],
  ['storage', storagePlane],
  ['portal', portalPlane],
  ['iam', iamPlane],
  ['cluster', clusterPlane],
] as const;

/** The hosts that the public registry stands in for by name. */
const publicHosts = [
  'docker.io',
  'quay.io',
  'ghcr.io',
  'gcr.io',
  'public.ecr.aws',
  'registry.k8s.io',
  'mcr.microsoft.com',
];
