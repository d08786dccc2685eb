import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { templatesOf } from '../core/kots/functions/templates.ts';
import { baseName, isIn } from '../core/release/role.ts';
import { Session, type SessionSettings } from '../core/session/session.ts';
import { filesOf, type Release } from '../core/session/snapshot.ts';
import { loadChartHelpers } from '../io/files/chart-helpers.ts';
import { createChartReader } from '../io/files/charts.ts';
import { loadTexts } from '../io/files/load.ts';
import type { FileProblem } from '../io/files/problem.ts';
import { findConfigs } from '../io/files/upward.ts';
import { walkWorkspace } from '../io/files/walk.ts';
import { UsageError } from './usage.ts';

/** The files that a command line names, read into a session. */
export interface Workspace {
  readonly session: Session;
  /** Absolute folder that the session's paths are relative to. */
  readonly root: string;
  /** What could not be read of what was named, and of the files that describe its release. */
  readonly problems: readonly FileProblem[];
  /** Whether a path of the session is one that was named, or lies in a folder that was. */
  named(path: string): boolean;
  /** The path as it is printed: relative to the first folder named that holds it (a file named: its folder). */
  shown(path: string): string;
  /** The path relative to the current folder; as `shown` says it where it lies elsewhere. */
  fromHere(path: string): string;
}

/**
 * Reads the releases that hold the given folders and files: also what lies above them, as far as a `.waybill.yaml`
 * or `.replicated` there makes it one release with them.
 * @throws UsageError for a path that does not exist, Error for a file among the paths that cannot be read
 */
export async function openWorkspace(paths: readonly string[], settings: SessionSettings): Promise<Workspace> {
  const named = await Promise.all((paths.length === 0 ? ['.'] : paths).map(locate));
  const root = await commonRoot(named.map(({ folder }) => folder));
  const inside = (path: string): string => relative(root, path).split(sep).join('/');
  const given = named.map(({ path, folder, isFile }) => ({
    path: inside(path),
    folder: inside(folder),
    isFile,
  }));

  const walk = await walkWorkspace(root);
  const explicit = given.filter(
    ({ path, isFile }) => isFile && !walk.files.some((file) => file.path === path),
  );
  const { texts, problems } = await loadTexts(root, [
    ...walk.files.map(({ path }) => path),
    ...explicit.map(({ path }) => path),
  ]);
  const refused = problems.find(({ path }) => given.some((one) => one.isFile && one.path === path));
  if (refused !== undefined) throw new Error(refused.message);
  const session = new Session({
    ...settings,
    named: given.map(({ folder }) => folder),
    templates: templatesOf,
  });
  for (const [path, text] of texts) session.setFile(path, text);
  const archives = await createChartReader()(root, walk.archives);
  session.setArchives(archives.charts);
  session.setChartHelpers(await loadChartHelpers(root, texts));

  const holds = ({ path, isFile }: (typeof given)[number], candidate: string): boolean =>
    isFile ? candidate === path : isIn(candidate, path);
  const isNamed = (path: string): boolean => given.some((one) => holds(one, path));
  const shown = (path: string): string => {
    const holder = given.find((one) => holds(one, path)) ?? given.find((one) => isIn(path, one.folder));
    const folder = holder?.folder ?? '';
    return folder === '' ? path : path.slice(folder.length + 1);
  };
  const here = await realpath('.');
  return {
    session,
    root,
    problems: [...walk.problems, ...problems, ...archives.problems].filter(
      ({ code, path }) => code === 'limit' || describing.has(baseName(path)) || isNamed(path),
    ),
    named: isNamed,
    shown,
    fromHere: (path) => {
      const found = relative(here, join(root, path)).split(sep).join('/');
      return found.startsWith('../') || isAbsolute(found) ? shown(path) : found;
    },
  };
}

/** The releases that hold a file that was named, or that lies in a folder that was. */
export const namedReleases = ({ session: { snapshot }, named }: Workspace): readonly Release[] =>
  snapshot.releases.filter((release) => filesOf(snapshot, release).some(({ path }) => named(path)));

const describing: ReadonlySet<string> = new Set(['.waybill.yaml', '.replicated', '.replicated.yaml']);

async function locate(given: string): Promise<{ path: string; folder: string; isFile: boolean }> {
  try {
    const path = resolve(given);
    if (!(await stat(path)).isFile()) {
      const folder = await realpath(path);
      return { path: folder, folder, isFile: false };
    }
    // A linked file is one of the folder that it is named in.
    const folder = await realpath(dirname(path));
    return { path: join(folder, basename(path)), folder, isFile: true };
  } catch {
    throw new UsageError(`There is no file or folder ${given}.`);
  }
}

/** The nearest folder that holds all folders and the configuration that applies to each. */
async function commonRoot(folders: readonly string[]): Promise<string> {
  const tops = await Promise.all(
    folders.map(async (folder) => {
      const { waybill, replicated } = await findConfigs(folder);
      return [waybill, replicated]
        .flatMap((file) => (file === null ? [] : [dirname(file)]))
        .reduce((top, candidate) => (candidate.length < top.length ? candidate : top), folder);
    }),
  );
  let common = tops[0] ?? process.cwd();
  for (const top of tops)
    while (top !== common && !top.startsWith(common.endsWith(sep) ? common : common + sep))
      common = dirname(common);
  return common;
}
