/** Why a cluster could not pull an image, as far as its own words tell. */
export type PullFailure =
  /** Nobody, or somebody who may not. */
  | 'unauthorized'
  /** There is no such repository or tag there, or the proxy does not get it. */
  | 'not-found'
  | 'platform'
  | 'throttled'
  /** The node does not reach the registry, or does not trust its certificate. */
  | 'unreachable'
  | 'unknown';

/** The kubelet's words for a container that waits for its image: Kubernetes, pkg/kubelet/images/types.go. */
const waiting: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageInspect',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]);

/** Whether a container waits because its image could not be pulled. */
export const isPullFailure = (reason: string | null): boolean => reason !== null && waiting.has(reason);

/**
 * What containerd, CRI-O and Docker say, in the order in which one goes before the other: a refusal of the platform is
 * also "not found", and a refusal of the login comes with the words of what was not found.
 */
const signs: readonly (readonly [PullFailure, RegExp])[] = [
  [
    'platform',
    /no match for platform|no matching manifest|no image found in (manifest|image index)|exec format error/i,
  ],
  ['throttled', /\b429\b|toomanyrequests|too many requests|rate limit/i],
  [
    'unauthorized',
    /\b40[13]\b|unauthorized|authorization failed|forbidden|denied|no basic auth credentials/i,
  ],
  [
    'not-found',
    /not found|manifest unknown|name unknown|does not exist|MANIFEST_UNKNOWN|NAME_UNKNOWN|\b404\b/i,
  ],
  [
    'unreachable',
    /x509|no such host|connection (refused|reset)|i\/o timeout|context deadline exceeded|network is unreachable|TLS handshake/i,
  ],
];

/** What a message of the kubelet's is about. */
export const pullFailureOf = (message: string): PullFailure =>
  signs.find(([, pattern]) => pattern.test(message))?.[0] ?? 'unknown';
