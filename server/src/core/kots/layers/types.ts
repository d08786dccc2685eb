import type { RenderedChart } from '../../helm/render.ts';
import type { BuildMemory } from '../../kustomize/build-memory.ts';
import type { PlainDocument, PlainMap } from '../../manifest/plain.ts';
import type { ChartPreflights } from '../../release/charts/chart.ts';

/** What was read and made for one preview, for the next one, of which most is the same. */
export interface LayerMemory {
  /** By text; replaced by each preview, so that nothing is kept that is gone. */
  documents: ReadonlyMap<string, PlainDocument>;
  /** By downstream. */
  readonly builds: Map<string, BuildMemory>;
  /** Of objects as they are rendered. */
  readonly texts: WeakMap<PlainMap, string>;
  /** By chart and what it is installed as; replaced like documents. */
  charts: ReadonlyMap<ChartPreflights, ReadonlyMap<string, RenderedChart>>;
}

export const newLayerMemory = (): LayerMemory => ({
  documents: new Map(),
  builds: new Map(),
  texts: new WeakMap(),
  charts: new Map(),
});

/** What the preview of a version rests on, apart from its files and the scenario. */
export interface LayerOptions {
  /**
   * The text with its templates rendered, or why they cannot be: the app manager then refuses the version.
   * @param path of the file in the release
   */
  renderTemplates(path: string, text: string): string | { readonly error: string };
  /** Where the app is installed; `default` unless told. */
  readonly namespace?: string;
  /** `this-cluster` unless told. */
  readonly downstreams?: readonly string[];
  /** The slug of the installed app, which names the secrets; the licence's unless told. */
  readonly appSlug?: string;
  readonly localRegistryPassword?: string;
  /**
   * What the preflights of a HelmChart's chart are rendered of; null where it has none, or is not there.
   * @param path of the HelmChart in the release
   */
  chartPreflights?(path: string, name: string, version: string): ChartPreflights | null;
  /** Of the preview before this one. */
  readonly memory?: LayerMemory;
}

/** An image of a version, where it stands and what is pulled instead. */
export interface LayerImage {
  /** Where the name that is pulled is written. */
  readonly layer: string;
  /** The file of `base` or `kotsKinds` that names it. */
  readonly path: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly pullSecret: string | null;
  /** Whether it rests on something that nobody could be asked. */
  readonly assumed: boolean;
  /** One sentence for people. */
  readonly reason: string;
}

export interface LayerProblem {
  readonly path: string;
  readonly message: string;
  /**
   * `refused`: the app manager would refuse the whole version; the rest is shown without what is wrong.
   * `skipped`: it would go on without this file. `unseen`: it would go on, but the preview cannot show this.
   */
  readonly effect: 'refused' | 'skipped' | 'unseen';
}

export interface Layers {
  /** All files of the version's archive by path, in the order of the layers. */
  readonly files: ReadonlyMap<string, string>;
  /** File → the file of the layer below that it was made from; nothing for what the app manager adds. */
  readonly origins: ReadonlyMap<string, string>;
  readonly images: readonly LayerImage[];
  readonly problems: readonly LayerProblem[];
}
