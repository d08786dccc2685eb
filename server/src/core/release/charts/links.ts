import picomatch from 'picomatch';
import type { FileDocument } from '../../manifest/file.ts';
import type { ManifestDocument } from '../../manifest/node.ts';
import type { Templates } from '../context.ts';
import { folderOf, isIn } from '../role.ts';
import { aliasBudget, entriesOf, type Found, field, textAt } from '../tree.ts';
import type { ImageUse } from '../use.ts';
import { scalarPart } from '../uses/part.ts';
import { usesOfValues } from '../uses/values.ts';
import type { Chart } from './chart.ts';
import { layersIn, type Override, overrideOf } from './overrides.ts';

/** What HelmCharts of a release make of the chart that they install. */
export interface ChartLink {
  readonly apiVersion: string;
  /** The chart's name and version, as the HelmCharts say them. */
  readonly name: string;
  readonly version: string;
  readonly chart: Pick<Chart, 'path' | 'isArchive' | 'valuesPath'>;
  /**
   * Images of the chart's values: all of an archive, which has no file of its own to show them in; of a folder those
   * that a HelmChart says some parts of.
   */
  readonly images: readonly ChartImage[];
  /** Fields of maps of the chart's values that have `imagePullSecrets`; '' for the whole. */
  readonly pullSecrets: readonly string[];
  /** Fields of a folder's images that every HelmChart of it says anew, so that they are not installed. */
  readonly elsewhere: readonly string[];
}

/** An image of a chart's values, by their field there. */
export type ChartImage = Pick<ImageUse, 'field' | 'parts'>;

/** A HelmChart, and where it stands. */
export interface HelmChart {
  readonly path: string;
  readonly document: ManifestDocument;
}

/** The HelmCharts among documents of a release. */
export const helmChartsIn = (path: string, documents: readonly FileDocument[]): HelmChart[] =>
  documents.flatMap(({ source, document }) =>
    /^kind:[ \t]*["']?HelmChart\b/m.test(source.text) && textAt(document.root, 'kind') === 'HelmChart'
      ? [{ path, document }]
      : [],
  );

/** The link that is about the chart of a HelmChart. */
export function linkOf(document: ManifestDocument, links: readonly ChartLink[]): ChartLink | null {
  if (links.length === 0) return null;
  const key = keyOf(document);
  return links.find((link) => `${link.apiVersion} ${link.name} ${link.version}` === key) ?? null;
}

const keyOf = ({ root }: ManifestDocument): string =>
  `${textAt(root, 'apiVersion')} ${chartNameOf(root).join(' ')}`;

const chartNameOf = (root: ManifestDocument['root']): [string, string] => [
  textAt(root, 'spec', 'chart', 'name') ?? '',
  textAt(root, 'spec', 'chart', 'chartVersion') ?? '',
];

/**
 * Links the HelmCharts of a release to the charts that they name.
 * @param declared globs of `.replicated`, seen from the workspace's root
 */
export function chartLinks(
  helmCharts: readonly HelmChart[],
  charts: readonly Chart[],
  declared: readonly string[],
  templates: Templates | undefined,
): ChartLink[] {
  const groups = new Map<string, HelmChart[]>();
  for (const helmChart of helmCharts) {
    const key = keyOf(helmChart.document);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [helmChart]);
    else group.push(helmChart);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group as [HelmChart];
    const [name, version] = chartNameOf(first.document.root);
    const chart = name === '' ? null : chartFor(name, version, folderOf(first.path), charts, declared);
    if (chart?.values == null) return [];
    const images = imagesOf(chart.values);
    const { isArchive, path: at, valuesPath } = chart;
    const overrides = group.map(({ document }) => {
      const layers = layersIn(document, templates);
      return images.map((image) => overrideOf(image, layers));
    });
    const isEverywhere = (index: number): boolean => overrides.every((each) => each[index] !== 'kept');
    return [
      {
        apiVersion: textAt(first.document.root, 'apiVersion') ?? '',
        name,
        version,
        chart: { path: at, isArchive, valuesPath },
        images: isArchive ? images : images.filter((_, i) => overrides.some((each) => isPartly(each[i]))),
        pullSecrets: secretsOf(chart.values),
        elsewhere: isArchive ? [] : images.flatMap(({ field }, i) => (isEverywhere(i) ? [field] : [])),
      },
    ];
  });
}

const isPartly = (override: Override | undefined): boolean => typeof override === 'object';

/**
 * The chart of a name: one that `.replicated` names, else one beside the HelmChart, else any of the workspace. A
 * packaged chart must have the version too, because the app manager finds it by both; a folder's is often set when
 * it is packaged, so that one of the version only comes first.
 */
export function chartFor(
  name: string,
  version: string,
  beside: string,
  charts: readonly Chart[],
  declared: readonly string[],
): Chart | null {
  const tests = declared.map((glob) => picomatch(glob, { dot: true, nonegate: true, noextglob: true }));
  const rank = (chart: Chart): number => {
    const place = tests.some((test) => test(chart.path))
      ? 0
      : isIn(chart.path, beside) && folderOf(chart.path) === beside
        ? 1
        : 2;
    return place + (chart.version === version ? 0 : 3);
  };
  const fitting = charts.filter(
    (chart) => chart.name === name && (!chart.isArchive || chart.version === version || isTemplated(version)),
  );
  return fitting.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))[0] ?? null;
}

/** A version that is empty or written by CI fits any. */
const isTemplated = (version: string): boolean => version === '' || /[${}]|__/.test(version);

const secrets = new WeakMap<ManifestDocument, readonly string[]>();

/** Where values have pull secrets; remembered like their images. */
function secretsOf(document: ManifestDocument): readonly string[] {
  let found = secrets.get(document);
  if (found === undefined) {
    const budget = aliasBudget();
    const visit = (at: Found | null, here: string, depth: number): string[] => {
      if (depth > 16 || !budget(at)) return [];
      return entriesOf(at).flatMap(({ entry: { key }, value }) =>
        key.text === 'imagePullSecrets' ? [here] : visit(value, field(here, key.text), depth + 1),
      );
    };
    found = document.root === null ? [] : visit({ node: document.root, via: null }, '', 0);
    secrets.set(document, found);
  }
  return found;
}

const remembered = new WeakMap<ManifestDocument, readonly ChartImage[]>();

/** The images of a chart's values; the same list for as long as the document is the same. */
function imagesOf(document: ManifestDocument): readonly ChartImage[] {
  let images = remembered.get(document);
  if (images === undefined) {
    const root: Found | null = document.root === null ? null : { node: document.root, via: null };
    images = usesOfValues(
      root,
      '',
      'chart-values',
      (found) => scalarPart(found, document.text),
      aliasBudget(),
    ).map(({ field, parts }) => ({ field, parts }));
    remembered.set(document, images);
  }
  return images;
}
