import type { Knowledge } from '../knowledge/knowledge.ts';
import type { ManifestFile } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Chart } from '../release/charts/chart.ts';
import type { ConfigProblem, WaybillConfig } from '../release/config.ts';
import type { ReleaseContext } from '../release/context.ts';
import type { ReleaseLayout } from '../release/discover.ts';
import type { Role } from '../release/role.ts';

export interface Release {
  readonly layout: ReleaseLayout;
  readonly context: ReleaseContext;
}

export interface ConfigFile {
  readonly document: ManifestDocument;
  readonly config: WaybillConfig;
  readonly problems: readonly ConfigProblem[];
}

/** A workspace and what is known of the world at one moment. Never changes. */
export interface Snapshot {
  /** Path → text. */
  readonly files: ReadonlyMap<string, ManifestFile>;
  /** Path → what a `.waybill.yaml` says. */
  readonly configs: ReadonlyMap<string, ConfigFile>;
  readonly releases: readonly Release[];
  /** All charts of the workspace. */
  readonly charts: readonly Chart[];
  /** Globs of charts in `.replicated` files, seen from the workspace's root. */
  readonly declaredCharts: readonly string[];
  /** Templates of charts as folders that are no YAML, by path, where a chart has preflights. */
  readonly chartHelpers: ReadonlyMap<string, string>;
  readonly knowledge: Knowledge;
}

/** A file of a release, with all that features need of it. */
export interface ReleaseFile {
  readonly path: string;
  readonly role: Role;
  readonly file: ManifestFile;
  readonly release: Release;
}

/** The file as part of its release; null where it is not in one. */
export function releaseFile(snapshot: Snapshot, path: string): ReleaseFile | null {
  const file = snapshot.files.get(path);
  if (file === undefined) return null;
  for (const release of snapshot.releases) {
    const role = release.layout.files.get(path);
    if (role !== undefined) return { path, role, file, release };
  }
  return null;
}

/** All files of a release. */
export function filesOf(snapshot: Snapshot, release: Release): ReleaseFile[] {
  return [...release.layout.files].flatMap(([path, role]) => {
    const file = snapshot.files.get(path);
    return file === undefined ? [] : [{ path, role, file, release }];
  });
}
