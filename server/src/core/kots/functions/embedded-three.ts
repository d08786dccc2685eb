import { partlyKnown, unknown, type Value } from '../../gotemplate/value.ts';
import { looksLikeDomain } from '../../image/grammar.ts';
import { isProxyHost } from '../../image/hosts.ts';
import { parseReference } from '../../image/parse.ts';
import { peel } from '../../image/proxied.ts';
import { define, type Functions, text } from '../../sprig/define.ts';
import { UNKNOWN_SLUG } from '../names.ts';
import type { TemplateContext } from './context.ts';

/** How the registry that an air gap installation brings along stands in a preview. */
const LOCAL_REGISTRY = '«the local registry»';

/**
 * What Embedded Cluster 3 has in the place of the local registry's functions. Its source is not public; these are its
 * documentation's tables: https://docs.replicated.com/embedded-cluster/v3/template-functions and, for a registry of
 * the customer's, https://docs.replicated.com/embedded-cluster/v3/installing-embedded-byo-registry.
 */
export function embeddedThreeFunctions(context: TemplateContext): Functions {
  const { proxyDomain, appSlug } = context;
  const registry = () => addressOf(context);
  const online = (name: string, noProxy: Value | undefined): string =>
    noProxy === true || isProxyHost(name.split('/', 1)[0] ?? '', { proxyDomain })
      ? name
      : `${proxyDomain}/proxy/${appSlug ?? UNKNOWN_SLUG}/${name}`;
  const local = (label: string, path: string): Value => {
    const place = path === '' ? '' : `/${path}`;
    const address = registry();
    return address === null ? partlyKnown(label, LOCAL_REGISTRY + place) : address + place;
  };
  return {
    ReplicatedImageName: define('string ...bool', 'string', ([image, noProxy]) =>
      registry() === ''
        ? online(text(image), noProxy)
        : local('ReplicatedImageName', pathOf(text(image), proxyDomain)),
    ),
    ReplicatedImageRegistry: define('string ...bool', 'string', ([host, noProxy]) =>
      registry() === '' ? online(text(host), noProxy) : local('ReplicatedImageRegistry', ''),
    ),
    HelmValue: define('string', 'string', ([path]) => unknown(`HelmValue ${JSON.stringify(text(path))}`)),
  };
}

/** Where every image is; '' where each is pulled through the proxy, null for the one that nobody can know. */
function addressOf({ localRegistry, airgap }: TemplateContext): string | null {
  if (localRegistry === null) return airgap ? null : '';
  return [localRegistry.host, localRegistry.namespace].filter((part) => part !== '').join('/');
}

/** The path below the registry with tag and digest as written; what stands before it in a proxied name is no part. */
function pathOf(image: string, proxyDomain: string): string {
  const parsed = parseReference(image);
  const proxied = parsed.ok ? peel(parsed.reference, { proxyDomain }) : null;
  const name = proxied === null || proxied.upstream === null ? image : proxied.upstreamText;
  const slash = name.indexOf('/');
  return slash !== -1 && looksLikeDomain(name.slice(0, slash)) ? name.slice(slash + 1) : name;
}
