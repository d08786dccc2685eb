import { DEFAULT_REGISTRY_DOMAIN } from '../../image/hosts.ts';
import { canonical, normalize } from '../../image/normal.ts';
import { parseReference } from '../../image/parse.ts';
import type { Reference } from '../../image/reference.ts';
import { proxiedImageUrl, UNKNOWN_SLUG } from '../names.ts';
import { localName } from '../rewrite.ts';
import type { TemplateContext } from './context.ts';

/**
 * The image that is pulled instead of one in a release (localImageName in KOTS, pkg/template/config_context.go, and
 * what it calls: DestImage in pkg/imageutil/image.go, RewritePrivateImage in pkg/image/image.go). What is rewritten
 * keeps its digest or, where it has none, its tag, `latest` unless told; '' for what is no image.
 */
export function localImageName(context: TemplateContext, image: string): string {
  const parsed = parseReference(image);
  if (!parsed.ok) return '';
  const { reference } = parsed;
  const { localRegistry, proxyDomain, registryDomain } = context;
  if (localRegistry !== null) return localName(localRegistry, pinned(reference));
  // Without a network nothing can be pulled anonymously, which is what private means.
  const isPrivate = context.proxyPublicImages || context.airgap || context.isPrivate(image).private;
  if (!isPrivate) return image;
  const { domain } = normalize(reference);
  if (domain === registryDomain) return image;
  if (domain === DEFAULT_REGISTRY_DOMAIN) return image.replace(domain, () => registryDomain);
  // The licence's app stands in proxied names, whatever the installed one is called.
  const slug = context.license?.get('appSlug') || (context.appSlug ?? UNKNOWN_SLUG);
  const proxied = proxiedImageUrl(proxyDomain, slug, image);
  return proxied + suffixOf(reference);
}

/** Docker's own name of an image, by its digest alone where it has one (ParseDockerRef). */
const pinned = (reference: Reference): string =>
  canonical({ ...reference, tag: reference.digest === null ? reference.tag : null }, { defaultTag: true });

const suffixOf = ({ tag, digest }: Reference): string =>
  digest === null ? `:${tag ?? 'latest'}` : `@${digest}`;
