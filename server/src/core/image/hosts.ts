import { pathFlaw } from './grammar.ts';
import type { ReferenceProblem } from './reference.ts';

export type RegistryKind = 'ecr' | 'ecr-public' | 'replicated' | 'replicated-proxy' | 'docker-hub' | 'other';

export interface EcrHost {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** AWS's name of the partition: `aws`, `aws-us-gov`, `aws-cn`, `aws-eusc`, `aws-iso`, … */
  readonly partition: string;
  /** What the API's hosts of that partition end with: `amazonaws.com`. */
  readonly dnsSuffix: string;
  readonly fips: boolean;
  /** Reached over IPv4 and IPv6: `….dkr-ecr.<region>.on.aws`. */
  readonly dualStack: boolean;
}

export interface Registry {
  /** Lower case, with port if there is one; Docker Hub's other names are given as `docker.io`. */
  readonly host: string;
  readonly kind: RegistryKind;
  readonly ecr: EcrHost | null;
}

/** The domains that a vendor may have replaced by its own. A path behind a domain is not looked at. */
export interface ReplicatedDomains {
  readonly proxyDomain?: string | null;
  readonly registryDomain?: string | null;
}

/** The domains that the app manager uses where nobody set others, staging's included (kots pkg/docker/registry). */
export const DEFAULT_PROXY_DOMAIN = 'proxy.replicated.com';
export const DEFAULT_REGISTRY_DOMAIN = 'registry.replicated.com';
const PROXIES: ReadonlySet<string> = new Set([DEFAULT_PROXY_DOMAIN, 'proxy.staging.replicated.com']);
const REPLICATED: ReadonlySet<string> = new Set([DEFAULT_REGISTRY_DOMAIN, 'registry.staging.replicated.com']);

const DOCKER_HUB: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);
const ECR_PUBLIC: ReadonlySet<string> = new Set(['public.ecr.aws', 'ecr-public.aws.com']);

/** Hosts whose images are taken to be public as long as nobody could be asked. */
const PUBLIC: ReadonlySet<string> = new Set([
  'docker.io',
  'ghcr.io',
  'quay.io',
  'gcr.io',
  'registry.k8s.io',
  'public.ecr.aws',
  'ecr-public.aws.com',
  'mcr.microsoft.com',
]);

/** A host's one spelling: lower case, HTTPS's own port left out, Docker Hub's other names as `docker.io`. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  const bare = lower.endsWith(':443') && !lower.startsWith('[') ? lower.slice(0, -4) : lower;
  return DOCKER_HUB.has(bare) ? 'docker.io' : bare;
}

/** The host of a domain setting, which may carry a path: `proxy.acme.com/x` is `proxy.acme.com`. */
const hostOf = (domain: string | null | undefined): string | null =>
  domain == null || domain === '' ? null : canonicalHost(domain.split('/', 1)[0] ?? '');

/** Whether the host is a proxy of Replicated's: the vendor's own domain or the default one. */
export function isProxyHost(host: string, domains: ReplicatedDomains): boolean {
  const canonical = canonicalHost(host);
  return PROXIES.has(canonical) || canonical === hostOf(domains.proxyDomain);
}

/** What kind of registry a reference's domain names. */
export function registryOf(host: string, domains: ReplicatedDomains = {}): Registry {
  const canonical = canonicalHost(host);
  const ecr = ecrHost(canonical);
  return { host: canonical, kind: ecr === null ? kindOf(canonical, domains) : 'ecr', ecr };
}

function kindOf(host: string, domains: ReplicatedDomains): RegistryKind {
  if (isProxyHost(host, domains)) return 'replicated-proxy';
  if (REPLICATED.has(host) || host === hostOf(domains.registryDomain)) return 'replicated';
  if (host === 'docker.io') return 'docker-hub';
  if (ECR_PUBLIC.has(host)) return 'ecr-public';
  return 'other';
}

/** Whether two domains name the same registry. */
export const sameRegistry = (a: string, b: string): boolean => canonicalHost(a) === canonicalHost(b);

/** Whether images of this host are taken to be public while nobody could be asked. Unknown hosts are not. */
export const isPublicByDefault = (host: string): boolean => PUBLIC.has(canonicalHost(host));

