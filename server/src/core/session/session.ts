import { type Answer, Knowledge } from '../knowledge/knowledge.ts';
import { type FileChange, ManifestFile } from '../manifest/file.ts';
import { type Chart, type ChartTexts, nameOf, packagedChart } from '../release/charts/chart.ts';
import { readConfig, type WaybillConfig } from '../release/config.ts';
import type { ReleaseContext, Templates } from '../release/context.ts';
import { discoverReleases, type ReleaseLayout } from '../release/discover.ts';
import { isReplicatedFile, type ReplicatedFile, readReplicatedFile } from '../release/replicated-file.ts';
import { baseName, chartOf, folderOf, isKustomization, isYaml } from '../release/role.ts';
import { ruleNames } from '../rules/index.ts';
import { contextOf, keepIfEqual, ofInstalledChart } from './context.ts';
import { type FileOutline, outlineOf, patchesOf } from './outline.ts';
import type { ConfigFile, Release, Snapshot } from './snapshot.ts';

/** Makes the templates of a release renderable; see core/kots/functions/templates.ts. @param configs texts of Configs */
export type TemplatesFactory = (
  context: Omit<ReleaseContext, 'templates'>,
  configs: readonly string[],
) => Templates;

/** What the person or the command line sets; it wins over what a release says of itself. */
export interface SessionSettings {
  /** The app's slug. */
  readonly app?: string | null;
  /** Environment variables, for the CI variables that `.waybill.yaml` declares. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folders that count as a release even where nothing in them says that they are one. */
  readonly named?: readonly string[];
  /** Left out, templates are not rendered. */
  readonly templates?: TemplatesFactory;
}

/** What a packaged chart was made of. */
const madeOf = new WeakMap<Chart, ChartTexts>();

/**
 * The texts of a workspace and what is known of the world, as they are now. The only thing in core that changes:
 * everything else is made from the immutable snapshot that it gives.
 */
export class Session {
  #files = new Map<string, ManifestFile>();
  /** Whether a snapshot holds `#files`, so that it must be copied before it changes. */
  #filesGiven = false;
  #knowledge = Knowledge.none;
  #settings: SessionSettings;
  #packaged: ReadonlyMap<string, Chart> = new Map();
  #helpers: ReadonlyMap<string, string> = new Map();
  #outlines = new Map<string, FileOutline>();
  #layouts: readonly ReleaseLayout[] | null = null;
  #configs: ReadonlyMap<string, ConfigFile> = new Map();
  #contexts = new Map<string, ReleaseContext>();
  /** Globs of charts in `.replicated` files, seen from the workspace's root. */
  #declared: readonly string[] = [];
  #snapshot: Snapshot | null = null;

  constructor(settings: SessionSettings = {}) {
    this.#settings = settings;
  }

  /** Sets or replaces the text of a file. Paths are relative to the workspace, with `/`. */
  setFile(path: string, text: string): void {
    const known = this.#files.get(path);
    if (known?.text !== text) this.#put(path, ManifestFile.of(text));
  }

  /** Applies an editor's changes, each to the text after the one before. A file that is not there is taken as empty. */
  editFile(path: string, changes: readonly FileChange[]): void {
    const file = this.#files.get(path) ?? ManifestFile.of('');
    this.#put(path, file.edit(changes));
  }

