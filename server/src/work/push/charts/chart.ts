import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import {
  isPlainList,
  isPlainMap,
  type Plain,
  parsePlain,
  plainAt,
  textAt,
} from '../../../core/manifest/plain.ts';
import { codeOf, problemOf } from '../../../io/files/problem.ts';
import { type PackagedFile, PushError } from '../model.ts';
import { packArchive, unpackArchive } from './archive.ts';
import { type HelmIgnore, readHelmIgnore } from './helmignore.ts';
import type { TarFile } from './tar.ts';

/** A chart as Helm would package it: paths begin with the chart's name. */
interface ChartFiles {
  readonly name: string;
  readonly version: string;
  readonly files: readonly TarFile[];
}

const MOST_FOLDERS_DEEP = 40;
const MOST_CHARTS_DEEP = 8;

/**
 * Packages the chart in a folder as `helm package` lays it out (helm.sh/helm pkg/chartutil/save.go): `<name>/Chart.yaml`
 * and all that .helmignore does not leave out, the charts in `charts/` unpacked. The same folder always gives the same
 * bytes. Chart.yaml is taken as it is written, where Helm writes it anew. A dependency that is a folder of this machine
 * (`file://…`) is packaged with it, others must have been fetched.
 * @param shown names the folder for people
 * @param within a folder, real: nothing that lies outside is packaged, whatever links say
 * @throws PushError `release` with what is wrong with the chart
 */
export async function packageChart(folder: string, shown: string, within: string): Promise<PackagedFile> {
  const { name, version, files } = await readChart(folder, shown, within, 0);
  return { path: `${name}-${version}.tgz`, bytes: packArchive(files), from: shown };
}

async function readChart(folder: string, shown: string, within: string, depth: number): Promise<ChartFiles> {
  const refuse = (why: string): PushError => new PushError('release', `The chart in ${shown} ${why}`);
  if (depth > MOST_CHARTS_DEEP) throw refuse('depends on itself, or on charts too deep.');
  const found = await filesOf(folder, shown, within);
  const own = found.get('Chart.yaml');
  if (own === undefined) throw refuse('has no Chart.yaml.');
  const chart = chartOf(own, refuse);
  const { name, version } = chart;

  const files = new Map<string, TarFile>();
  const put = (path: string, bytes: Buffer): void => {
    files.set(path, { path: `${name}/${path}`, bytes });
  };
  const charts = new Map<string, Map<string, Buffer>>();
  for (const [path, bytes] of found) {
    const [first, second, ...deeper] = path.split('/');
    if (first !== 'charts' || second === undefined) put(path, bytes);
    else if (deeper.length === 0 && second.endsWith('.tgz'))
      charts.set(second, unpacked(bytes, `${shown}/${path}`));
    else if (deeper.length === 0 && second.endsWith('.prov')) put(path, bytes);
    else if (deeper.length > 0 && !/^[_.]/.test(second)) {
      const inner = charts.get(second) ?? new Map<string, Buffer>();
      inner.set(deeper.join('/'), bytes);
      charts.set(second, inner);
    }
  }
  const present = new Set<string>();
  for (const [folderName, inner] of charts) {
    const at = `${shown}/charts/${folderName}`;
    const text = inner.get('Chart.yaml');
    if (text === undefined) throw refuse(`has ${at}, which is no chart: it has no Chart.yaml.`);
    const dependency = chartOf(text, (why) => new PushError('release', `The chart in ${at} ${why}`));
    present.add(dependency.name);
    for (const [path, bytes] of inner) put(`charts/${dependency.name}/${path}`, bytes);
  }

  for (const { dependency, repository } of dependenciesOf(chart.value, found.get('requirements.yaml'))) {
    if (present.has(dependency)) continue;
    if (!repository.startsWith('file://'))
      throw refuse(
        `names the dependency ${dependency}, and charts/ does not have it. Run \`helm dependency update ${shown}\` first.`,
      );
    const local = join(folder, repository.slice('file://'.length));
    const inner = await readChart(local, `${shown}/${repository.slice('file://'.length)}`, within, depth + 1);
    for (const { path, bytes } of inner.files) put(`charts/${path}`, bytes);
  }
  return {
    name,
    version,
    files: [...files.values()].sort((a, b) => rank(a.path) - rank(b.path) || compare(a.path, b.path)),
  };
}

