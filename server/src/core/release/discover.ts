import ignore from 'ignore';
import picomatch from 'picomatch';
import { noConfig, type WaybillConfig } from './config.ts';
import type { ReplicatedFile } from './replicated-file.ts';
import { folderOf, isChartValues, isIn, isYaml, type Role, roleOf } from './role.ts';

/** What discovery needs to know of a workspace. Paths are relative to it, with `/`; a folder of '' is its root. */
export interface WorkspaceOutline {
  readonly paths: readonly string[];
  /** Folder → the `.waybill.yaml` in it. */
  readonly configs: ReadonlyMap<string, WaybillConfig>;
  /** Folder → the `.replicated` in it. */
  readonly replicated: ReadonlyMap<string, ReplicatedFile>;
  /** Files that hold a kots.io kind. */
  readonly kotsFiles: ReadonlySet<string>;
  /** Files that hold a kots.io Application; there is one in each release. */
  readonly applicationFiles: ReadonlySet<string>;
  /** Folders that the person named: where no release is found in one, it is taken for a release itself. */
  readonly named?: readonly string[];
  /** Files that a kustomization takes for patches. */
  readonly patches?: ReadonlySet<string>;
}

/** The files of one release and where they were learnt from. */
export interface ReleaseLayout {
  /** The folder that findings of the whole release are told about. */
  readonly root: string;
  readonly foundBy: '.replicated' | '.waybill.yaml' | 'kots.io' | 'Chart.yaml' | 'named';
  /** Path → role. */
  readonly files: ReadonlyMap<string, Role>;
  readonly config: WaybillConfig;
  /** Path of the `.waybill.yaml` that applies, if there is one. */
  readonly configPath: string | null;
  /** The slug that `.replicated` names. */
  readonly replicatedApp: string | null;
}

/**
 * The releases of a workspace, in this order of precedence, no file in two of them:
 * 1. each `.replicated` that names manifests or charts;
 * 2. each `.waybill.yaml` with nothing of the first kind at or below it: its folder, or, where several separate
 *    folders below it hold an Application, each of these;
 * 3. each topmost folder that holds a kots.io kind;
 * 4. each chart that is in none of them, for vendors who ship Helm charts only;
 * 5. each named folder in which nothing was found.
 */
export function discoverReleases(outline: WorkspaceOutline): ReleaseLayout[] {
  const chartFolders = outline.paths
    .filter((path) => /(^|\/)Chart\.ya?ml$/.test(path))
    .map(folderOf)
    .sort();
  const ignored = ignoreTest(outline.configs);
  const roles = new Map<string, Role>();
  for (const path of outline.paths) {
    const role = roleOf(path, chartFolders);
    if (role === null || role === 'configuration' || ignored(path)) continue;
    roles.set(path, role === 'manifest' && outline.patches?.has(path) ? 'patch' : role);
  }
  const taken = new Set<string>();
  const releases: ReleaseLayout[] = [];
  const add = (root: string, foundBy: ReleaseLayout['foundBy'], paths: Iterable<string>) => {
    const files = new Map<string, Role>();
    for (const path of paths) {
      const role = roles.get(path);
      if (role === undefined || taken.has(path)) continue;
      files.set(path, role);
      taken.add(path);
    }
    const configFolder = nearest(root, outline.configs);
    releases.push({
      root,
      foundBy,
      files,
      config: configFolder === null ? noConfig : (outline.configs.get(configFolder) ?? noConfig),
      configPath: configFolder === null ? null : join(configFolder, '.waybill.yaml'),
      replicatedApp: replicatedApp(root, outline.replicated),
    });
  };
  const below = (folder: string) => [...roles.keys()].filter((path) => isIn(path, folder));

  const declared = [...outline.replicated]
    .filter(([, file]) => file.manifests.length > 0 || file.charts.length > 0)
    .map(([folder]) => folder);
  for (const folder of declared) {
    const file = outline.replicated.get(folder);
    if (file !== undefined) add(folder, '.replicated', declaredFiles(folder, file, roles));
  }

  const kots = [...outline.kotsFiles].filter((path) => roles.get(path) === 'manifest');
  const free = kots.filter((path) => !taken.has(path));
  const configured: string[] = [];
  for (const folder of topmost([...outline.configs.keys()])) {
    if (declared.some((other) => other === folder || isIn(other, folder))) continue;
    const apps = topmost(
      [...outline.applicationFiles].filter((path) => free.includes(path) && isIn(path, folder)).map(folderOf),
    );
    if (apps.length < 2) configured.push(folder);
  }
  for (const folder of configured) add(folder, '.waybill.yaml', below(folder));

  for (const folder of topmost(free.filter((path) => !taken.has(path)).map(folderOf)))
    add(folder, 'kots.io', below(folder));

  for (const folder of topmost(chartFolders)) {
    const files = below(folder).filter(
      (path) => isChartValues(roles.get(path) ?? 'manifest') && !taken.has(path),
    );
    if (files.length > 0) add(folder, 'Chart.yaml', files);
  }

  for (const folder of outline.named ?? []) {
    const files = below(folder);
    if (files.length > 0 && !files.some((path) => taken.has(path))) add(folder, 'named', files);
  }
  return releases;
}

