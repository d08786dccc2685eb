import { compareStrings } from '../../gotemplate/bytes.ts';
import { FunctionError } from '../../gotemplate/value.ts';

/** Masterminds/semver's Version. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  readonly original: string;
}

const fail = (message: string): never => {
  throw new FunctionError(message);
};

const MAX = 2n ** 64n - 1n;

/** NewVersion: also takes `v1`, `1.2` and the like. */
export function parseVersion(text: string): Version {
  const match =
    /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/.exec(
      text,
    );
  if (match === null) return fail('Invalid Semantic Version');
  const [major, minor, patch] = [1, 2, 3].map((group) => segment(match[group] ?? '0')) as [
    bigint,
    bigint,
    bigint,
  ];
  const prerelease = match[4] ?? '';
  for (const part of prerelease.split('.')) if (/^0[0-9]+$/.test(part)) fail('Version segment starts with 0');
  return { major, minor, patch, prerelease, metadata: match[5] ?? '', original: text };
}

function segment(digits: string): bigint {
  const value = BigInt(digits);
  if (value > MAX)
    fail(`Error parsing version segment: strconv.ParseUint: parsing "${digits}": value out of range`);
  return value;
}

export function writeVersion(version: Version): string {
  const { major, minor, patch, prerelease, metadata } = version;
  const ends = (prerelease === '' ? '' : `-${prerelease}`) + (metadata === '' ? '' : `+${metadata}`);
  return `${major}.${minor}.${patch}${ends}`;
}

/** -1, 0 or 1; metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  for (const part of ['major', 'minor', 'patch'] as const)
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '') return 1;
  if (b.prerelease === '') return -1;
  return comparePrereleases(a.prerelease, b.prerelease);
}

export function comparePrereleases(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareParts(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return -1;
  if (b === '') return 1;
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left === null && right === null) return compareStrings(a, b) > 0 ? 1 : -1;
  // Numbers come before words.
  if (right === null) return -1;
  if (left === null) return 1;
  return left > right ? 1 : -1;
}

function numberOf(part: string): bigint | null {
  if (!/^[0-9]+$/.test(part)) return null;
  const value = BigInt(part);
  return value > MAX ? null : value;
}
