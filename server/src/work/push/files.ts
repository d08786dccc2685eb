import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { ignoreTest, topmost } from '../../core/release/discover.ts';
import { isReplicatedFile, readReplicatedFile } from '../../core/release/replicated-file.ts';
import { baseName, folderOf, isIn, isYaml } from '../../core/release/role.ts';
import type { Release, Snapshot } from '../../core/session/snapshot.ts';
import { each } from '../../io/files/each.ts';
import { globbed } from '../../io/files/glob.ts';
import { problemOf } from '../../io/files/problem.ts';
import { gitRootOf } from '../../io/files/upward.ts';
import { packageChart } from './charts/chart.ts';
import { type PackagedFile, PushError } from './model.ts';
import { kindOf } from './spec.ts';

/** A release on this machine. */
export interface ReleaseOnDisk {
  /** Absolute, real; the snapshot's paths are relative to it. */
  readonly root: string;
  readonly snapshot: Snapshot;
  readonly release: Release;
  /** The folder that is pushed, relative to `root`, where the release is a folder and not what `.replicated` lists. */
  readonly folder: string;
}

/** A release as the portal is to have it. */
export interface PackagedRelease {
  /** Sorted by path. */
  readonly files: readonly PackagedFile[];
  /** Files in the folder that the portal does not keep, or that are left out: by path, sorted. */
  readonly leftOut: readonly string[];
  /** Files that are pushed and were not checked, because .gitignore names them. */
  readonly unchecked: readonly string[];
}

/** All files together; more is no release but a mistake, and no text that can be sent. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Packages a release as the portal expects it. What `.replicated` lists is laid flat, as the replicated CLI lays it
 * (cli/cmd/release_create.go); a folder keeps its paths. Charts are packaged (charts/chart.ts); hidden files, and what
 * the portal does not keep, are left out.
 * @throws PushError `release`: two files would take one place, a chart cannot be packaged, there is nothing to push, or
 * far too much
 */
export async function packageRelease(on: ReleaseOnDisk): Promise<PackagedRelease> {
  const { root, snapshot, release } = on;
  const within = await realpath((await gitRootOf(root)) ?? root);
  const found = release.layout.foundBy === '.replicated' ? await declared(on) : await inFolder(on);
  const packed = await Promise.all(
    found.charts.map((folder) => packageChart(join(root, folder), folder || 'this folder', within)),
  );
  const read: PackagedFile[] = [];
  await each(found.files, 16, async ({ path, from }) => {
    read.push(await readInside(root, path, from, within));
  });
  for (const { from, bytes } of read) refuseIfChanged(snapshot, from, bytes);
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const files = [...read, ...packed].sort((a, b) => order(a.path, b.path) || order(a.from, b.from));
  refuseCollisions(files);
  refuseLicences(files);
  if (files.length === 0)
    throw new PushError('release', 'There is nothing to push: no file here is one that the portal keeps.');
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size > MOST_BYTES)
    throw new PushError(
      'release',
      `The release is ${megabytes(size)} MB, which is no release. ${largest(files)} Nothing was pushed.`,
    );
  return {
    files,
    leftOut: found.leftOut,
    unchecked: found.files
      .map(({ from }) => from)
      .filter((path) => isYaml(path) && !snapshot.files.has(path)),
  };
}

/** The three largest files in words, for whoever is told that a release is too large. */
export function largest(files: readonly Pick<PackagedFile, 'path' | 'bytes'>[]): string {
  const top = [...files].sort((a, b) => b.bytes.length - a.bytes.length).slice(0, 3);
  return `The largest files are ${top.map(({ path, bytes }) => `${path} (${megabytes(bytes.length)} MB)`).join(', ')}.`;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 102.4) / 10;

interface Found {
  /** Path in the release, and path below the root. */
  readonly files: readonly { readonly path: string; readonly from: string }[];
  /** Folders below the root. */
  readonly charts: readonly string[];
  readonly leftOut: readonly string[];
}

/** What a `.replicated` lists: files flat, by their names. */
async function declared({ root, snapshot, release }: ReleaseOnDisk): Promise<Found> {
  const folder = release.layout.root;
  const path = [...snapshot.files.keys()].find(
    (candidate) => folderOf(candidate) === folder && isReplicatedFile(baseName(candidate)),
  );
  const document = path === undefined ? undefined : snapshot.files.get(path)?.documents[0]?.document;
  const file = document === undefined ? { manifests: [], charts: [] } : readReplicatedFile(document);
  const from = (relative: string): string => posix.join(folder, relative);
  const manifests = new Set<string>();
  for (const glob of file.manifests)
    for (const one of await globbed(join(root, folder), glob))
      if (!one.isFolder) manifests.add(from(one.path));
  const charts = new Set<string>();
  for (const glob of file.charts) {
    const matched = (await globbed(join(root, folder), glob)).filter(({ isFolder }) => isFolder);
    if (matched.length === 0)
      throw new PushError(
        'release',
        `${path} lists the chart ${glob}, and there is no such folder. Nothing was pushed.`,
      );
    for (const one of matched) charts.add(from(one.path));
  }
  const [kept, leftOut] = split([...manifests]);
  return { files: kept.map((one) => ({ path: baseName(one), from: one })), charts: [...charts], leftOut };
}

