/**
 * How many letters must be inserted, removed, replaced or swapped with their neighbour to make `b` of `a`
 * (optimal string alignment). Answers above `cap` are given as `cap + 1`, and found out in O(length · cap).
 */
export function editDistance(a: string, b: string, cap: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > cap) return cap + 1;
  const far = cap + 1;
  let before: number[] = [];
  let last: number[] = Array.from({ length: b.length + 1 }, (_, j) => (j <= cap ? j : far));
  for (let i = 1; i <= a.length; i++) {
    const row: number[] = new Array<number>(b.length + 1).fill(far);
    if (i <= cap) row[0] = i;
    let best = row[0] ?? far;
    for (let j = Math.max(1, i - cap); j <= Math.min(b.length, i + cap); j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(
        (last[j - 1] ?? far) + (same ? 0 : 1),
        (last[j] ?? far) + 1,
        (row[j - 1] ?? far) + 1,
      );
      const swapped =
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? far) + 1);
      row[j] = Math.min(cost, far);
      best = Math.min(best, cost);
    }
    if (best > cap) return far;
    before = last;
    last = row;
  }
  return Math.min(last[b.length] ?? far, far);
}

/** How far a misspelling may be from what was meant: a third of its length, at least 1 and at most 8. */
const reach = (name: string): number => Math.max(1, Math.min(8, Math.floor(name.length / 3)));

/**
 * The at most `limit` candidates that `name` was most likely meant to be, nearest first. Candidates that are
 * too far off are left out; equal distances are ordered by the longer common start, then by name.
 */
export function nearest(name: string, candidates: readonly string[], limit: number): string[] {
  const cap = reach(name);
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate, cap) }))
    .filter(({ distance }) => distance > 0 && distance <= cap)
    .sort(
      (a, b) =>
        a.distance - b.distance ||
        commonStart(name, b.candidate) - commonStart(name, a.candidate) ||
        byText(a.candidate, b.candidate),
    )
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/**
 * The same for tags, where a version that does not exist is more often out of date than misspelt: tags of the
 * same variant (`-alpine`) whose version shares the longest start come in too, however far they are as texts.
 */
export function nearestTags(tag: string, candidates: readonly string[], limit: number): string[] {
  const wanted = versionOf(tag);
  const cap = reach(tag);
  return candidates
    .filter((candidate) => candidate !== tag)
    .map((candidate) => {
      const distance = editDistance(tag, candidate, cap);
      const version = versionOf(candidate);
      const shared = wanted === null || version === null ? 0 : sharedNumbers(wanted, version);
      const gap = wanted === null || version === null ? 0 : numberGap(wanted, version, shared);
      return { candidate, distance, shared, gap };
    })
    .filter(({ distance, shared }) => distance <= cap || shared > 0)
    .sort(
      (a, b) =>
        typo(a.distance) - typo(b.distance) ||
        b.shared - a.shared ||
        a.gap - b.gap ||
        a.distance - b.distance ||
        byText(a.candidate, b.candidate),
    )
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** One letter off (`latset`, `v1.2.3` for `1.2.3`) is most likely a slip of the finger and goes first. */
const typo = (distance: number): number => (distance <= 1 ? 0 : 1);

interface Version {
  readonly numbers: readonly number[];
  /** What stands behind the numbers: `-alpine`. */
  readonly variant: string;
}

function versionOf(tag: string): Version | null {
  const match = /^v?(\d{1,9}(?:\.\d{1,9}){0,4})([-_+.].*)?$/.exec(tag);
  if (match === null) return null;
  return { numbers: (match[1] ?? '').split('.').map(Number), variant: match[2] ?? '' };
}

/** How many leading numbers two versions of the same variant share; 0 for different variants. */
function sharedNumbers(a: Version, b: Version): number {
  if (a.variant !== b.variant) return 0;
  let shared = 0;
  while (shared < a.numbers.length && shared < b.numbers.length && a.numbers[shared] === b.numbers[shared])
    shared++;
  return shared;
}

const numberGap = (a: Version, b: Version, shared: number): number =>
  Math.abs((a.numbers[shared] ?? 0) - (b.numbers[shared] ?? 0));

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
