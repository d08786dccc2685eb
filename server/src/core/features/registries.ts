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
            if (registry === undefined || registry.ecr === null) continue;
            const verdict = verdictOf(read, (image) => snapshot.knowledge.verdict(image));
            const state = stateOf(verdict);
            if (state === null) continue;
            const known = worst.get(registry.host);
            if (known !== undefined && rank(known.state) >= rank(state)) continue;
            const detail = state === 'ok' ? `${verdict.from ?? registry.host} answers.` : verdict.reason;
            worst.set(registry.host, { host: registry.host, state, text: texts[state], detail });
          }
  return [...worst.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}

const rank = (state: RegistryState): number => registryStates.indexOf(state);

/** Null where the verdict says nothing about the registry. */
function stateOf({ status, detail }: Verdict): RegistryState | null {
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
