import { canonicalHost, ecrRepositoryProblem } from '../../core/image/hosts.ts';
import type { EcrApi, PullThroughRule } from '../../io/aws/api.ts';
import { isDenied, isRefused, saysAlreadyThere, wordsOf } from '../../io/aws/failure.ts';
import { coverageOf } from '../../io/aws/pull-through.ts';
import type { EcrCalls } from './ecr-target.ts';
import { MirrorError } from './model.ts';

/** An image at its own registry, without tag or digest. */
export interface Upstream {
  /** `docker.io`, `quay.io` … */
  readonly host: string;
  /** `library/nginx`. */
  readonly path: string;
}

/** Where an image would be pulled through the registry's cache. */
export interface CachedPath {
  readonly rule: PullThroughRule;
  /** The repository in the registry: `docker-hub/library/nginx`. A first pull by digest does not fill it; by tag does. */
  readonly repository: string;
}

/**
 * The repository under which a pull would bring a public image through the registry's cache; null where no rule is for
 * it, or the rules may not be read.
 * @throws what the call throws, but for a refusal (`failureOf` words it)
 */
export async function cachedPath(
  { api }: Pick<EcrCalls, 'api'>,
  source: Upstream,
  signal: AbortSignal,
): Promise<CachedPath | null> {
  const rules = await readRules(api, signal);
  return rules === 'unknown' ? null : cachedPathBy(rules, source);
}

/** The same by rules that are known. Of several, the one that is most about the image; then that for a prefix. */
export function cachedPathBy(rules: readonly PullThroughRule[], source: Upstream): CachedPath | null {
  const { host, path } = canonical(source);
  const found = rules.flatMap((rule): CachedPath[] => {
    if (upstreamHost(rule.upstreamHost) !== host) return [];
    const rest = below(rule.upstreamPrefix, path);
    if (rest === null) return [];
    const repository = rule.prefix === 'ROOT' ? rest : `${rule.prefix}/${rest}`;
    // Another rule with a longer prefix may have taken this name.
    if (coverageOf(repository, rules)?.prefix !== rule.prefix) return [];
    return ecrRepositoryProblem(repository) === null ? [{ rule, repository }] : [];
  });
  const root = ({ rule }: CachedPath): number => (rule.prefix === 'ROOT' ? 1 : 0);
  return (
    found.sort(
      (a, b) =>
        b.rule.upstreamPrefix.length - a.rule.upstreamPrefix.length ||
        root(a) - root(b) ||
        a.repository.length - b.repository.length ||
        (a.repository < b.repository ? -1 : 1),
    )[0] ?? null
  );
}

/** A registry that ECR can cache. */
export interface CacheableUpstream {
  /** What people commonly choose: the prefix that AWS's console and guide suggest. */
  readonly prefix: string;
  /** As a rule names it: `registry-1.docker.io`. */
  readonly url: string;
  /** Whether ECR takes a rule for it only with the login of somebody, in a secret of Secrets Manager. */
  readonly needsSecret: boolean;
}

/**
 * What a rule for a public registry is made of; null where ECR caches none such.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 */
export function upstreamOf(host: string): CacheableUpstream | null {
  const url = upstreamHost(host);
  if (/^[a-z0-9-]+\.azurecr\.io$/.test(url))
    return { prefix: 'azure-container-registry', url, needsSecret: true };
  return upstreams.get(url) ?? null;
}

const upstreams: ReadonlyMap<string, CacheableUpstream> = new Map([
  ['public.ecr.aws', { prefix: 'ecr-public', url: 'public.ecr.aws', needsSecret: false }],
  ['registry.k8s.io', { prefix: 'kubernetes', url: 'registry.k8s.io', needsSecret: false }],
  ['quay.io', { prefix: 'quay', url: 'quay.io', needsSecret: false }],
  ['docker.io', { prefix: 'docker-hub', url: 'registry-1.docker.io', needsSecret: true }],
  ['ghcr.io', { prefix: 'github', url: 'ghcr.io', needsSecret: true }],
  ['registry.gitlab.com', { prefix: 'gitlab', url: 'registry.gitlab.com', needsSecret: true }],
  ['cgr.dev', { prefix: 'chainguard', url: 'cgr.dev', needsSecret: true }],
]);

export interface RuleWish {
  /** The registry that is to be cached: `quay.io`. */
  readonly host: string;
  /** The one that is suggested, unless given. */
  readonly prefix?: string | undefined;
  /** The ARN of a secret whose name begins with `ecr-pullthroughcache/`, in the registry's account and region. */
  readonly secretArn?: string | undefined;
}

/**
 * Makes a rule by which a public registry is pulled through the cache. Where just such a rule is there already, by
 * whomever, that is as good.
 * @throws MirrorError for a wish that cannot be, and where ECR refuses it; what the calls throw otherwise
 */
