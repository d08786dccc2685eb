import type { World } from '../world.ts';
import { failed, findRegistry, logPull, type Pulled, pullLinked, pullUpstream } from './pull.ts';

/**
 * What Replicated's proxy does for an app's installation: pulls an image of any host with the key that is linked for it,
 * or as anybody may.
 * @param image `<host or name of a linked registry>/<path>[:tag][@digest]`, or a name of Docker Hub
 */
export async function pullForApp(world: World, appId: string, image: string): Promise<Pulled> {
  const { host, path } = splitHost(image);
  const registry = findRegistry(world.portal.state, host, appId);
  if (registry !== null) {
    const pulled = await pullLinked(world, registry, path);
    logPull(world, registry, 'pull', path, pulled);
    return pulled;
  }
  if (isEcr(host)) return failed(401, 'Unauthorized');
  try {
    return await pullUpstream(world, path);
  } catch (error) {
    return failed(0, error instanceof Error ? error.message : String(error));
  }
}

export const isEcr = (host: string): boolean => /\.dkr\.ecr(-fips)?\.[a-z0-9-]+\./.test(host);

/** Docker's rule: the first part is a host where it has a dot or a colon, or is `localhost`; else it is Docker Hub. */
export function splitHost(image: string): { readonly host: string; readonly path: string } {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  if (/[.:]/.test(first) || first === 'localhost') {
    const path = image.slice(slash + 1);
    const isHub = /^(index\.)?docker\.io$/.test(first);
    return {
      host: isHub ? 'docker.io' : first,
      path: isHub && !path.includes('/') ? `library/${path}` : path,
    };
  }
  return { host: 'docker.io', path: slash < 0 ? `library/${image}` : image };
}
