import picomatch from 'picomatch/posix.js';
import { familiarName, repositoryOf } from './normal.ts';
import type { NormalReference } from './reference.ts';

const compiled = new Map<string, ((text: string) => boolean) | null>();
const MAX_COMPILED = 500;
const MAX_PATTERN = 512;

/**
 * Whether an image is one of those that a pattern of `.waybill.yaml` means (`quay.io/acme/**`). Patterns match the
 * repository in full (`docker.io/library/nginx`) or as people shorten it (`nginx`); one with a `:` behind its last
 * slash matches name and tag. `*` stays within one part of the path, `**` does not.
 */
export function matchesImage(pattern: string, reference: NormalReference): boolean {
  const matcher = matcherOf(pattern);
  if (matcher === null) return false;
  const tagged = pattern.indexOf(':', pattern.lastIndexOf('/') + 1) !== -1;
  if (tagged && reference.tag === null) return false;
  const end = tagged ? `:${reference.tag}` : '';
  return matcher(repositoryOf(reference) + end) || matcher(familiarName(reference) + end);
}

/** Null for a pattern that cannot be compiled. */
function matcherOf(pattern: string): ((text: string) => boolean) | null {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  let matcher: ((text: string) => boolean) | null = null;
  if (pattern !== '' && pattern.length <= MAX_PATTERN) {
    try {
      // Extended globs are off: nested ones make regular expressions that backtrack without end.
      matcher = picomatch(pattern, { dot: true, noextglob: true });
    } catch {
      matcher = null;
    }
  }
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(pattern, matcher);
  return matcher;
}
