import type { HttpAnswer } from './http.ts';

/** A redirect that is not followed; the message says what the host did: `sent Waybill on …`. */
export class RedirectError extends Error {
  override readonly name = 'RedirectError';
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What must not reach another host than the one it was meant for. */
const PERSONAL: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

/**
 * Where a redirect leads and which headers go there: credentials only to the same scheme, host and port. Null for
 * an answer that is no redirect.
 * @throws RedirectError where it must not be followed.
 */
export function redirectOf(
  { status, headers, url }: HttpAnswer,
  sent: Readonly<Record<string, string>>,
): { url: URL; headers: Readonly<Record<string, string>> } | null {
  const location = headers.location;
  if (!REDIRECTS.has(status) || location === undefined) return null;
  if (!URL.canParse(location, url.href))
    throw new RedirectError('sent Waybill on to an address that is none');
  const to = new URL(location, url);
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    throw new RedirectError('sent Waybill on to something that is not on the web');
  if (url.protocol === 'https:' && to.protocol === 'http:')
    throw new RedirectError('sent Waybill on from https to http, which is not followed');
  to.username = '';
  to.password = '';
  if (to.origin === url.origin) return { url: to, headers: sent };
  const kept = Object.entries(sent).filter(([name]) => !PERSONAL.has(name.toLowerCase()));
  return { url: to, headers: Object.fromEntries(kept) };
}