/** What a folder holds: the YAML that was read as the release's, its charts, and every other file that is kept. */
async function inFolder({ root, snapshot, release, folder }: ReleaseOnDisk): Promise<Found> {
  const ignored = ignoreTest(
    new Map([...snapshot.configs].map(([path, { config }]) => [folderOf(path), config])),
  );
  const chartFiles = [...snapshot.files.keys()].filter(
    (path) => /(^|\/)Chart\.ya?ml$/.test(path) && isIn(path, folder) && !ignored(path),
  );
  const charts = topmost(chartFiles.map(folderOf));
  const inChart = (path: string): boolean => charts.some((chart) => isIn(path, chart));
  const yaml = [...release.layout.files.keys()].filter((path) => isIn(path, folder) && !inChart(path));
  const read = new Set(yaml);
  const others: string[] = [];
  const walk = async (at: string): Promise<void> => {
    if (charts.includes(at)) return;
    for (const entry of await readdir(join(root, at), { withFileTypes: true })) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== 'node_modules') await walk(path);
      } else if (!read.has(path) && !ignored(path)) others.push(path);
    }
  };
  await walk(folder);
  const [kept, leftOut] = split([...yaml, ...others.filter((path) => !isYaml(path))]);
  const inside = (path: string): string => (folder === '' ? path : path.slice(folder.length + 1));
  return {
    files: kept.filter((path) => !isHidden(inside(path))).map((path) => ({ path: inside(path), from: path })),
    charts,
    leftOut: [...leftOut, ...kept.filter((path) => isHidden(inside(path))), ...others.filter(isYaml)]
      .filter((path) => !describing.has(baseName(path)))
      .sort(),
  };
}

/** Files that nobody expects in a release. */
const describing: ReadonlySet<string> = new Set([
  '.waybill.yaml',
  '.replicated',
  '.replicated.yaml',
  '.gitignore',
  '.gitattributes',
  '.helmignore',
  '.editorconfig',
]);

const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.'));

/** Those that the portal keeps, and the others. */
function split(paths: readonly string[]): [string[], string[]] {
  const kept = (path: string): boolean => kindOf(path) !== null && !baseName(path).startsWith('.');
  return [paths.filter(kept).sort(), paths.filter((path) => !kept(path)).sort()];
}

/** A file of the release. What a link shows outside of the repository is nobody's to publish. */
async function readInside(root: string, path: string, from: string, within: string): Promise<PackagedFile> {
  const full = join(root, from);
  try {
    const real = await realpath(full);
    if (!real.startsWith(within.endsWith(sep) ? within : within + sep))
      throw new PushError(
        'release',
        `${from} is a link that leads out of ${within}: what is there is not pushed. Nothing was pushed.`,
      );
    if (!(await stat(real)).isFile()) throw new PushError('release', `${from} is not a file.`);
    return { path, bytes: await readFile(real), from };
  } catch (error) {
    if (error instanceof PushError) throw error;
    throw new PushError('release', `${problemOf(from, error).message} Nothing was pushed.`);
  }
}

/** What is pushed is what was checked, to the byte. */
function refuseIfChanged({ files }: Snapshot, path: string, bytes: Buffer): void {
  const checked = files.get(path)?.text;
  if (checked !== undefined && bytes.toString('utf8').replace(/^\uFEFF/, '') !== checked)
    throw new PushError(
      'release',
      `${path} was changed while it was being read. Nothing was pushed; push again.`,
    );
}

/** A customer's licence opens the vendor's images; it easily lies beside a release that was just installed. */
function refuseLicences(files: readonly PackagedFile[]): void {
  const licence = files.find(
    ({ path, bytes }) =>
      isYaml(path) &&
      /^kind: *["']?License["']? *$/m.test(bytes.toString('utf8')) &&
      /^apiVersion: *["']?kots\.io\//m.test(bytes.toString('utf8')),
  );
  if (licence !== undefined)
    throw new PushError(
      'release',
      `${licence.from} is a customer's licence, which is a secret and no part of a release. Move it out of the folder. Nothing was pushed.`,
    );
}

/** Two files that would take one place, or one chart that is there twice. */
function refuseCollisions(files: readonly PackagedFile[]): void {
  const taken = new Map<string, PackagedFile>();
  for (const file of files) {
    const name = file.path.endsWith('.tgz') ? baseName(file.path) : file.path;
    const other = taken.get(name);
    if (other !== undefined)
      throw new PushError(
        'release',
        `${other.from} and ${file.from} would both be ${name} in the release, and one would be lost. ${name.endsWith('.tgz') ? 'List one of them under `ignore` in .waybill.yaml, or name the folder that is to be pushed.' : 'Rename one of them.'} Nothing was pushed.`,
      );
    taken.set(name, file);
  }
}
