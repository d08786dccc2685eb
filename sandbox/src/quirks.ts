import type { Rate } from './rate.ts';

/** Which calls a switch is for. What is left out matches everything. */
export interface Rule {
  /**
   * The ECR operation (`DescribeImages`), or what a registry call does (`GetManifest`, `PutBlob` …), or the ECR
   * action that it needs (`BatchGetImage` for a pull): each name of `CallRecord.operation` and `.action`.
   */
  readonly operation?: string;
  readonly repository?: string;
  readonly plane?: Plane;
  /** How often it strikes before it is over. Unlimited where left out. */
  readonly times?: number;
}

export type Plane = 'control' | 'registry' | 'upstream' | 'storage' | 'portal' | 'iam' | 'cluster';

/**
 * How the world misbehaves. Two kinds: what Amazon ECR always does, on by default and to be switched off where a
 * plain OCI registry is wanted; and faults, off by default. May be changed while the sandbox runs.
 */
export interface Quirks {
  /** `demo-apps/denied` may not be described, listed or pulled. */
  denied: boolean;
  /** `demo-apps/throttled` always answers "Rate exceeded". */
  throttled: boolean;

  /** Every first push makes the repository; else only where a creation template says so, or NAME_UNKNOWN. */
  createOnPush: boolean;
  /** Pushing an immutable tag's own digest again is TAG_INVALID too. */
  refuseSameImmutable: boolean;
  /** An expired registry token is 403 "Your Authorization Token has expired"; else 401 with a challenge. */
  expiredTokenIs403: boolean;
  /** An expired bearer token of the public registry is 400 without a challenge, as public.ecr.aws has it. */
  expiredBearerIs400: boolean;
  /** Blobs are served by another host, after a 307 that must be followed without the Authorization header. */
  redirectBlobs: boolean;
  /** PATCH of an upload answers 201, not 202. */
  patchAnswers201: boolean;
  /** The second and later PATCH bodies of an upload are thrown away, and Range does not advance. */
  dropLaterPatches: boolean;
  /** The largest `n` of tags/list; more is 405 UNSUPPORTED. Null: no limit. */
  tagsLimit: number | null;
  /** `never`: 202 always. `referenced`: 201 if a manifest over there names the blob. `known`: 201 if it is there. */
  mount: 'never' | 'referenced' | 'known';
  /** Manifests with a subject are refused with 405. */
  refuseReferrers: boolean;
  /** Milliseconds before a new access key is known everywhere; at Amazon's some seconds. */
  newKeyDelay: number;
  /** Anonymous callers get 401 for a repository that is not there, so that they cannot tell it from a private one. */
  upstreamHidesMissing: boolean;

  /** AccessDeniedException; 403 DENIED at the registries. */
  deny: Rule[];
  /** ThrottlingException; 429 TOOMANYREQUESTS at the registries, with Retry-After where seconds are given. */
  throttle: (Rule & { readonly retryAfterSeconds?: number })[];
  /** ExpiredTokenException; an expired token at the registries. */
  expire: Rule[];
  /** A fault of the server: 500, or the status given; with the page of a load balancer in front of it if `html` is set. */
  fail5xx: (Rule & { readonly status?: number; readonly html?: true })[];
  /** No answer, ever. */
  hang: Rule[];
  /** The connection is torn down instead of an answer. */
  reset: Rule[];
  /** The call is carried out, and the connection torn down before its answer (portal, IAM and control plane). */
  lose: Rule[];
  /** 200 with an HTML page, as the sign-in page of a guest network gives. */
  html200: Rule[];
  /** A blob's body stops after so many bytes and the connection is torn down. */
  cut: (Rule & { readonly afterBytes: number })[];
  /** A blob's body arrives with a byte changed. */
  corrupt: Rule[];
  /** How many calls of the control plane a region takes; more are ThrottlingException. Null: any number. */
  rate: Rate | null;
  /** Milliseconds before each answer. */
  latency: number;
}

/** Amazon ECR as it is. */
export function ecrQuirks(): Quirks {
  return {
    denied: true,
    throttled: true,
    createOnPush: false,
    refuseSameImmutable: true,
    expiredTokenIs403: true,
    expiredBearerIs400: false,
    redirectBlobs: true,
    patchAnswers201: true,
    dropLaterPatches: true,
    tagsLimit: 1000,
    mount: 'never',
    refuseReferrers: false,
    newKeyDelay: 0,
    upstreamHidesMissing: true,
    deny: [],
    throttle: [],
    expire: [],
    fail5xx: [],
    hang: [],
    reset: [],
    lose: [],
    html200: [],
    cut: [],
    corrupt: [],
    rate: null,
    latency: 0,
  };
}

/** A registry that keeps to the letter of OCI's distribution-spec 1.1, as most others do. */
export function plainQuirks(): Partial<Quirks> {
  return {
    createOnPush: true,
    refuseSameImmutable: false,
    expiredTokenIs403: false,
    redirectBlobs: false,
    patchAnswers201: false,
    dropLaterPatches: false,
    tagsLimit: null,
    mount: 'known',
    upstreamHidesMissing: false,
  };
}

/** What a rule is compared with. */
export interface Struck {
  readonly plane: Plane;
  readonly operation: string;
  readonly action: string | null;
  readonly repository: string | null;
}

/** Finds the first rule for a call and counts its strike. */
export type Strikes = <R extends Rule>(rules: readonly R[], call: Struck) => R | null;

/** Counts strikes per rule object, so that `times` holds however the lists are rearranged. */
export function countStrikes(): Strikes {
  const counts = new WeakMap<Rule, number>();
  return (rules, call) => {
    for (const rule of rules) {
      const count = counts.get(rule) ?? 0;
      if (!matches(rule, call) || count >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      counts.set(rule, count + 1);
      return rule;
    }
    return null;
  };
}

function matches(rule: Rule, call: Struck): boolean {
  const named =
    rule.operation === undefined || rule.operation === call.operation || rule.operation === call.action;
  return (
    named &&
    (rule.repository === undefined || rule.repository === call.repository) &&
    (rule.plane === undefined || rule.plane === call.plane)
  );
}
