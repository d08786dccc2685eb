import { nearest, nearestTags } from '../image/distance.ts';
import { matchesImage } from '../image/globs.ts';
import type { ImageName, Knowledge, Verdict } from '../knowledge/knowledge.ts';
import type { ReleaseContext } from '../release/context.ts';
import type { ReadUse } from '../release/reading.ts';
import type { Rewrite } from '../release/rewrite.ts';
import type { Finding, Fix, Subject } from './rule.ts';

/** A use whose image was proven to be missing. */
interface Missing {
  readonly read: ReadUse;
  readonly image: ImageName;
  readonly verdict: Verdict;
}

/** How many near names are offered. */
const offered = 3;

/** The findings for uses of which the registry itself said that `detail` does not exist. */
export function missing(
  { uses }: Subject,
  knowledge: Knowledge,
  detail: 'repository' | 'tag' | 'digest',
  find: (missing: Missing) => Omit<Finding, 'span'>,
): Finding[] {
  return uses.flatMap((read) => {
    const { image, use } = read;
    const verdict = image === null ? null : knowledge.verdict(image);
    if (image === null || verdict?.status !== 'absent' || verdict.detail !== detail) return [];
    const found = find({ read, image, verdict });
    return [{ span: use.span, ...found, message: found.message + asOf(verdict) }];
  });
}

/** Since when a verdict holds, where it could not be checked again; empty where it was. */
function asOf({ checkedAt, trouble }: Verdict): string {
  if (trouble === undefined || checkedAt === null) return '';
  const when = new Date(checkedAt).toISOString().slice(0, 16).replace('T', ' ');
  return ` That was so at ${when} UTC; it could not be checked again. ${trouble.reason}`;
}

/** Whether the vendor's own CI pushes this image, perhaps later. */
export function isBuiltByUs(read: ReadUse, context: ReleaseContext): boolean {
  const source = read.source;
  return (
    source !== null && context.config.builtByUs.some((pattern) => matchesImage(pattern, source.reference))
  );
}

/** Fixes that name one of the registry's own names instead. The first is preferred where it is plainly a slip. */
export function nearFixes(
  missing: Missing,
  wanted: string,
  candidates: readonly string[],
  make: (name: string) => { rewrite: Rewrite; target: ImageName },
): Fix[] {
  const names =
    missing.verdict.detail === 'repository'
      ? nearest(wanted, candidates, offered)
      : nearestTags(wanted, candidates, offered);
  return names.map((name, i) => {
    const slip = i === 0 && sameNumbers(wanted, name);
    return { title: `Use ${name}`, read: missing.read, ...make(name), preferred: slip, bulk: slip };
  });
}

/**
 * Whether two names hold the same numbers in the same order. `v1.4.2` for `1.4.2` is a slip that may be mended
 * without looking; `1.4.3` for `1.4.2` may well be another version, which is not a tool's to choose.
 */
const sameNumbers = (a: string, b: string): boolean =>
  (a.match(/\d+/g) ?? []).join('.') === (b.match(/\d+/g) ?? []).join('.');