/** Helm puts what describes the chart first. */
const first = ['Chart.yaml', 'Chart.lock', 'values.yaml', 'values.schema.json'];
const rank = (path: string): number => {
  const at = first.indexOf(path.slice(path.indexOf('/') + 1));
  return at === -1 ? first.length : at;
};
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface ChartYaml {
  readonly name: string;
  readonly version: string;
  readonly value: Plain;
}

function chartOf(bytes: Buffer, refuse: (why: string) => PushError): ChartYaml {
  const read = parsePlain(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  if (!read.ok) throw refuse(`has a Chart.yaml that cannot be read: ${read.message}`);
  const name = textAt(read.value, 'name');
  const version = versionOf(plainAt(read.value, 'version'));
  if (name === '' || version === '')
    throw refuse(`has a Chart.yaml without ${name === '' ? 'a name' : 'a version'}.`);
  if (/[/\\]|^\.+$/.test(name)) throw refuse(`has the name "${name}", which is none for a chart.`);
  if (!isVersion.test(version))
    throw refuse(`has the version "${version}", which is no semantic version such as 1.2.3.`);
  return { name, version, value: read.value };
}

/** Unquoted, `1.2` is a number to YAML; Helm then refuses the chart, and so does the pattern below. */
const versionOf = (value: Plain | undefined): string =>
  value === undefined || value === null ? '' : String(value);

/** What Masterminds/semver takes: also `v1` and `1.2`. */
const isVersion =
  /^v?\d+(?:\.\d+)?(?:\.\d+)?(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

function dependenciesOf(
  chart: Plain,
  requirements: Buffer | undefined,
): { readonly dependency: string; readonly repository: string }[] {
  const listed = plainAt(chart, 'dependencies');
  const old = requirements === undefined ? null : parsePlain(requirements.toString('utf8'));
  const all = isPlainList(listed) ? listed : old?.ok === true ? plainAt(old.value, 'dependencies') : [];
  return (isPlainList(all) ? all : []).filter(isPlainMap).map((one) => ({
    dependency: textAt(one, 'name'),
    repository: textAt(one, 'repository'),
  }));
}

/** The files of a packaged chart, by their paths below its top folder. */
function unpacked(bytes: Buffer, shown: string): Map<string, Buffer> {
  try {
    return new Map(
      unpackArchive(bytes, shown).map(({ path, bytes: content }) => [
        path.slice(path.indexOf('/') + 1),
        content,
      ]),
    );
  } catch (error) {
    throw new PushError('release', error instanceof Error ? error.message : String(error));
  }
}

/** All files of a chart's folder that Helm would take, by path. */
async function filesOf(folder: string, shown: string, within: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const unreadable = (path: string, error: unknown): PushError =>
    error instanceof PushError
      ? error
      : new PushError('release', problemOf(path === '' ? shown : `${shown}/${path}`, error).message);
  let rules: HelmIgnore;
  try {
    rules = readHelmIgnore(await textIn(join(folder, '.helmignore')));
  } catch (error) {
    if (codeOf(error) !== '') throw unreadable('.helmignore', error);
    throw new PushError('release', `${shown}/${error instanceof Error ? error.message : String(error)}`);
  }
  const walk = async (path: string, depth: number): Promise<void> => {
    if (depth > MOST_FOLDERS_DEEP)
      throw new PushError('release', `${shown}/${path} is more than ${MOST_FOLDERS_DEEP} folders deep.`);
    for (const name of (await readdir(join(folder, path))).sort()) {
      const inner = path === '' ? name : `${path}/${name}`;
      const full = join(folder, inner);
      try {
        const real = await realpath(full);
        const isFolder = (await stat(real)).isDirectory();
        if (rules.ignores(inner, isFolder)) continue;
        if (real !== within && !real.startsWith(within.endsWith(sep) ? within : within + sep))
          throw new PushError(
            'release',
            `${shown}/${inner} is a link that leads out of ${within}: what is there is not packaged.`,
          );
        if (isFolder) await walk(inner, depth + 1);
        else found.set(inner, await readFile(real));
      } catch (error) {
        throw unreadable(inner, error);
      }
    }
  };
  try {
    await walk('', 0);
  } catch (error) {
    throw unreadable('', error);
  }
  return found;
}

async function textIn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
