import { editDistance } from './distance.ts';
import { canonicalHost, ecrHost, ecrHostOf, PARTITIONS, partitionOf } from './hosts.ts';

export interface MalformedEcrHost {
  readonly problem:
    | 'account-digits'
    | 'account-missing'
    | 'dkr'
    | 'region'
    | 'region-missing'
    | 'suffix'
    | 'look-alike'
    | 'api-host';
  /** What is wrong and how such a host is written. */
  readonly message: string;
  /** The host that was most likely meant, where that is certain enough to be offered as a fix. */
  readonly suggestion: string | null;
}

const SHAPE = '`<12-digit account>.dkr.ecr.<region>.amazonaws.com`';

/** Regions known when this was written. Only used to suggest; a region missing here is not wrong. */
const REGIONS: readonly string[] =
  `us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-east-2 ap-south-1 ap-south-2
  ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
  ap-northeast-1 ap-northeast-2 ap-northeast-3 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-west-1
  eu-west-2 eu-west-3 eu-north-1 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1
  sa-east-1 us-gov-east-1 us-gov-west-1 cn-north-1 cn-northwest-1 eusc-de-east-1 us-iso-east-1 us-iso-west-1
  us-isob-east-1 us-isob-west-1 eu-isoe-west-1 us-isof-east-1 us-isof-south-1`.split(/\s+/);

const REGION =
  /^[a-z]{2,4}(?:-[a-z]{2,4})?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[0-9]{1,2}$/;

/** The endings of ECR hosts, longest first, so that `.com.cn` is not taken for something behind `.com`. */
const SUFFIXES: readonly string[] = [
  ...new Set(PARTITIONS.flatMap(({ dnsSuffix, dualStackSuffix }) => [dnsSuffix, dualStackSuffix])),
].sort((a, b) => b.length - a.length);

/**
 * Why a host that was meant to be a private ECR registry is none, or null: for a right one, and for a host that
 * was meant to be something else. Look-alikes that belong to somebody else (`….amazonaws.com.evil.example`) are
 * reported as such.
 */
