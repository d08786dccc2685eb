import { STATUS_CODES } from 'node:http';
import { parseManifest } from '../manifest.ts';
import { isEcr, splitHost } from '../portal/proxy.ts';
import { type Pulled, pullUpstream } from '../portal/pull.ts';
import type { Customer } from '../portal/state.ts';
import type { World } from '../world.ts';
import type { RunningContainer, Secret } from './state.ts';

/** What the node has after pulling an image; see `RunningContainer`. */
export type NodePull = Pick<RunningContainer, 'imageId' | 'error' | 'otherPlatform'>;

/**
 * Pulls an image as the node's container runtime does, with the pull secrets of its pod: through Replicated's proxy, from
 * Amazon ECR, or from the public registry. Errors are in containerd's words.
 * @param platform `linux/amd64`
 */
export async function pullOnNode(
  world: World,
  image: string,
  secrets: readonly Secret[],
  platform: string,
): Promise<NodePull> {
  if (!/^[a-zA-Z0-9][^\s{}]*$/.test(image))
    return failed(
      `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
    );
  const { host, path } = splitHost(image);
  const { name, reference, written } = parts(host, path);
  const resolve = (why: string): NodePull =>
    failed(
      `rpc error: code = ${/: not found$/.test(why) ? 'NotFound' : 'Unknown'} desc = failed to pull and unpack image ` +
        `"${written}": failed to resolve reference "${written}": ${why}`,
    );
  const pulled = isProxy(world, host)
    ? await throughProxy(world, host, name, reference, secrets)
    : isEcr(host)
      ? 'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials'
      : await fromUpstream(world, path);
  if (typeof pulled === 'string') return resolve(pulled);
  if (pulled.manifest === null)
    return resolve(pulled.status === 404 ? `${written}: not found` : pulled.reason);
  const { digest, bytes } = pulled.manifest;
  const platforms = await platformsOf(world, bytes);
  const isIndex = (parseManifest(bytes)?.children.length ?? 0) > 0;
  // A runtime looks at the platforms of an index; a single image it takes as it is, and fails to run.
  if (isIndex && !platforms.includes(platform))
    return failed(
      `rpc error: code = NotFound desc = failed to pull and unpack image "${written}": no match for platform in ` +
        'manifest: not found',
    );
  const otherPlatform = !isIndex && !platforms.includes(platform);
  return { imageId: `${host}/${name}@${digest}`, error: null, otherPlatform };
}

const failed = (error: string): NodePull => ({ imageId: '', error, otherPlatform: false });

const isProxy = (world: World, host: string): boolean =>
  host === 'proxy.replicated.com' ||
  world.portal.state.hostnames.some((each) => each.service === 'proxy' && each.hostname === host);

/** `proxy/<app>/<upstream>`, for who has a licence of the app. A sentence where the proxy refuses. */
async function throughProxy(
  world: World,
  host: string,
  name: string,
  reference: string,
  secrets: readonly Secret[],
): Promise<Pulled | string> {
  const scope = encodeURIComponent(`repository:${name}:pull`);
  const tokenUrl = `https://${host}/token?scope=${scope}&service=${host}`;
  const password = secrets.map(({ auths }) => auths[host]).find((each) => each !== undefined);
  if (password === undefined)
    return `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to ${tokenUrl}: 401 Unauthorized`;
  const customer = licenceOf(world, password);
  if (customer === null)
    return `failed to authorize: failed to fetch oauth token: unexpected status from GET request to ${tokenUrl}: 401 Unauthorized`;
  const [, slug = '', upstream = ''] = /^proxy\/([^/]+)\/(.+)$/.exec(name) ?? [];
  const app = world.portal.state.apps.find((each) => each.slug === slug);
  const manifest = `https://${host}/v2/${name}/manifests/${reference}`;
  if (app === undefined || app.id !== customer.appId)
    return `unexpected status from HEAD request to ${manifest}: 403 Forbidden`;
  const pulled = await world.pull(app.id, `${upstream}${reference.includes(':') ? '@' : ':'}${reference}`);
  if (pulled.status === 200 || pulled.status === 404) return pulled;
  const status = pulled.status === 0 ? 502 : pulled.status;
  return `unexpected status from HEAD request to ${manifest}: ${status} ${STATUS_CODES[status]}`;
}

/** The customer of a licence that may pull: neither archived nor expired. */
function licenceOf(world: World, licenseId: string): Customer | null {
  const found = world.portal.state.customers.find((each) => each.licenseId === licenseId && !each.isArchived);
  if (found === undefined) return null;
  return found.expiresAt !== null && Date.parse(found.expiresAt) <= world.clock() ? null : found;
}

async function fromUpstream(world: World, path: string): Promise<Pulled | string> {
  const pulled = await pullUpstream(world, path);
  if (pulled.status === 200 || pulled.status === 404) return pulled;
  if (pulled.status === 401 || pulled.status === 403)
    return 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
  return `unexpected status from HEAD request to the registry: ${pulled.status} ${pulled.reason}`;
}

/** A name without tag and digest, what is asked for, and the whole as the runtime writes it: with host and tag. */
function parts(host: string, path: string): { name: string; reference: string; written: string } {
  const match = /^([^@]+?)(?::([^:@/]+))?(?:@(.+))?$/.exec(path);
  const name = match?.[1] ?? path;
  const tag = match?.[2];
  const digest = match?.[3];
  const suffix =
    digest !== undefined ? `${tag === undefined ? '' : `:${tag}`}@${digest}` : `:${tag ?? 'latest'}`;
  return { name, reference: digest ?? tag ?? 'latest', written: `${host}/${name}${suffix}` };
}

/** What the images of an index are for, or a single image by its configuration: `linux/amd64`. */
async function platformsOf(world: World, bytes: Buffer): Promise<string[]> {
  interface Platform {
    readonly os?: string;
    readonly architecture?: string;
  }
  const text = ({ os, architecture }: Platform): string => `${os}/${architecture}`;
  const { manifests } = JSON.parse(bytes.toString('utf8')) as {
    readonly manifests?: readonly { readonly platform?: Platform }[];
  };
  if (manifests !== undefined) return manifests.map(({ platform = {} }) => text(platform));
  const digest = parseManifest(bytes)?.config?.digest ?? '';
  const size = world.store.blobs.size(digest);
  if (size === null) return [];
  const chunks: Buffer[] = [];
  for await (const chunk of world.store.blobs.read(digest, 0, size) as AsyncIterable<Buffer>)
    chunks.push(chunk);
  return [text(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Platform)];
}
