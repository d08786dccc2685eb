import type { Answer, ImageName, Verdict } from '../../core/knowledge/knowledge.ts';
import type { Budget } from '../net/budget.ts';
import { untilAborted } from '../net/deadline.ts';
import type { RetryPolicy } from '../net/retry.ts';
import type { EcrApi, EcrToken } from './api.ts';
import type { EcrRegistry } from './connect.ts';
import type { DataPlane } from './data-plane.ts';
import { isDenied, isRefused } from './failure.ts';
import { type RegistryMemory, RULES_LAST_MS } from './memory.ts';
import { type Coverage, coverageOf } from './pull-through.ts';

/** What answers of one registry have in common. */
export interface Asking {
  readonly registry: EcrRegistry;
  readonly api: EcrApi;
  readonly dataPlane: DataPlane;
  readonly memory: RegistryMemory;
  /** The registry as sentences name it: `Amazon ECR us-east-2`. */
  readonly who: string;
  /** The same with the account: what a verdict's `from` says. */
  readonly from: string;
  /** As whom: what a verdict's `as` says. */
  readonly as: string;
  /** How the credentials are renewed, as a sentence. */
  readonly renew: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly budget: Budget;
  /** For one attempt of a call below `/v2/`: milliseconds. */
  readonly deadlineMs: number;
  readonly retries: RetryPolicy;
  /** Where to really connect for the registry's host; null for where ECR says that it is. */
  readonly endpoint: string | null;
}

export type Said = Pick<Verdict, 'status' | 'detail' | 'reason'> &
  Pick<Verdict, 'facts'> & { readonly digest?: string };

export function answer({ from, as, now }: Asking, image: ImageName, said: Said): Answer {
  return { kind: 'image', image, verdict: { digest: null, ...said, checkedAt: now(), from, as } };
}

/** Never aborted: what many wait for goes on until its deadline, also when one of them gives up. */
const unending = new AbortController().signal;

/**
 * Whether, and by which rule, a repository is filled from another registry when somebody pulls. The rules are asked
 * for once; where they may not be read, that is remembered too.
 * @throws what stood in the way of knowing, or the signal's reason.
 */
export async function coverage(asking: Asking, repository: string): Promise<Coverage | null> {
  const { api, memory, signal } = asking;
  const find = async () => {
    try {
      return await api.pullThroughRules(unending);
    } catch (error) {
      if (isRefused(error)) return 'unknown' as const;
      throw error;
    }
  };
  return coverageOf(
    repository,
    await untilAborted(
      signal,
      memory.rules.get(find, () => RULES_LAST_MS),
    ),
  );
}

/** The registry's creation templates; none where they cannot be read. */
export function templates({ api, memory, signal }: Asking) {
  const find = () => api.creationTemplates(unending).catch(() => []);
  return untilAborted(
    signal,
    memory.templates.get(find, () => RULES_LAST_MS),
  );
}

/**
 * A token for the registry itself, kept for half of its life as AWS's own credential helper has it; `denied` where
 * none is given to whoever asks.
 */
export function registryToken({ api, memory, signal, now }: Asking): Promise<EcrToken | 'denied'> {
  const find = async () => {
    try {
      return await api.token(unending);
    } catch (error) {
      if (isDenied(error)) return 'denied' as const;
      throw error;
    }
  };
  const lasts = (token: EcrToken | 'denied'): number =>
    token === 'denied' ? RULES_LAST_MS : Math.max(0, (token.expiresAt - now()) / 2);
  return untilAborted(signal, memory.token.get(find, lasts));
}
