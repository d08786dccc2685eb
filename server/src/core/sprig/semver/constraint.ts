import { FunctionError } from '../../gotemplate/value.ts';
import { compileRegexp, findAll, type Regexp } from '../re2/regexp.ts';
import { comparePrereleases, compareVersions, parseVersion, type Version } from './version.ts';

/** Masterminds/semver's constraints: alternatives of conditions that must all hold. */
export type Constraint = readonly (readonly Condition[])[];

interface Condition {
  readonly operator: string;
  readonly version: Version;
  /** Something of it is open: an `x` or a part that is missing. */
  readonly dirty: boolean;
  readonly minorDirty: boolean;
  readonly patchDirty: boolean;
}

const version =
  'v?([0-9|x|X|\\*]+)(\\.[0-9|x|X|\\*]+)?(\\.[0-9|x|X|\\*]+)?' +
  '(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?';
const operators = '=||!=|>|<|>=|=>|<=|=<|~|~>|\\^';

/** The library's own expressions, read by the same kind of engine. */
const one = lazy(`^\\s*(${operators})\\s*(${version})\\s*$`);
const range = lazy(`\\s*(${version})\\s+-\\s+(${version})\\s*`);
const each = lazy(`(${operators})\\s*(${version})`);
const valid = lazy(
  `^(\\s*(${operators})\\s*(${version})\\s*)((?:\\s+|,\\s*)(${operators})\\s*(${version})\\s*)*$`,
);

function lazy(source: string): () => Regexp {
  return () => compileRegexp(source);
}

const improper = (text: string): never => {
  throw new FunctionError(`improper constraint: ${text}`);
};

export function parseConstraint(text: string): Constraint {
  return withoutRanges(text)
    .split('||')
    .map((part) => {
      if (valid().match(part) === null) improper(part);
      const found = findAll(each(), part, -1).map(([start, end]) => part.slice(start, end));
      return (found.length === 0 ? [part] : found).map(parseCondition);
    });
}

/** `1.2 - 3` is `>= 1.2, <= 3`. */
function withoutRanges(text: string): string {
  let out = text;
  for (const match of findAll(range(), text, -1)) {
    const part = (group: number): string => groupOf(text, match, group);
    const whole = part(0);
    out = out.replace(whole, () => `>= ${part(1)}, <= ${part(11)} `);
  }
  return out;
}

function groupOf(text: string, match: readonly number[], group: number): string {
  const start = match[group * 2] ?? -1;
  return start < 0 ? '' : text.slice(start, match[group * 2 + 1]);
}

const isOpen = (part: string): boolean => part === '' || part === 'x' || part === 'X' || part === '*';

function parseCondition(text: string): Condition {
  if (text === '') {
    const none = parseVersion('0.0.0');
    return { operator: '', version: none, dirty: true, minorDirty: false, patchDirty: false };
  }
  const match = one().match(text);
  if (match === null) return improper(text);
  const part = (group: number): string => groupOf(text, match, group);
  const [major, minor, patch, prerelease] = [part(3), part(4), part(5), part(6)];
  let written = part(2);
  let minorDirty = false;
  let patchDirty = false;
  let dirty = true;
  if (isOpen(major)) written = `0.0.0${prerelease}`;
  else if (isOpen(minor.replace('.', ''))) {
    minorDirty = true;
    written = `${major}.0.0${prerelease}`;
  } else if (isOpen(patch.replace('.', ''))) {
    patchDirty = true;
    written = `${major}${minor}.0${prerelease}`;
  } else dirty = false;
  let parsed: Version;
  try {
    parsed = parseVersion(written);
  } catch (error) {
    if (error instanceof FunctionError) throw new FunctionError('constraint Parser Error');
    throw error;
  }
  return { operator: part(1), version: parsed, dirty, minorDirty, patchDirty };
}

export const satisfies = (candidate: Version, constraint: Constraint): boolean =>
  constraint.some((conditions) => conditions.every((condition) => holds(candidate, condition)));

function holds(candidate: Version, condition: Condition): boolean {
  const prereleaseUnwanted = candidate.prerelease !== '' && condition.version.prerelease === '';
  // `!=` looks at prereleases only where something of it is open.
  if (prereleaseUnwanted && !(condition.operator === '!=' && !condition.dirty)) return false;
  const order = compareVersions(candidate, condition.version);
  switch (condition.operator) {
    case '!=':
      return differs(candidate, condition);
    case '>':
      return isGreater(candidate, condition);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return isAtMost(candidate, condition);
    case '~':
    case '~>':
      return isNear(candidate, condition);
    case '^':
      return isCompatible(candidate, condition);
    default:
      return condition.dirty ? isNear(candidate, condition) : order === 0;
  }
}

function differs(candidate: Version, condition: Condition): boolean {
  const wanted = condition.version;
  if (condition.dirty) {
    if (wanted.major !== candidate.major) return true;
    if (wanted.minor !== candidate.minor && !condition.minorDirty) return true;
    if (condition.minorDirty) return false;
    if (wanted.patch !== candidate.patch && !condition.patchDirty) return true;
    if (condition.patchDirty) {
      if (candidate.prerelease === '' && wanted.prerelease === '') return false;
      return comparePrereleases(candidate.prerelease, wanted.prerelease) !== 0;
    }
  }
  return compareVersions(candidate, wanted) !== 0;
}

function isGreater(candidate: Version, condition: Condition): boolean {
  const wanted = condition.version;
  if (condition.dirty) {
    if (candidate.major !== wanted.major) return candidate.major > wanted.major;
    if (condition.minorDirty) return false;
    if (condition.patchDirty) return candidate.minor > wanted.minor;
  }
  return compareVersions(candidate, wanted) === 1;
}

function isAtMost(candidate: Version, condition: Condition): boolean {
  const wanted = condition.version;
  if (!condition.dirty) return compareVersions(candidate, wanted) <= 0;
  if (candidate.major > wanted.major) return false;
  return !(candidate.major === wanted.major && candidate.minor > wanted.minor && !condition.minorDirty);
}

/** `~1.2.3`. */
function isNear(candidate: Version, condition: Condition): boolean {
  const wanted = condition.version;
  if (compareVersions(candidate, wanted) < 0) return false;
  const zero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (zero && !condition.minorDirty && !condition.patchDirty) return true;
  if (candidate.major !== wanted.major) return false;
  return candidate.minor === wanted.minor || condition.minorDirty;
}

/** `^1.2.3`. */
function isCompatible(candidate: Version, condition: Condition): boolean {
  const wanted = condition.version;
  if (compareVersions(candidate, wanted) < 0) return false;
  if (wanted.major > 0n || condition.minorDirty) return candidate.major === wanted.major;
  if (candidate.major > 0n) return false;
  if (wanted.minor > 0n || condition.patchDirty) return candidate.minor === wanted.minor;
  if (candidate.minor > 0n) return false;
  return candidate.patch === wanted.patch;
}
