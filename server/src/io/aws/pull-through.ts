import { canonicalHost } from '../../core/image/hosts.ts';
import type { CreationTemplate, PullThroughRule } from './api.ts';

/** The pull-through cache rules of a registry, or `unknown` where they may not be read. */
export type RulesKnown = readonly PullThroughRule[] | 'unknown';

/** Why a repository may be filled by a pull. */
export interface Coverage {
  /** The rule's prefix. */
  readonly prefix: string;
  /** Where the image would come from: `quay.io/acme/app`; the host alone where the rest is not known. */
  readonly upstream: string;
  /** False where no rule could be read and the prefix is only one that people commonly choose. */
  readonly certain: boolean;
}

/**
 * The rule under which a repository would be filled from an upstream; the longest prefix wins. Where rules could not
 * be read, the prefixes that AWS's console and guide suggest are taken for rules.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-private-wildcards.html
 */
export function coverageOf(repository: string, rules: RulesKnown): Coverage | null {
  if (rules === 'unknown') {
    const [first = ''] = repository.split('/', 1);
    const host = first === repository ? undefined : suggested.get(first);
    return host === undefined ? null : { prefix: first, upstream: host, certain: false };
  }
  const rule = longest(repository, rules);
  if (rule === null) return null;
  const rest = rule.prefix === 'ROOT' ? repository : repository.slice(rule.prefix.length + 1);
  const path = [rule.upstreamPrefix, rest].filter((part) => part !== '').join('/');
  return {
    prefix: rule.prefix,
    upstream: `${canonicalHost(rule.upstreamHost)}/${path}`,
    certain: true,
  };
}

/** The template by which a first push would make the repository. */
export function templateFor(
  repository: string,
  templates: readonly CreationTemplate[],
): CreationTemplate | null {
  // The most specific template decides, also where it is for something else than pushes.
  const template = longest(repository, templates);
  return template?.onPush ? template : null;
}

function longest<T extends { readonly prefix: string }>(repository: string, all: readonly T[]): T | null {
  const fitting = all.filter(({ prefix }) => prefix === 'ROOT' || repository.startsWith(`${prefix}/`));
  const length = ({ prefix }: T): number => (prefix === 'ROOT' ? 0 : prefix.length);
  return fitting.sort((a, b) => length(b) - length(a))[0] ?? null;
}

/** Prefixes of AWS's console and guide, and whose images lie below them. */
const suggested: ReadonlyMap<string, string> = new Map([
  ['ecr-public', 'public.ecr.aws'],
  ['kubernetes', 'registry.k8s.io'],
  ['quay', 'quay.io'],
  ['docker-hub', 'docker.io'],
  ['github', 'ghcr.io'],
  ['github-container-registry', 'ghcr.io'],
  ['gitlab', 'registry.gitlab.com'],
  ['gitlab-container-registry', 'registry.gitlab.com'],
  ['azure-container-registry', 'azurecr.io'],
  ['chainguard', 'cgr.dev'],
]);
