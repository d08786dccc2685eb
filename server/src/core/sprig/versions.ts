import { type ObjectValue, sizedInt, type Value } from '../gotemplate/value.ts';
import { define, type Functions, objectOf, text } from './define.ts';
import { parseConstraint, satisfies } from './semver/constraint.ts';
import { compareVersions, parseVersion, type Version, writeVersion } from './semver/version.ts';

const TYPE = '*semver.Version';

const unsaid: Version = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '', original: '' };

/** A version as templates have it: a pointer to Masterminds' semver.Version with its methods. */
function versionValue(version: Version): ObjectValue {
  const part = (value: bigint) => define('', 'uint64', () => sizedInt('uint64', value));
  const say = (value: string) => define('', 'string', () => value);
  const next = (changed: Version) =>
    define('', 'semver.Version', () => ({ ...versionValue(changed), type: 'semver.Version' }));
  const comparing = (test: (order: number) => boolean) =>
    define(TYPE, 'bool', (a) => test(compareVersions(version, versionIn(a[0]))));
  const prefix = version.original.startsWith('v') ? 'v' : '';
  const release = (major: bigint, minor: bigint, patch: bigint): Version => {
    const plain = { major, minor, patch, prerelease: '', metadata: '', original: '' };
    return { ...plain, original: prefix + writeVersion(plain) };
  };
  const { major, minor, patch } = version;
  return {
    kind: 'object',
    type: TYPE,
    fields: new Map(),
    data: version,
    copy: () => versionValue(unsaid),
    text: () => writeVersion(version),
    methods: new Map([
      ['Major', part(major)],
      ['Minor', part(minor)],
      ['Patch', part(patch)],
      ['Prerelease', say(version.prerelease)],
      ['Metadata', say(version.metadata)],
      ['Original', say(version.original)],
      ['String', say(writeVersion(version))],
      ['IncMajor', next(release(major + 1n, 0n, 0n))],
      ['IncMinor', next(release(major, minor + 1n, 0n))],
      ['IncPatch', next(release(major, minor, version.prerelease === '' ? patch + 1n : patch))],
      ['Compare', define(TYPE, 'int', (a) => BigInt(compareVersions(version, versionIn(a[0]))))],
      ['Equal', comparing((order) => order === 0)],
      ['LessThan', comparing((order) => order < 0)],
      ['LessThanEqual', comparing((order) => order <= 0)],
      ['GreaterThan', comparing((order) => order > 0)],
      ['GreaterThanEqual', comparing((order) => order >= 0)],
      ['MarshalJSON', define('', '[]uint8', () => JSON.stringify(writeVersion(version)))],
    ]),
  };
}

const versionIn = (value: Value | undefined): Version => objectOf(value).data as Version;

export const versions: Functions = {
  semver: define('string', TYPE, (a) => versionValue(parseVersion(text(a[0])))),
  semverCompare: define('string string', 'bool', (a) => {
    const constraint = parseConstraint(text(a[0]));
    return satisfies(parseVersion(text(a[1])), constraint);
  }),
};
