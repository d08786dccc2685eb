import { canonicalHost } from '../../core/image/hosts.ts';
import { familiar } from '../../core/image/normal.ts';
import type { NormalReference } from '../../core/image/reference.ts';
import { cachedPath, createPullThroughRule, upstreamOf } from './ecr-cache.ts';
import { ecrError } from './ecr-failure.ts';
import type { Hosts } from './hosts.ts';
import { MirrorError } from './model.ts';
import { registrySource } from './registry-source.ts';

export interface PullThroughOptions {
  /** The registry of Amazon ECR that has the cache. */
  readonly host: string;
  /** Whether a rule is made where there is none. */
  readonly create: boolean;
  /** The secret with the login that some upstreams want. */
  readonly secretArn: string | undefined;
}

/**
 * Has Amazon ECR fetch an image through its pull-through cache, in the place of a copy: one pull of its tag, by which
 * ECR copies it by itself.
 * @returns where it is, and its digest
 * @throws MirrorError or the signal's reason
 */
export async function pullThrough(
  hosts: Hosts,
  source: NormalReference,
  { host, create, secretArn }: PullThroughOptions,
  signal: AbortSignal,
): Promise<{ readonly reference: string; readonly digest: string }> {
  const registry = canonicalHost(host);
  const at = await hosts.open(registry, 'pull', signal);
  const { ecr } = at;
  if (ecr === null)
    throw new MirrorError(
      'refused',
      `${host} is no private registry of Amazon ECR, so it has no pull-through cache.`,
    );
  const upstream = { host: source.domain, path: source.path };
  const connection = await ecr.connect(signal);
  try {
    let found = await cachedPath(connection, upstream, signal);
    if (found === null && create) {
      await createPullThroughRule(connection, { host: source.domain, secretArn }, signal);
      found = await cachedPath(connection, upstream, signal);
    }
    if (found === null) throw noRule(source, registry);
    const tag = source.tag ?? (source.digest === null ? 'latest' : null);
    const reference = `${registry}/${found.repository}${tag === null ? `@${source.digest}` : `:${tag}`}`;
    const image = { repository: found.repository, tag, digest: tag === null ? source.digest : null };
    const { digest } = await registrySource(at, image, reference).resolve(signal);
    return { reference, digest };
  } catch (error) {
    signal.throwIfAborted();
    throw ecrError(error, `Amazon ECR ${ecr.region}`, connection.renew);
  }
}

function noRule(source: NormalReference, host: string): MirrorError {
  const upstream = upstreamOf(source.domain);
  if (upstream === null)
    return new MirrorError(
      'refused',
      `Amazon ECR cannot cache ${source.domain}. Copy ${familiar(source)} instead.`,
    );
  const secret = upstream.needsSecret ? ' and --secret ARN, the login that ECR needs for it' : '';
  return new MirrorError(
    'target',
    `${host} has no pull-through cache rule for ${source.domain}, or it may not be read. Add --create${secret} to have one made for ${upstream.prefix}/….`,
  );
}
