import { registryOf } from '../image/hosts.ts';
import { readUses } from '../release/reading.ts';
import { filesOf, type Snapshot } from '../session/snapshot.ts';

/** A private ECR registry that a person may pick images from. */
export interface PickableRegistry {
  readonly host: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** AWS's name of it: `aws`, `aws-us-gov` … */
  readonly partition: string;
  /** Whether it is linked for a release, so that Replicated can pull from it. */
  readonly linked: boolean;
}

/** The private ECR registries that releases link or use: the linked ones first, each in the order it is come upon. */
export function pickableRegistries(snapshots: Iterable<Snapshot>): PickableRegistry[] {
  const linked = new Map<string, PickableRegistry>();
  const used = new Map<string, PickableRegistry>();
  for (const snapshot of snapshots)
    for (const release of snapshot.releases) {
      const { context } = release;
      const add = (to: Map<string, PickableRegistry>, named: string, isLinked: boolean): void => {
        const { host, ecr } = registryOf(named, context);
        if (ecr === null || to.has(host)) return;
        const { account, region, partition } = ecr;
        to.set(host, { host, account, region, partition, linked: isLinked });
      };
      for (const endpoint of context.linked.endpoints) add(linked, endpoint, true);
      for (const { file, role } of filesOf(snapshot, release))
        for (const { document } of file.documents)
          for (const { source } of readUses(document, role, context))
            if (source?.registry.ecr) add(used, source.registry.host, false);
    }
  return [...linked.values(), ...[...used.values()].filter(({ host }) => !linked.has(host))];
}
