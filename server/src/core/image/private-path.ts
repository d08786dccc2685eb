import { matchesImage } from './globs.ts';
import { domainFlaw, pathFlaw } from './grammar.ts';
import { canonicalHost, ecrRepositoryProblem, registryOf, sameRegistry } from './hosts.ts';
import { normalize, repositoryOf, suffix } from './normal.ts';
import { MAX_PATH_LENGTH } from './parse.ts';
import type { NormalReference } from './reference.ts';

/** What `.waybill.yaml` says about where public images live privately. */
export interface PrivatePathConfig {
  readonly registries: readonly {
    /** The registry's host. */
    readonly endpoint: string;
    /** The repository's name with placeholders; `{name}` where nothing is said. */
    readonly rewrite?: string | null | undefined;
  }[];
  /** The first whose `from` matches wins; where none does, the first registry takes the image by its `rewrite`. */
  readonly rewrites?: readonly { readonly from: string; readonly to: string }[] | undefined;
  readonly keepPublic?: readonly string[] | undefined;
}

/** Where a public image would live. */
export interface PrivatePath {
  /** The whole reference, with the tag and digest of the source. */
  readonly target: string;
  /** The host in it. */
  readonly registry: string;
  /** The repository at that host. */
  readonly repository: string;
}

const DEFAULT_REWRITE = '{name}';
const PLACEHOLDER = /\{([^{}]*)\}/g;

/**
 * Where an image would live in a linked registry, or null where it is to stay: kept public, already there, no
 * registry to put it in, or a template that does not make a repository name of it.
 *
 * `{name}` is the last part of the path, `{path}` all of it (for `nginx`: `library/nginx`), `{host}` the registry
 * that it comes from, with what a repository name cannot hold replaced by `-` (`localhost:5000`: `localhost-5000`).
 */
export function privatePath(reference: NormalReference, config: PrivatePathConfig): PrivatePath | null {
  if ((config.keepPublic ?? []).some((pattern) => matchesImage(pattern, reference))) return null;
  const rewrite = (config.rewrites ?? []).find(({ from }) => matchesImage(from, reference));
  const first = config.registries[0];
  let template: string;
  if (rewrite !== undefined) template = rewrite.to;
  else if (first !== undefined) template = `${first.endpoint}/${first.rewrite || DEFAULT_REWRITE}`;
  else return null;

  const slash = template.indexOf('/');
  if (slash === -1) return null;
  const registry = fill(template.slice(0, slash), reference);
  const repository = fill(template.slice(slash + 1), reference);
  if (sameRegistry(registry, reference.domain) || targetProblem(registry, repository) !== null) return null;
  return { target: `${registry}/${repository}${suffix(reference)}`, registry, repository };
}

/** The image at its private path, with the tag and digest of its source. */
export const atPrivatePath = (
  { tag, digest }: NormalReference,
  { registry, repository }: PrivatePath,
): NormalReference => normalize({ domain: registry, path: repository, tag, digest });

/**
 * Why a template (`registries[].rewrite`, or `rewrites[].to` with its host) makes no repository name, or null.
 * What cannot be known before an image is there is tried with `nginx` from Docker Hub.
 */
export function rewriteProblem(template: string, endpoint: string | null): string | null {
  const unknown = [...template.matchAll(PLACEHOLDER)].find(
    ([, name]) => name !== 'name' && name !== 'path' && name !== 'host',
  );
  if (unknown !== undefined)
    return `\`${unknown[0]}\` means nothing here. Use \`{name}\`, \`{path}\` or \`{host}\`.`;
  const whole = endpoint === null ? template : `${endpoint}/${template}`;
  const slash = whole.indexOf('/');
  if (slash === -1)
    return `\`${template}\` names no repository. Write the registry's host, a slash, and where images go.`;
  const sample: NormalReference = { domain: 'docker.io', path: 'library/nginx', tag: null, digest: null };
  return targetProblem(fill(whole.slice(0, slash), sample), fill(whole.slice(slash + 1), sample));
}

/** Several sources that would be written to one repository, so that one would overwrite the other. */
export interface Collision {
  /** Host and path that they share. */
  readonly repository: string;
  /** The different repositories that would be put there, in the order given, each once. */
  readonly sources: readonly string[];
}

/** The private paths that more than one repository would be mirrored to. */
export function collisions(
  moves: readonly { readonly source: NormalReference; readonly target: PrivatePath }[],
): Collision[] {
  const sources = new Map<string, string[]>();
  for (const { source, target } of moves) {
    const repository = `${canonicalHost(target.registry)}/${target.repository}`;
    const name = repositoryOf(source);
    const there = sources.get(repository);
    if (there === undefined) sources.set(repository, [name]);
    else if (!there.includes(name)) there.push(name);
  }
  return [...sources]
    .filter(([, names]) => names.length > 1)
    .map(([repository, names]) => ({ repository, sources: names }));
}

function fill(template: string, reference: NormalReference): string {
  return template.replace(PLACEHOLDER, (written, name: string) => {
    if (name === 'name') return reference.path.slice(reference.path.lastIndexOf('/') + 1);
    if (name === 'path') return reference.path;
    return name === 'host' ? hostAsPart(reference.domain) : written;
  });
}

/** A host as one part of a repository name: lower case, every run of other characters one `-`. */
const hostAsPart = (host: string): string =>
  canonicalHost(host)
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');

function targetProblem(registry: string, repository: string): string | null {
  const host = registry === '' ? null : domainFlaw(registry, 0, registry.length);
  if (registry === '') return 'The registry is missing before the first `/`.';
  if (host !== null) return host.message;
  // ECR would take one character more, but then no reference could name the image.
  if (repository.length > MAX_PATH_LENGTH)
    return `The repository path would have more than ${MAX_PATH_LENGTH} characters.`;
  const flaw =
    registryOf(registry).kind === 'ecr'
      ? ecrRepositoryProblem(repository)
      : pathFlaw(repository, 0, repository.length);
  return flaw?.message ?? null;
}
