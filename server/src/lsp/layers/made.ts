import { layersOf, type Preview } from '../../core/features/layers.ts';
import { deployedText, isReadable, midstreamText } from '../../core/features/preview.ts';
import { type ReleaseLayers, releaseLayers } from '../../core/features/release-layers.ts';
import { customerOf } from '../../core/features/scenario-choice.ts';
import { type LayerMemory, newLayerMemory } from '../../core/kots/layers/types.ts';
import { type Release, releaseFile, type Snapshot } from '../../core/session/snapshot.ts';
import type { Folder } from '../workspace/folder.ts';
import { openReleases } from '../workspace/releases.ts';
import type { Place, Workspace } from '../workspace/workspace.ts';
import type { ChosenScenario, Scenarios } from './scenarios.ts';
import { type LayerAddress, layerUri, nameOf } from './uri.ts';

/** A release's layers for a client: files by URI. */
export interface ListedRelease {
  /** Of the release's folder. */
  readonly uri: string;
  readonly name: string;
  readonly scenario: string;
  readonly files: readonly { readonly path: string; readonly uri: string; readonly source: string | null }[];
  readonly problems: ReleaseLayers['problems'];
  readonly unknown: readonly string[];
  readonly assumed: readonly string[];
}

/** What is made of releases under the scenarios of their folders, as they are now. */
export interface Made {
  /** Each gives null where there is nothing to make it of. */
  deployed(place: Place): string | null;
  midstream(place: Place): string | null;
  layer(address: LayerAddress): string | null;
  list(): ListedRelease[];
}

interface Memory {
  snapshot: Snapshot;
  scenario: ChosenScenario;
  preview: Preview;
  readonly layers: LayerMemory;
  /** Path → what is installed of the file as it was last readable. */
  readonly readable: Map<string, string>;
}

/** Stands where a registry's password would: a preview needs none, and it must not change from one to the next. */
const PASSWORD = '«password»';

export function createMade(workspace: Workspace, scenarios: Scenarios): Made {
  /** Folder → the root of a release in it → what was made of it last. */
  const memories = new WeakMap<Folder, Map<string, Memory>>();

  const previewOf = (folder: Folder, release: Release): Preview => {
    const { snapshot } = folder;
    const scenario = scenarios.of(folder);
    const ofFolder = memories.get(folder) ?? new Map<string, Memory>();
    memories.set(folder, ofFolder);
    const known = ofFolder.get(release.layout.root);
    if (known?.snapshot === snapshot && known.scenario === scenario) return known.preview;
    const { readable } = known ?? { readable: new Map<string, string>() };
    const layers = known?.layers ?? newLayerMemory();
    const customer = { ...customerOf(scenario.choice, scenario.texts), localRegistryPassword: PASSWORD };
    const preview = layersOf(snapshot, release, scenario.changes ?? {}, customer, layers);
    ofFolder.set(release.layout.root, { snapshot, scenario, preview, layers, readable });
    return preview;
  };

  return {
    deployed({ folder, path }) {
      const at = releaseFile(folder.snapshot, path);
      if (at === null) return null;
      const preview = previewOf(folder, at.release);
      const readable = memories.get(folder)?.get(at.release.layout.root)?.readable;
      const text = deployedText(preview, path, readable?.get(path));
      if (text !== null && isReadable(preview, path)) readable?.set(path, text);
      return text;
    },
    midstream({ folder, path }) {
      const at = releaseFile(folder.snapshot, path);
      return at === null ? null : midstreamText(previewOf(folder, at.release));
    },
    layer({ release: wanted, path }) {
      for (const { folder, release, uri } of openReleases(workspace))
        if (uri === wanted) return previewOf(folder, release).files.get(path) ?? null;
      return null;
    },
    list: () =>
      [...openReleases(workspace)].map(({ folder, release, uri }) => {
        const { choice, problems } = scenarios.of(folder);
        const layers = releaseLayers(previewOf(folder, release), choice);
        const source = (path: string | null): string | null =>
          path === null ? null : workspace.uriOf({ folder, path });
        return {
          uri,
          name: nameOf(uri),
          ...layers,
          files: layers.files.map(({ path, source: from }) => ({
            path,
            uri: layerUri({ release: uri, path }),
            source: source(from),
          })),
          problems: [
            ...problems.map((message) => ({ path: '', message, effect: 'unseen' as const, source: null })),
            ...layers.problems.map((problem) => ({ ...problem, source: source(problem.source) })),
          ],
        };
      }),
  };
}
