import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dockerConfigPath } from './docker-config.ts';

/** How long docker's configuration is taken to be the same: milliseconds. */
const glance = 1000;

/**
 * A stable name, without secrets, of whoever would ask a registry: what docker's configuration says, and where the host
 * really is. Another login or another endpoint is another name.
 * @param now milliseconds since the epoch
 */
export function dockerIdentities(env: NodeJS.ProcessEnv, now: () => number): () => string {
  let looked = Number.NEGATIVE_INFINITY;
  let identity = '';
  return () => {
    if (now() - looked < glance) return identity;
    looked = now();
    const config = readQuietly(dockerConfigPath(env));
    const endpoints = env.WAYBILL_REGISTRY_ENDPOINTS ?? '';
    identity = `docker:${createHash('sha256').update(`${config}\n${endpoints}`).digest('hex').slice(0, 12)}`;
    return identity;
  };
}

/** Without a configuration everybody is asked anonymously. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
