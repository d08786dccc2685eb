import type { Span } from '../text/span.ts';
import { looksLikeDomain } from './grammar.ts';
import { isProxyHost, type ReplicatedDomains } from './hosts.ts';
import { normalize } from './normal.ts';
import type { NormalReference, Reference } from './reference.ts';

/** A reference that goes through Replicated's proxy, taken apart. */
export interface Proxied {
  /**
   * `proxy`: `<proxy>/proxy/<app>/<upstream>`. `anonymous`: the older `<proxy>/anonymous/<upstream>`, which needs
   * no licence. `library`: `<proxy>/library/<image>`, an image of Replicated's own that stands behind no other
   * registry. `other`: any other path on the proxy, which it does not serve.
   */
  readonly form: 'proxy' | 'anonymous' | 'library' | 'other';
  /** The app in the path; null where the form has none or it is missing. */
  readonly appSlug: string | null;
  readonly appSlugSpan: Span | null;
  /** What the proxy fetches, with tag and digest; null where the path names nothing, and for `library`. */
  readonly upstream: NormalReference | null;
  /** The upstream as written, up to the end of the reference; its span is one of the reference's text. */
  readonly upstreamText: string;
  readonly upstreamSpan: Span;
  /** The upstream taken apart again, where that is a proxied reference itself: it goes through the proxy twice. */
  readonly inner: Proxied | null;
}

export interface PeelOptions extends ReplicatedDomains {
  /**
   * Names of linked registries and their endpoints. The proxy takes such a name in place of the host:
   * `<proxy>/proxy/<app>/<name>/<path>`.
   */
  readonly registryNames?: Readonly<Record<string, string>>;
}

/**
 * Takes a proxied reference apart: what is really asked about is its upstream. Null for every reference that is
 * not at the proxy (the vendor's own domain, or Replicated's default). Docker Hub is meant where the upstream
 * names no host: `<proxy>/proxy/app/busybox` (Replicated docs, "Connect to a private image registry").
 */
export function peel(reference: Reference, options: PeelOptions = {}): Proxied | null {
  if (reference.domain === null || !isProxyHost(reference.domain, options)) return null;
  return peelPath(reference, reference.spans.path.start, reference.path, options);
}

/** How often the proxy's own prefix is looked for behind itself; a release has it twice at most. */
const MAX_DEPTH = 8;

function peelPath(
  reference: Reference,
  offset: number,
  path: string,
  options: PeelOptions,
  depth = 0,
): Proxied | null {
  const parts = path.split('/');
  const form =
    parts[0] === 'proxy' || parts[0] === 'anonymous' || parts[0] === 'library' ? parts[0] : 'other';
  const head = form === 'proxy' ? 2 : form === 'other' ? 0 : 1;
  const skipped = parts.slice(0, head).join('/').length + (head > 0 && parts.length > head ? 1 : 0);
  const rest = parts.slice(head).join('/');
  const start = offset + skipped;
  const slug = form === 'proxy' ? (parts[1] ?? '') : '';
  const slugStart = offset + 'proxy/'.length;
  const fetches = (form === 'proxy' || form === 'anonymous') && rest !== '';
  const end = reference.text.length;
  return {
    form,
    appSlug: slug === '' ? null : slug,
    appSlugSpan: slug === '' ? null : { start: slugStart, end: slugStart + slug.length },
    upstream: fetches ? upstreamOf(rest, reference, options) : null,
    upstreamText: reference.text.slice(start, end),
    upstreamSpan: { start, end },
    inner: fetches ? innerOf(reference, start, rest, options, depth) : null,
  };
}

function upstreamOf(rest: string, reference: Reference, options: PeelOptions): NormalReference {
  const { tag, digest } = reference;
  const { domain, path } = splitDomain(rest);
  if (domain !== null) return normalize({ domain, path, tag, digest });
  const slash = rest.indexOf('/');
  const name = slash === -1 ? null : rest.slice(0, slash);
  const names = options.registryNames ?? {};
  const endpoint = name !== null && Object.hasOwn(names, name) ? names[name] : undefined;
  if (endpoint !== undefined)
    return normalize({ domain: endpoint, path: rest.slice(slash + 1), tag, digest });
  return normalize({ domain: null, path, tag, digest });
}

function innerOf(
  reference: Reference,
  offset: number,
  rest: string,
  options: PeelOptions,
  depth: number,
): Proxied | null {
  const { domain, path } = splitDomain(rest);
  if (domain === null || depth >= MAX_DEPTH || !isProxyHost(domain, options)) return null;
  return peelPath(reference, offset + domain.length + 1, path, options, depth + 1);
}

function splitDomain(text: string): { domain: string | null; path: string } {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  return slash !== -1 && looksLikeDomain(first)
    ? { domain: first, path: text.slice(slash + 1) }
    : { domain: null, path: text };
}