export function malformedEcrHost(host: string): MalformedEcrHost | null {
  const canonical = canonicalHost(host);
  if (canonical.length > 253) return null;
  const right = ecrHost(canonical);
  if (right !== null) return REGION.test(right.region) ? null : wrongRegion(right.account, right.region);
  if (canonical.startsWith('[') || canonical.includes(':')) return null;

  const { labels, suffix, trust } = splitSuffix(canonical);
  const meant = meantForEcr(labels, trust);
  if (!meant) return null;

  const [first = ''] = labels;
  const account = isMarker(first) || REGION.test(first) ? null : first;
  const region = labels.slice(account === null ? 0 : 1).find((label) => !isMarker(label)) ?? null;
  const suggestion =
    account !== null && /^[0-9]{12}$/.test(account) && region !== null
      ? ecrHostOf(account, REGION.test(region) ? region : (nearestRegion(region) ?? region))
      : null;
  const usable =
    suggestion !== null && ecrHost(suggestion) !== null && REGION.test(ecrHost(suggestion)?.region ?? '');
  const result = (problem: MalformedEcrHost['problem'], message: string): MalformedEcrHost => ({
    problem,
    message,
    suggestion: usable ? suggestion : null,
  });

  if (trust === 'foreign')
    return result(
      'look-alike',
      `This host is not Amazon's: whoever owns \`${owner(canonical)}\` answers for it. An ECR host ends with ` +
        `\`${suffix}\`: ${SHAPE}.`,
    );
  if (first === 'api' || first === 'ecr' || first === 'ecr-fips')
    return result(
      'api-host',
      `This is the host of ECR's API, not of a registry. Images are pulled from ${SHAPE}.`,
    );
  if (account === null)
    return result('account-missing', `The account is missing. An ECR host is written ${SHAPE}.`);
  if (!/^[0-9]{12}$/.test(account))
    return result(
      'account-digits',
      /^[0-9]+$/.test(account)
        ? `An AWS account id has 12 digits; \`${account}\` has ${account.length}. Check it: an ECR host is written ${SHAPE}.`
        : `An ECR host starts with the 12-digit id of the AWS account, not with \`${account}\`: ${SHAPE}.`,
    );
  if (region === null)
    return result('region-missing', `The region is missing. An ECR host is written ${SHAPE}.`);
  if (!hasRightMarker(labels, suffix))
    return result('dkr', `Behind the account an ECR host has \`.dkr.ecr.\`: ${SHAPE}.`);
  if (!REGION.test(region)) return wrongRegion(account, region);
  return result(
    'suffix',
    `The ECR hosts of ${region} end with \`${partitionOf(region).dnsSuffix}\`` +
      `${suggestion === null ? '' : `: \`${suggestion}\``}.`,
  );
}

function wrongRegion(account: string, region: string): MalformedEcrHost {
  const near = nearestRegion(region);
  return {
    problem: 'region',
    message:
      `\`${region}\` is not the name of an AWS region` +
      `${near === null ? '' : `; \`${near}\` is`}. An ECR host is written ${SHAPE}.`,
    suggestion: near === null ? null : ecrHostOf(account, near),
  };
}

/**
 * A host's labels before its ending. `trust`: the ending is one of AWS's (`exact`), nearly one (`typo`), absent
 * (`none`), or there but with somebody else's domain behind it (`foreign`).
 */
function splitSuffix(host: string): {
  labels: string[];
  suffix: string;
  trust: 'exact' | 'typo' | 'none' | 'foreign';
} {
  for (const suffix of SUFFIXES)
    if (host.endsWith(`.${suffix}`))
      return { labels: host.slice(0, -suffix.length - 1).split('.'), suffix, trust: 'exact' };
  for (const suffix of SUFFIXES) {
    const at = host.indexOf(`.${suffix}.`);
    if (at !== -1) return { labels: host.slice(0, at).split('.'), suffix, trust: 'foreign' };
  }
  const labels = host.split('.');
  for (const suffix of SUFFIXES) {
    const count = suffix.split('.').length;
    for (const taken of [count, count - 1]) {
      if (taken < 1 || taken >= labels.length) continue;
      const tail = labels.slice(-taken).join('.');
      if (
        suffix.length > 7 &&
        editDistance(tail, suffix, taken === count ? 2 : 4) <= (taken === count ? 2 : 4)
      )
        return { labels: labels.slice(0, -taken), suffix, trust: 'typo' };
    }
  }
  return { labels, suffix: 'amazonaws.com', trust: 'none' };
}

const MARKERS: readonly string[] = ['dkr', 'ecr', 'ecr-fips', 'dkr-ecr', 'dkr-ecr-fips'];
const NEAR_MARKERS: readonly string[] = [
  ...MARKERS,
  'drk',
  'dkrr',
  'dcr',
  'krd',
  'kdr',
  'erc',
  'ecrr',
  'cer',
  'ec',
  'dk',
  'ekr',
];
const isMarker = (label: string): boolean => NEAR_MARKERS.includes(label);

function meantForEcr(labels: readonly string[], trust: 'exact' | 'typo' | 'none' | 'foreign'): boolean {
  if (labels.at(-1) === 'vpce' || labels.includes('public')) return false;
  const exact = labels.filter((label) => MARKERS.includes(label)).length;
  const near = labels.filter(isMarker).length;
  if (trust === 'none')
    return /^[0-9]{6,}$/.test(labels[0] ?? '') && (labels.includes('dkr') || exact > 0) && labels.length <= 4;
  return trust === 'typo' ? exact > 0 : near > 0;
}

function hasRightMarker(labels: readonly string[], suffix: string): boolean {
  const dualStack = PARTITIONS.some(({ dualStackSuffix }) => dualStackSuffix === suffix);
  const middle = labels.slice(1, -1).join('.');
  return dualStack
    ? middle === 'dkr-ecr' || middle === 'dkr-ecr-fips'
    : middle === 'dkr.ecr' || middle === 'dkr.ecr-fips';
}

/** The one known region that is at most two letters away from a misspelt one. */
function nearestRegion(region: string): string | null {
  const ranked = REGIONS.map((known) => ({ known, distance: editDistance(region, known, 2) }))
    .filter(({ distance }) => distance <= 2)
    .sort((a, b) => a.distance - b.distance);
  const [best, next] = ranked;
  if (best === undefined || (next !== undefined && next.distance === best.distance)) return null;
  return best.known;
}

/** The domain that was bought for a host: its last two labels. */
const owner = (host: string): string => host.split('.').slice(-2).join('.');
