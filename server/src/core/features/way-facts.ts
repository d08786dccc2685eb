import { sameRegistry } from '../image/hosts.ts';
import { readUses } from '../release/reading.ts';
import { movedImage, moveOf } from '../rules/private-home.ts';
import { filesOf, type Release, type Snapshot } from '../session/snapshot.ts';

/** How far the way from a public image to the private one is gone: what is proven of it. */
export interface WayFacts {
  /** An image of a release, or the private path of one, is in Amazon ECR. */
  readonly imageInEcr: boolean;
  /** The vendor portal has a registry that a release pulls from. */
  readonly registryLinked: boolean;
  /** A manifest names an image in Amazon ECR that is there. */
  readonly manifestRewritten: boolean;
}

const memory = new WeakMap<Snapshot, WayFacts>();

/** The facts of all releases together; remembered with each snapshot. */
export function wayFactsOf(snapshots: readonly Snapshot[]): WayFacts {
  return together(
    snapshots.map((snapshot) => {
      const known =
        memory.get(snapshot) ?? together(snapshot.releases.map((release) => ofRelease(snapshot, release)));
      memory.set(snapshot, known);
      return known;
    }),
  );
}

const together = (all: readonly WayFacts[]): WayFacts => ({
  imageInEcr: all.some(({ imageInEcr }) => imageInEcr),
  registryLinked: all.some(({ registryLinked }) => registryLinked),
  manifestRewritten: all.some(({ manifestRewritten }) => manifestRewritten),
});

function ofRelease(snapshot: Snapshot, release: Release): WayFacts {
  const { knowledge } = snapshot;
  const { context } = release;
  const hosts = new Set(context.config.registries.map(({ endpoint }) => endpoint));
  let manifestRewritten = false;
  let imageInEcr = false;
  for (const { file, role } of filesOf(snapshot, release))
    for (const { document } of file.documents)
      for (const read of readUses(document, role, context)) {
        const move = moveOf(read, context);
        if (move !== null && knowledge.verdict(movedImage(move))?.status === 'exists') imageInEcr = true;
        if (read.source?.registry.ecr == null || read.image === null) continue;
        hosts.add(read.source.registry.host);
        if (knowledge.verdict(read.image)?.status === 'exists') manifestRewritten = true;
      }
  const { source, endpoints, onlyListed } = context.linked;
  const inPortal = endpoints.filter((endpoint) => !onlyListed.some((one) => sameRegistry(one, endpoint)));
  return {
    imageInEcr: imageInEcr || manifestRewritten,
    registryLinked:
      source === 'vendor portal' &&
      [...hosts].some((host) => inPortal.some((endpoint) => sameRegistry(endpoint, host))),
    manifestRewritten,
  };
}