/** Globs as Go's doublestar reads them: a leading `!` is a character, and there are no patterns in brackets. */
const globOptions = { dot: true, nonegate: true, noextglob: true };

function* declaredFiles(
  folder: string,
  file: ReplicatedFile,
  roles: ReadonlyMap<string, Role>,
): Iterable<string> {
  const inManifests = file.manifests.map((glob) => picomatch(glob, globOptions));
  const charts = file.charts.map((glob) => ({ glob, test: picomatch(glob, globOptions) }));
  for (const path of roles.keys()) {
    const relative = relativeTo(folder, path);
    if (relative === null) continue;
    if (isYaml(relative) && inManifests.some((test) => test(relative))) yield path;
    else if (
      charts.some(({ glob, test }) => glob === '.' || ancestors(relative).some((at) => at !== '' && test(at)))
    )
      yield path;
  }
}

/**
 * `path` seen from `folder`, `../` included where it lies outside: globs of a `.replicated` may point anywhere.
 */
function relativeTo(folder: string, path: string): string | null {
  if (folder === '') return path;
  const from = folder.split('/');
  const to = path.split('/');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  return '../'.repeat(from.length - same) + to.slice(same).join('/');
}

/** Every folder above a path, nearest first. */
function ancestors(path: string): string[] {
  const found: string[] = [];
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    found.push(folder);
    if (folder === '') return found;
  }
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** The folders that lie in no other of them, sorted. */
export function topmost(folders: readonly string[]): string[] {
  const kept: string[] = [];
  for (const folder of [...new Set(folders)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1)))
    if (!kept.some((above) => isIn(folder, above))) kept.push(folder);
  return kept.sort();
}

/** The nearest folder at or above `folder` that is a key of the map. */
function nearest(folder: string, map: ReadonlyMap<string, unknown>): string | null {
  for (let at = folder; ; at = folderOf(at)) {
    if (map.has(at)) return at;
    if (at === '') return null;
  }
}

function replicatedApp(root: string, files: ReadonlyMap<string, ReplicatedFile>): string | null {
  for (let at = root; ; at = folderOf(at)) {
    const slug = files.get(at)?.appSlug;
    if (slug) return slug;
    if (at === '') return null;
  }
}

/** Whether a `.waybill.yaml` at or above a path leaves it out. @param configs by their folders */
export function ignoreTest(configs: ReadonlyMap<string, WaybillConfig>): (path: string) => boolean {
  const tests = [...configs].flatMap(([folder, config]) =>
    config.ignore.length === 0 ? [] : [{ folder, rules: ignore().add([...config.ignore]) }],
  );
  return (path) =>
    tests.some(({ folder, rules }) => {
      if (!isIn(path, folder)) return false;
      return rules.ignores(folder === '' ? path : path.slice(folder.length + 1));
    });
}
