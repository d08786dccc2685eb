import { signatureHeaders } from '../auth/sigv4.ts';
import { mediaTypes } from '../manifest.ts';
import type { World } from '../world.ts';
import type { ExternalRegistry, PortalState } from './state.ts';

/** What a registry answered to Replicated. */
export interface Pulled {
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly reason: string;
  /** The manifest, where there was one. */
  readonly manifest: { readonly digest: string; readonly bytes: Buffer } | null;
}

const patienceMs = 10_000;

/**
 * Pulls an image's manifest through a linked registry, with that registry's key and over the network: from Amazon ECR
 * by a token of GetAuthorizationToken, from any other as the public registry has it.
 * @param image repository and tag or digest, without the host
 */
export async function pullLinked(world: World, registry: ExternalRegistry, image: string): Promise<Pulled> {
  const place = /^(\d+)\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(registry.endpoint);
  try {
    if (place === null) return await pullUpstream(world, image, registry);
    const [, account = '', region = ''] = place;
    if (account !== world.accountId) return failed(403, 'Forbidden');
    const login = await ecrToken(world, registry, region);
    return 'token' in login ? await manifestOf(world.urls.ecr, image, `Basic ${login.token}`) : login;
  } catch (error) {
    return failed(0, error instanceof Error ? error.message : String(error));
  }
}

/** Pulls an image that the public registry stands in for, without credentials unless some are given. */
export async function pullUpstream(
  world: World,
  image: string,
  credentials: { readonly username: string; readonly password: string } | null = null,
): Promise<Pulled> {
  const url = new URL(`${world.urls.upstream}/token`);
  url.searchParams.set('service', 'registry.sandbox');
  url.searchParams.set('scope', `repository:${splitImage(image).repository}:pull`);
  const basic =
    credentials === null
      ? null
      : Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  const headers: Record<string, string> = basic === null ? {} : { authorization: `Basic ${basic}` };
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(patienceMs) });
  const body = (await answer.json().catch(() => ({}))) as { readonly token?: string };
  if (answer.status !== 200 || body.token === undefined) return failed(answer.status, 'Unauthorized');
  return await manifestOf(world.urls.upstream, image, `Bearer ${body.token}`);
}

/** The user and password of ECR's registry, base64; or why there are none. */
async function ecrToken(
  world: World,
  { username, password }: ExternalRegistry,
  region: string,
): Promise<{ readonly token: string } | Pulled> {
  const url = new URL(`${world.urls.ecr}/`);
  const body = Buffer.from('{}');
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
  };
  const place = { region, service: 'ecr', now: world.clock() };
  const request = { method: 'POST', url, headers, body };
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, ...signatureHeaders({ id: username, secret: password }, place, request) },
    body,
    signal: AbortSignal.timeout(patienceMs),
  });
  const said = (await answer.json().catch(() => ({}))) as {
    readonly authorizationData?: readonly { readonly authorizationToken?: string }[];
    readonly __type?: string;
  };
  const token = said.authorizationData?.[0]?.authorizationToken;
  if (answer.status === 200 && token !== undefined) return { token };
  return failed(answer.status >= 500 ? answer.status : 401, said.__type ?? 'Unauthorized');
}

async function manifestOf(registry: string, image: string, authorization: string): Promise<Pulled> {
  const { repository, reference } = splitImage(image);
  const accept = [
    mediaTypes.ociIndex,
    mediaTypes.dockerIndex,
    mediaTypes.ociImage,
    mediaTypes.dockerImage,
  ].join(', ');
  const ask = (method: 'HEAD' | 'GET') =>
    fetch(`${registry}/v2/${repository}/manifests/${reference}`, {
      method,
      headers: { authorization, accept },
      signal: AbortSignal.timeout(patienceMs),
    });
  const head = await ask('HEAD');
  if (head.status !== 200) return failed(head.status, reasons[head.status] ?? `HTTP ${head.status}`);
  const answer = await ask('GET');
  const digest = answer.headers.get('docker-content-digest');
  if (answer.status !== 200 || digest === null) return failed(answer.status, `HTTP ${answer.status}`);
  return {
    status: 200,
    reason: '',
    manifest: { digest, bytes: Buffer.from(await answer.arrayBuffer()) },
  };
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'not found',
  429: 'Too Many Requests',
};

/** `repository[:tag][@digest]`; a digest goes before a tag. */
function splitImage(image: string): { readonly repository: string; readonly reference: string } {
  const match = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(image);
  return { repository: match?.[1] ?? image, reference: match?.[3] ?? match?.[2] ?? 'latest' };
}

export const failed = (status: number, reason: string): Pulled => ({ status, reason, manifest: null });

/** By its name or its endpoint, for one app of the team or for any. */
export const findRegistry = (
  { registries }: PortalState,
  name: string,
  appId: string | null = null,
): ExternalRegistry | null =>
  registries.find(
    ({ slug, endpoint, appIds }) =>
      (slug === name || endpoint === name) && (appId === null || appIds === null || appIds.includes(appId)),
  ) ?? null;

/** Puts a pull into a registry's log and marks the registry as used. */
export function logPull(
  world: World,
  registry: ExternalRegistry,
  action: 'test' | 'pull',
  image: string,
  { status }: Pulled,
): void {
  const createdAt = new Date(world.clock()).toISOString();
  registry.lastUsedAt = createdAt;
  world.portal.state.logs.push({
    endpoint: registry.endpoint,
    createdAt,
    action,
    statusCode: status,
    isSuccess: status === 200,
    image,
  });
}
