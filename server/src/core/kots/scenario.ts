import {
  DEFAULT_PROXY_DOMAIN,
  DEFAULT_REGISTRY_DOMAIN,
  isPublicByDefault,
  registryOf,
} from '../image/hosts.ts';
import { normalize } from '../image/normal.ts';
import { parseReference } from '../image/parse.ts';
import { type Plain, plainIn, textAt } from '../manifest/plain.ts';
import type { Installer } from '../release/config.ts';
import type { CustomerFacts, ReleaseContext } from '../release/context.ts';
import { knownImages, privacyWith } from './layers/installation.ts';
import { stripTagAndDigest } from './names.ts';

/** Whether an anonymous pull of an image fails, which is what the app manager calls private. */
export interface Privacy {
  readonly private: boolean;
  /** True where nobody could be asked and it was taken to be so. */
  readonly assumed: boolean;
  /** Set where the customer's Installation says it, which then nobody is asked about. */
  readonly byInstallation?: true;
}

/** A registry of the customer's that images are pushed to and pulled from. */
export interface LocalRegistry {
  /** With port: `registry.corp:5000`. */
  readonly host: string;
  /** May be empty, and may hold slashes. */
  readonly namespace: string;
  readonly username: string | null;
}

/** How a customer installs. */
export interface Scenario {
  readonly installer: Installer;
  readonly airgap: boolean;
  /** Whether conditions that only a customer can decide are taken to fail; to hold unless given. */
  readonly unknownsFail?: boolean;
  readonly localRegistry: LocalRegistry | null;
  readonly proxyDomain: string;
  readonly registryDomain: string;
  /** The slug of the licence's app, which stands in proxied names; null where it is not known. */
  readonly appSlug: string | null;
  /** The slug of the installed app, which names its pull secret; left out where it is the licence's. */
  readonly installedSlug?: string;
  /** Application.spec.proxyPublicImages: public images are treated as private ones. */
  readonly proxyPublicImages: boolean;
  /** Without a licence nothing is proxied. */
  readonly licensed: boolean;
  /** Left out where nothing is known. */
  readonly customer?: CustomerFacts;
  /** @param image as written, with tag and digest */
  isPrivate(image: string): Privacy;
}

/**
 * The default scenario of a release, with changes: its first installer, online, no local registry, privacy assumed. Of
 * a customer in it the licence says the app's slug, the Installation which images are private, and both the hosts that
 * the app manager rewrites to, unless the changes do.
 */
export function scenarioOf(
  context: Pick<
    ReleaseContext,
    'app' | 'proxyDomain' | 'registryDomain' | 'installers' | 'proxyPublicImages'
  >,
  changes: Partial<Scenario> = {},
): Scenario {
  const { customer } = changes;
  const license = plainIn(customer?.license);
  const installation = plainIn(customer?.installation);
  const installer = changes.installer ?? context.installers[0] ?? 'kots';
  const { proxy: proxyDomain, registry: registryDomain } =
    customer === undefined
      ? { proxy: context.proxyDomain, registry: context.registryDomain }
      : domainsFor(installer, context, installation, license);
  const scenario: Scenario = {
    installer,
    airgap: false,
    localRegistry: null,
    proxyDomain,
    registryDomain,
    appSlug: context.app,
    proxyPublicImages: context.proxyPublicImages,
    licensed: true,
    isPrivate: (image) => assumedPrivacy(image, { proxyDomain, registryDomain }),
    ...changes,
  };
  const licensed = textAt(license, 'spec', 'appSlug');
  const installed = scenario.installedSlug ?? scenario.appSlug;
  return {
    ...scenario,
    isPrivate: privacyWith(knownImages(installation), scenario),
    ...(licensed === '' ? {} : { appSlug: licensed, installedSlug: installed ?? licensed }),
  };
}

function domainsFor(
  installer: Installer,
  context: Pick<ReleaseContext, 'proxyDomain' | 'registryDomain'>,
  installation: Plain,
  license: Plain,
): RegistryProxyInfo {
  const { proxyDomain, registryDomain } = context;
  const release: Domains = {
    proxy: proxyDomain === DEFAULT_PROXY_DOMAIN ? null : proxyDomain,
    registry: registryDomain === DEFAULT_REGISTRY_DOMAIN ? null : registryDomain,
  };
  return registryProxyInfo({
    ...(installer.startsWith('embedded-cluster') ? { embeddedCluster: release } : {}),
    installation: {
      proxy: textAt(installation, 'spec', 'replicatedProxyDomain'),
      registry: textAt(installation, 'spec', 'replicatedRegistryDomain'),
    },
    application: release,
    licenseEndpoint: textAt(license, 'spec', 'endpoint'),
  });
}

/**
 * What is taken to be so while nobody could be asked. Private ECR registries, the proxy and Replicated's registry
 * serve nobody without credentials, which is certain; the well-known public registries are taken to be public, and
 * every other host to be private.
 */
export function assumedPrivacy(
  image: string,
  domains: { readonly proxyDomain: string; readonly registryDomain: string },
): Privacy {
  // The name alone decides, and the tag may be a variable of CI.
  const parsed = parseReference(stripTagAndDigest(image));
  if (!parsed.ok) return { private: true, assumed: true };
  const { domain } = normalize(parsed.reference);
  const { kind } = registryOf(domain, domains);
  if (kind === 'ecr' || kind === 'replicated' || kind === 'replicated-proxy')
    return { private: true, assumed: false };
  return { private: !isPublicByDefault(domain), assumed: true };
}

/** The hosts that the app manager rewrites to. */
export interface RegistryProxyInfo {
  /** Replicated's registry as images in a release name it. */
  readonly upstream: string;
  readonly registry: string;
  readonly proxy: string;
}

interface Domains {
  readonly registry?: string | null;
  readonly proxy?: string | null;
}

/**
 * The hosts by precedence (GetRegistryProxyInfo in KOTS, pkg/docker/registry/registry.go): Embedded Cluster's
 * environment where it sets both, the Installation, the Application, the licence's endpoint, the defaults.
 */
export function registryProxyInfo(sources: {
  readonly embeddedCluster?: Domains;
  readonly installation?: Domains;
  readonly application?: Domains;
  readonly licenseEndpoint?: string | null;
}): RegistryProxyInfo {
  const upstream = DEFAULT_REGISTRY_DOMAIN;
  const { embeddedCluster, installation, application, licenseEndpoint } = sources;
  if (embeddedCluster?.registry && embeddedCluster.proxy)
    return { upstream, registry: embeddedCluster.registry, proxy: embeddedCluster.proxy };
  const staging = /^(?:https?:\/\/)?staging\.replicated\.app(?:[/:]|$)/.test(licenseEndpoint ?? '');
  const fallback = staging
    ? { registry: 'registry.staging.replicated.com', proxy: 'proxy.staging.replicated.com' }
    : { registry: DEFAULT_REGISTRY_DOMAIN, proxy: DEFAULT_PROXY_DOMAIN };
  return {
    upstream,
    registry: installation?.registry || application?.registry || fallback.registry,
    proxy: installation?.proxy || application?.proxy || fallback.proxy,
  };
}