export interface Partition {
  readonly name: string;
  /** What the names of its regions start with. */
  readonly regions: readonly string[];
  readonly dnsSuffix: string;
  readonly dualStackSuffix: string;
}

/**
 * AWS's partitions. Source: the ECR endpoint rule set of botocore, and the host patterns of
 * amazon-ecr-credential-helper (ecr-login/api/client.go) and Renovate (docker/ecr.ts).
 */
export const PARTITIONS: readonly Partition[] = [
  {
    name: 'aws-us-gov',
    regions: ['us-gov-'],
    dnsSuffix: 'amazonaws.com',
    dualStackSuffix: 'on.aws',
  },
  {
    name: 'aws-cn',
    regions: ['cn-'],
    dnsSuffix: 'amazonaws.com.cn',
    dualStackSuffix: 'on.amazonwebservices.com.cn',
  },
  {
    name: 'aws-eusc',
    regions: ['eusc-'],
    dnsSuffix: 'amazonaws.eu',
    dualStackSuffix: 'on.amazonwebservices.eu',
  },
  {
    name: 'aws-iso',
    regions: ['us-iso-'],
    dnsSuffix: 'c2s.ic.gov',
    dualStackSuffix: 'on.aws.ic.gov',
  },
  {
    name: 'aws-iso-b',
    regions: ['us-isob-'],
    dnsSuffix: 'sc2s.sgov.gov',
    dualStackSuffix: 'on.aws.scloud',
  },
  {
    name: 'aws-iso-e',
    regions: ['eu-isoe-'],
    dnsSuffix: 'cloud.adc-e.uk',
    dualStackSuffix: 'on.cloud-aws.adc-e.uk',
  },
  {
    name: 'aws-iso-f',
    regions: ['us-isof-', 'eu-isof-'],
    dnsSuffix: 'csp.hci.ic.gov',
    dualStackSuffix: 'on.aws.hci.ic.gov',
  },
  // The rest of the world comes last: its region names start with anything.
  { name: 'aws', regions: [''], dnsSuffix: 'amazonaws.com', dualStackSuffix: 'on.aws' },
];

/** The partition that a region's name belongs to. */
export function partitionOf(region: string): Partition {
  const found = PARTITIONS.find(({ regions }) => regions.some((start) => region.startsWith(start)));
  return found ?? (PARTITIONS[PARTITIONS.length - 1] as Partition);
}

const ECR_HOST = /^([0-9]{12})\.dkr([.-])ecr(-fips)?\.([a-z0-9][a-z0-9-]{0,62})\.([a-z0-9.-]{1,60})$/;

/**
 * The account, region and partition of a private ECR registry's host, or null for any other host. The whole
 * host must match and its ending must be the one of the region's partition: only AWS can own such a host.
 */
export function ecrHost(host: string): EcrHost | null {
  const match = ECR_HOST.exec(canonicalHost(host));
  if (match === null) return null;
  const [, account = '', joint, fips, region = '', ending = ''] = match;
  const { name, dnsSuffix, dualStackSuffix } = partitionOf(region);
  const dualStack = joint === '-';
  if (ending !== (dualStack ? dualStackSuffix : dnsSuffix)) return null;
  return { account, region, partition: name, dnsSuffix, fips: fips !== undefined, dualStack };
}

/** The private registry's host of an account in a region. */
export const ecrHostOf = (account: string, region: string): string =>
  `${account}.dkr.ecr.${region}.${partitionOf(region).dnsSuffix}`;

const MIN_ECR_NAME = 2;
const MAX_ECR_NAME = 256;

/**
 * Why ECR would not take this repository name, or null. The rule is CreateRepository's in ECR's API model:
 * 2 to 256 characters of the same grammar as a reference's path. Spans are offsets into `path`.
 */
export function ecrRepositoryProblem(path: string): ReferenceProblem | null {
  const whole = { start: 0, end: path.length };
  if (path.length < MIN_ECR_NAME)
    return {
      code: path === '' ? 'empty' : 'format',
      message: `An ECR repository name needs at least ${MIN_ECR_NAME} characters.`,
      span: whole,
    };
  if (path.length > MAX_ECR_NAME)
    return {
      code: 'too-long',
      message: `An ECR repository name has at most ${MAX_ECR_NAME} characters; this one has ${path.length}.`,
      span: whole,
    };
  return pathFlaw(path, 0, path.length);
}
