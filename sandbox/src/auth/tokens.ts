import { randomBytes } from 'node:crypto';

/** Tokens that the sandbox issued and what each opens. They die with the process. */
export interface Tokens<Grant> {
  /** A new token that opens `grant` until `expiresAt` (milliseconds since the epoch). */
  issue(grant: Grant, expiresAt: number): string;
  check(
    token: string,
  ): { readonly status: 'valid' | 'expired'; readonly grant: Grant } | { readonly status: 'unknown' };
}

export function tokens<Grant>(clock: () => number): Tokens<Grant> {
  const issued = new Map<string, { grant: Grant; expiresAt: number }>();
  return {
    issue: (grant, expiresAt) => {
      const token = randomBytes(48).toString('base64url');
      issued.set(token, { grant, expiresAt });
      return token;
    },
    check: (token) => {
      const found = issued.get(token);
      if (found === undefined) return { status: 'unknown' };
      return { status: clock() < found.expiresAt ? 'valid' : 'expired', grant: found.grant };
    },
  };
}

/** The user and password of a Basic Authorization header; null where it is none. */
export function readBasic(header: string | undefined): { user: string; password: string } | null {
  const match = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '');
  if (match?.[1] === undefined) return null;
  const text = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The token of a Bearer Authorization header; null where it is none. */
export function readBearer(header: string | undefined): string | null {
  return /^Bearer (\S+)$/i.exec(header ?? '')?.[1] ?? null;
}