export async function createPullThroughRule(
  { api, write }: EcrCalls,
  { host, prefix: wished, secretArn }: RuleWish,
  signal: AbortSignal,
): Promise<PullThroughRule> {
  const upstream = upstreamOf(host);
  if (upstream === null)
    throw new MirrorError('refused', `Amazon ECR cannot cache ${host}. Copy its images instead.`);
  const prefix = (wished ?? upstream.prefix).replace(/\/$/, '');
  checkPrefix(prefix);
  checkSecret(upstream, secretArn);
  const rule: PullThroughRule = { prefix, upstreamHost: upstream.url, upstreamPrefix: '' };
  try {
    await write.createPullThroughRule({ ...rule, secretArn: secretArn ?? null }, signal);
    return rule;
  } catch (cause) {
    if (saysAlreadyThere(cause)) return await sameRule(api, rule, cause, signal);
    if (isDenied(cause))
      throw new MirrorError(
        'target',
        `The AWS identity in use may not make the pull-through cache rule ${prefix}: it needs ` +
          'ecr:CreatePullThroughCacheRule (and iam:CreateServiceLinkedRole for the first rule of an account). ' +
          `Amazon ECR says: ${wordsOf(cause)}`,
        { cause },
      );
    if (isRefused(cause))
      throw new MirrorError(
        'target',
        `The pull-through cache rule ${prefix} for ${upstream.url} could not be made. Amazon ECR says: ${wordsOf(cause)}`,
        { cause },
      );
    throw cause;
  }
}

/** The rule that stands in the way of one, if it does the same. */
async function sameRule(
  api: EcrApi,
  rule: PullThroughRule,
  cause: unknown,
  signal: AbortSignal,
): Promise<PullThroughRule> {
  const rules = await readRules(api, signal);
  const there = rules === 'unknown' ? undefined : rules.find(({ prefix }) => prefix === rule.prefix);
  if (
    there !== undefined &&
    upstreamHost(there.upstreamHost) === upstreamHost(rule.upstreamHost) &&
    there.upstreamPrefix === rule.upstreamPrefix
  )
    return there;
  const taken =
    there === undefined ? '' : ` for ${[there.upstreamHost, there.upstreamPrefix].filter(Boolean).join('/')}`;
  throw new MirrorError(
    'refused',
    `There is already a pull-through cache rule ${rule.prefix}${taken}. Choose another prefix.`,
    { cause },
  );
}

function checkPrefix(prefix: string): void {
  const fits = prefix.length >= 2 && prefix.length <= 30 && ecrRepositoryProblem(prefix) === null;
  if (prefix !== 'ROOT' && !fits)
    throw new MirrorError(
      'refused',
      `"${prefix}" cannot be the prefix of a pull-through cache rule: use 2 to 30 characters as in names of ` +
        'repositories, or ROOT for every repository.',
    );
}

/** As ECR's API has it: a secret of Secrets Manager, with a prefix of its own. */
const SECRET =
  /^arn:aws(?:-\w+)*:secretsmanager:[a-zA-Z0-9-]+:[0-9]{12}:secret:ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/;

function checkSecret({ url, needsSecret }: CacheableUpstream, secretArn: string | undefined): void {
  if (secretArn === undefined) {
    if (!needsSecret) return;
    throw new MirrorError(
      'refused',
      `Amazon ECR caches ${url} only with a login for it. Put user name and access token into a secret of AWS ` +
        'Secrets Manager whose name begins with ecr-pullthroughcache/, and give its ARN.',
    );
  }
  if (!SECRET.test(secretArn))
    throw new MirrorError(
      'refused',
      'What was given is no ARN of a secret that Amazon ECR may read: ' +
        'arn:aws:secretsmanager:REGION:ACCOUNT:secret:ecr-pullthroughcache/NAME.',
    );
}

async function readRules(api: EcrApi, signal: AbortSignal): Promise<readonly PullThroughRule[] | 'unknown'> {
  try {
    return await api.pullThroughRules(signal);
  } catch (error) {
    if (isRefused(error)) return 'unknown';
    throw error;
  }
}

/** One spelling for a registry that has several. */
function upstreamHost(host: string): string {
  const canonical = canonicalHost(host);
  return canonical === 'ecr-public.aws.com' ? 'public.ecr.aws' : canonical;
}

/** Docker Hub's own images lie below `library/`, and are cached only by that name. */
function canonical({ host, path }: Upstream): Upstream {
  const known = upstreamHost(host);
  return { host: known, path: known === 'docker.io' && !path.includes('/') ? `library/${path}` : path };
}

/** What of a path is left below a prefix; null where it is not below. */
function below(prefix: string, path: string): string | null {
  if (prefix === '') return path;
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : null;
}
