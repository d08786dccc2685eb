import type { Verdict } from '../knowledge/knowledge.ts';
import { readUses, verdictOf } from '../release/reading.ts';
import { filesOf, type Snapshot } from '../session/snapshot.ts';

/** How questions to a registry fare; of several that hold, the last one in this list. */
export const registryStates = [
  'ok',
  'offline',
  'throttled',
  'unreachable',
  'account-not-registered',
  'denied',
  'session-expired',
  'no-credentials',
] as const;
export type RegistryState = (typeof registryStates)[number];

export interface RegistryStatus {
  readonly host: string;
  /** As whom it is asked, for people; null where nobody was asked yet. */
  readonly as: string | null;
  /** What one click can do about it. */
  readonly action: 'sign-in' | null;
  /** The AWS profile to sign in with; null for the default one. */
  readonly profile: string | null;
  readonly state: RegistryState;
  /** A few words. */
  readonly text: string;
  /** The reason, and what to do about it, in a sentence or two. */
  readonly detail: string;
}

const texts: Readonly<Record<RegistryState, string>> = {
  ok: 'answers',
  offline: 'offline',
  throttled: 'limits requests',
  unreachable: 'cannot be reached',
  'account-not-registered': 'account not registered',
  denied: 'access denied',
  'session-expired': 'AWS session expired',
  'no-credentials': 'no AWS credentials',
};

/**
 * One line for each registry that images of the releases come from and that can be asked: what keeps Waybill from
 * knowing more is said once here, and not at each image. Registries that nothing is known of yet are left out.
 */
export function registriesOf(snapshots: Iterable<Snapshot>): RegistryStatus[] {
  const worst = new Map<string, RegistryStatus>();
  for (const snapshot of snapshots)
    for (const release of snapshot.releases)
      for (const { file, role } of filesOf(snapshot, release))
        for (const { document } of file.documents)
          for (const read of readUses(document, role, release.context)) {
            const registry = read.source?.registry;
            if (registry === undefined) continue;
            const verdict = verdictOf(read, (image) => snapshot.knowledge.verdict(image));
            const state = stateOf(verdict);
            if (state === null) continue;
            const isEcr = registry.ecr !== null;
            const known = worst.get(registry.host);
            if (known !== undefined && rank(known.state, isEcr) >= rank(state, isEcr)) continue;
            worst.set(registry.host, statusOf(registry.host, state, verdict));
          }
  return [...worst.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}

function statusOf(host: string, state: RegistryState, verdict: Verdict): RegistryStatus {
  const signIn = state === 'session-expired';
  return {
    host,
    as: verdict.as ?? null,
    action: signIn ? 'sign-in' : null,
    profile: signIn ? (/^AWS profile (\S+)/.exec(verdict.as ?? '')?.[1] ?? null) : null,
    state,
    text: texts[state],
    detail: state === 'ok' ? `${verdict.from ?? host} answers.` : (verdict.trouble?.reason ?? verdict.reason),
  };
}

/** A public registry refuses what is private or not there at all; while it answers for others it is well. */
const rank = (state: RegistryState, isEcr: boolean): number =>
  state === 'denied' && !isEcr ? -1 : registryStates.indexOf(state);

/** Null where the verdict says nothing about the registry. */
function stateOf(verdict: Verdict): RegistryState | null {
  const { status, detail } = verdict.trouble ?? verdict;
  if (status === 'exists' || status === 'absent') return 'ok';
  if (status !== 'unchecked') return status;
  switch (detail) {
    case 'offline':
    case 'account-not-registered':
    case 'session-expired':
    case 'no-credentials':
      return detail;
    default:
      return null;
  }
}
