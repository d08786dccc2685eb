import { deployedOf, planOf, readerFor, templatesUnder } from '../../core/features/deployed.ts';
import { rangeInFile } from '../../core/features/document-lines.ts';
import { sameRegistry } from '../../core/image/hosts.ts';
import type { Scenario } from '../../core/kots/scenario.ts';
import { type ReadUse, readAllUses } from '../../core/release/reading.ts';
import { filesOf, type Release, type Snapshot } from '../../core/session/snapshot.ts';
import type { ExpectedImage } from './model.ts';

/** An expected image, and what it is called at its registry. */
export interface ExpectedUse extends ExpectedImage {
  /** What the registry is asked about; null where that is not known. */
  readonly image: ReadUse['image'];
}

/**
 * What a release deploys under a scenario, as far as it can be known, with what registries and portal said of it.
 * @param shown turns a path of the workspace into the one to print
 */
export function expectedImages(
  snapshot: Snapshot,
  release: Release,
  changes: Partial<Scenario> | undefined,
  shown: (path: string) => string,
): readonly ExpectedUse[] {
  const plan = planOf(snapshot, release, changes);
  const { localRegistry } = plan.plan.scenario;
  const readIn = readerFor(release.context, templatesUnder(release.context, changes));
  const { linked } = release.context;
  const isLinked = (host: string): boolean | null =>
    linked.source === null ? null : linked.endpoints.some((endpoint) => sameRegistry(endpoint, host));
  return filesOf(snapshot, release).flatMap(({ path, file, role }) =>
    file.documents.flatMap((slice) =>
      readAllUses(slice.document, role, release.context).flatMap((use): ExpectedUse[] => {
        const read = readIn(use);
        const deployment = deployedOf(read, plan);
        if (deployment === null) return [];
        const { image } = read;
        const verdict = image === null ? null : snapshot.knowledge.verdict(image);
        return [
          {
            written: read.canonical ?? read.use.written,
            place: `${shown(path)}:${rangeInFile(slice, read.use.span).start.line + 1}`,
            deployed: deployment.image,
            pullSecret: deployment.pullSecret,
            assumed: deployment.assumed,
            verdict: verdict ?? null,
            linked: image === null ? null : isLinked(image.host),
            proxied: deployment.host === plan.plan.scenario.proxyDomain,
            local: localRegistry !== null && deployment.image.startsWith(`${localRegistry.host}/`),
            image,
          },
        ];
      }),
    ),
  );
}