  removeFile(path: string): void {
    if (!this.#files.has(path)) return;
    this.#ownFiles().delete(path);
    this.#outlines.delete(path);
    this.#layouts = null;
    this.#snapshot = null;
  }

  /** Sets the packaged charts of the workspace, by path; those that are the same objects as before change nothing. */
  setArchives(archives: ReadonlyMap<string, ChartTexts>): void {
    const packaged = new Map<string, Chart>();
    let changed = archives.size !== this.#packaged.size;
    for (const [path, texts] of archives) {
      const known = this.#packaged.get(path);
      const same = known !== undefined && madeOf.get(known) === texts;
      const chart = same ? known : packagedChart(path, texts);
      madeOf.set(chart, texts);
      changed ||= !same;
      packaged.set(path, chart);
    }
    if (!changed) return;
    this.#packaged = packaged;
    this.#snapshot = null;
  }

  /** Sets the templates of charts as folders that are no YAML, by path. */
  setChartHelpers(helpers: ReadonlyMap<string, string>): void {
    if (helpers.size === 0 && this.#helpers.size === 0) return;
    this.#helpers = helpers;
    this.#snapshot = null;
  }

  /** Renders templates from now on: what does that may be loaded later than the session. */
  useTemplates(templates: TemplatesFactory): void {
    this.#settings = { ...this.#settings, templates };
    this.#snapshot = null;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  learn(answers: readonly Answer[]): void {
    this.#knowledge = this.#knowledge.with(answers);
    this.#snapshot = null;
  }

  forget(which: (answer: Answer) => boolean): void {
    this.#knowledge = this.#knowledge.without(which);
    this.#snapshot = null;
  }

  get snapshot(): Snapshot {
    this.#snapshot ??= this.#take();
    return this.#snapshot;
  }

  #ownFiles(): Map<string, ManifestFile> {
    if (this.#filesGiven) this.#files = new Map(this.#files);
    this.#filesGiven = false;
    return this.#files;
  }

  #put(path: string, file: ManifestFile): void {
    const files = this.#ownFiles();
    const isNew = !files.has(path);
    files.set(path, file);
    const outline = outlineOf(path, file);
    const before = this.#outlines.get(path);
    this.#outlines.set(path, outline);
    const name = baseName(path);
    const shapes = isReplicatedFile(name) || isKustomization(name) || name === '.waybill.yaml';
    if (isNew || shapes || before?.kots !== outline.kots || before.application !== outline.application)
      this.#layouts = null;
    this.#snapshot = null;
  }

  #take(): Snapshot {
    if (this.#layouts === null) {
      this.#configs = this.#readConfigs();
      this.#layouts = this.#discover();
    }
    const contexts = new Map<string, ReleaseContext>();
    const charts = this.#charts(this.#layouts);
    const linked = this.#knowledge.linked?.value ?? null;
    const first = this.#layouts.map((layout) =>
      contextOf(
        layout,
        this.#files,
        this.#settings,
        linked,
        charts,
        this.#declared,
        this.#contexts.get(`${layout.foundBy} ${layout.root}`),
      ),
    );
    const releases = this.#layouts.map((layout, i): Release => {
      const made = ofInstalledChart(layout, first[i] as ReleaseContext, first);
      const key = `${layout.foundBy} ${layout.root}`;
      const context = keepIfEqual(this.#contexts.get(key), made);
      contexts.set(key, context);
      return { layout, context };
    });
    this.#contexts = contexts;
    this.#filesGiven = true;
    return {
      files: this.#files,
      configs: this.#configs,
      releases,
      charts,
      declaredCharts: this.#declared,
      chartHelpers: this.#helpers,
      knowledge: this.#knowledge,
    };
  }

  /** All charts of the workspace. */
  #charts(layouts: readonly ReleaseLayout[]): Chart[] {
    const folders = layouts.flatMap(({ files }) =>
      [...files.values()].flatMap((role) => chartOf(role) ?? []),
    );
    const unpacked = folders.flatMap((folder): Chart[] => {
      const at = (name: string) => this.#files.get(folder === '' ? name : `${folder}/${name}`)?.documents[0];
      const described = (at('Chart.yaml') ?? at('Chart.yml'))?.document;
      const values = at('values.yaml')?.document ?? null;
      if (described === undefined) return [];
      const valuesPath = folder === '' ? 'values.yaml' : `${folder}/values.yaml`;
      return [{ path: folder, isArchive: false, ...nameOf(described), values, valuesPath }];
    });
    return [...this.#packaged.values(), ...unpacked];
  }

  #readConfigs(): Map<string, ConfigFile> {
    const configs = new Map<string, ConfigFile>();
    for (const [path, file] of this.#files) {
      if (baseName(path) !== '.waybill.yaml') continue;
      const first = file.documents[0];
      if (first === undefined) continue;
      const known = this.#configs.get(path);
      if (known !== undefined && known.document === first.document) configs.set(path, known);
      else configs.set(path, { document: first.document, ...readConfig(first.document, ruleNames) });
    }
    return configs;
  }

  #discover(): ReleaseLayout[] {
    const replicated = new Map<string, ReplicatedFile>();
    const configs = new Map<string, WaybillConfig>();
    for (const [path, { config }] of this.#configs) configs.set(folderOf(path), config);
    for (const [path, file] of this.#files) {
      const first = file.documents[0];
      if (first !== undefined && isReplicatedFile(baseName(path)))
        replicated.set(folderOf(path), readReplicatedFile(first.document));
    }
    this.#declared = [...replicated].flatMap(([folder, { charts }]) =>
      charts.map((glob) => (folder === '' ? glob : `${folder}/${glob}`)),
    );
    const files = (test: (outline: FileOutline) => boolean) =>
      new Set([...this.#outlines].filter(([, outline]) => test(outline)).map(([path]) => path));
    return discoverReleases({
      paths: [...this.#files.keys()].filter(isYaml).sort(),
      configs,
      replicated,
      kotsFiles: files((outline) => outline.kots),
      applicationFiles: files((outline) => outline.application),
      named: this.#settings.named ?? [],
      patches: patchesOf(this.#files),
    });
  }
}
