import type { ManifestDocument } from '../../manifest/node.ts';
import type { Span } from '../../text/span.ts';
import type { ReleaseContext } from '../context.ts';
import { chartOf, type Role } from '../role.ts';
import { asScalar, type Found, field, path } from '../tree.ts';
import { type ImageUse, makeUse, type PartName, type Place, partNames, type UsePart } from '../use.ts';
import { scalarPart } from '../uses/part.ts';
import { type ChartImage, type ChartLink, linkOf } from './links.ts';
import { type Layer, layersIn, type Override, overrideOf, placeOf } from './overrides.ts';

type Charts = Pick<ReleaseContext, 'charts' | 'templates'>;

/**
 * The image uses of a document with what the charts of its release add to them: values of a HelmChart get the parts
 * that their chart says, and of a chart's values those are left out that its HelmCharts say anew.
 */
export function usesWithCharts(
  document: ManifestDocument,
  role: Role,
  uses: readonly ImageUse[],
  context: Charts,
): readonly ImageUse[] {
  const { charts = [] } = context;
  if (charts.length === 0) return uses;
  const folder = chartOf(role);
  if (folder !== null) return ownValues(folder, uses, charts);
  const link = role === 'manifest' && isHelmChart(document) ? linkOf(document, charts) : null;
  return link === null ? uses : completed(document, uses, link, context);
}

/** Images of a packaged chart that its HelmChart, this document, leaves as they are; they stand at `spec.chart`. */
export function packagedUses(document: ManifestDocument, role: Role, context: Charts): ImageUse[] {
  const { charts = [] } = context;
  if (charts.length === 0 || role !== 'manifest' || !isHelmChart(document)) return [];
  const link = linkOf(document, charts);
  const at = placeOfChart(document);
  if (link === null || at === null || !link.chart.isArchive) return [];
  const layers = layersIn(document, context.templates);
  const inside = { archive: link.chart.path, path: link.chart.valuesPath };
  return link.images
    .filter((image) => overrideOf(image, layers) === 'kept')
    .map((image) => ({ ...makeUse(placeIn(link), image.field, shownAt(image, at)), inside }));
}

const isHelmChart = ({ text }: ManifestDocument): boolean => /^kind:[ \t]*["']?HelmChart\b/m.test(text);

/** Images of v1beta1 charts are rewritten, whoever names them; of v1beta2 charts nobody's are. */
const placeIn = ({ apiVersion }: ChartLink): Place =>
  apiVersion === 'kots.io/v1beta1' ? 'chart-v1beta1' : 'chart-defaults';

function ownValues(folder: string, uses: readonly ImageUse[], charts: readonly ChartLink[]): ImageUse[] {
  const links = charts.filter(({ chart }) => !chart.isArchive && chart.path === folder);
  if (links.length === 0) return [...uses];
  // One HelmChart that is not rewritten is enough for what is written to have to be right as it is.
  const strict = links.find(({ apiVersion }) => apiVersion !== 'kots.io/v1beta1') ?? (links[0] as ChartLink);
  return uses.flatMap((use) =>
    links.every(({ elsewhere }) => elsewhere.includes(use.field)) ? [] : [{ ...use, place: placeIn(strict) }],
  );
}

/** Puts images of which a HelmChart says only parts in the place of what was made of those parts alone. */
function completed(
  document: ManifestDocument,
  uses: readonly ImageUse[],
  link: ChartLink,
  { templates }: Charts,
): readonly ImageUse[] {
  const layers = layersIn(document, templates);
  const place = link.apiVersion === 'kots.io/v1beta1' ? 'chart-v1beta1' : 'chart-v1beta2';
  const made = link.images.flatMap((image) => {
    const override = overrideOf(image, layers);
    if (typeof override !== 'object') return [];
    const use = completedUse(document, place, image, override);
    const places = layers.map((layer) => fieldIn(layer, image));
    return use === null ? [] : [{ use, places }];
  });
  if (made.length === 0) return uses;
  const left = [...made];
  const kept = uses.flatMap((use) => {
    const at = left.findIndex(({ places }) => places.some((prefix) => isPartIn(use.field, prefix)));
    const [found] = at === -1 ? [] : left.splice(at, 1);
    return [found?.use ?? use];
  });
  return [...kept, ...left.map(({ use }) => use)];
}

const fieldIn = (layer: Layer, image: ChartImage): string =>
  placeOf(image).reduce<string>((base, step) => field(base, step), layer.base);

const isPartIn = (use: string, map: string): boolean =>
  use.startsWith(`${map}.`) && !/[.[]/.test(use.slice(map.length + 1));

function completedUse(
  document: ManifestDocument,
  place: Place,
  image: ChartImage,
  override: Exclude<Override, string>,
): ImageUse | null {
  const own = new Map<PartName, UsePart>();
  let base: Layer | null = null;
  for (const name of ['repository', 'image', 'registry', 'tag', 'digest'] as const) {
    const said = override[name];
    if (said === undefined) continue;
    base ??= said.layer;
    own.set(name, scalarPart(said.found, document.text));
  }
  const [anchor] = own.values();
  if (base === null || anchor === undefined) return null;
  const fromChart = shownAt(image, anchor.span);
  const parts = Object.fromEntries(
    partNames.flatMap((name) => {
      const part = own.get(name) ?? fromChart[name];
      return part === undefined ? [] : [[name, part] as const];
    }),
  ) as ImageUse['parts'];
  const main = parts.repository === undefined ? 'image' : 'repository';
  if (parts[main] === undefined || parts[main].text === '') return null;
  return makeUse(place, field(fieldIn(base, image), main), parts);
}

/** Parts that stand in another file, shown at a place of this document, where they cannot be changed. */
function shownAt({ parts }: ChartImage, span: Span): ImageUse['parts'] {
  const shown = Object.entries(parts).map(([name, part]): [string, UsePart] => [
    name,
    { text: part.text, templates: part.templates, span, sourceOf: () => span, replace: () => null },
  ]);
  return Object.fromEntries(shown);
}

/** Where a HelmChart names its chart. */
function placeOfChart({ root }: ManifestDocument): Span | null {
  const chart: Found | null = root === null ? null : path({ node: root, via: null }, 'spec', 'chart');
  const name = asScalar(chart === null ? null : path(chart, 'name'));
  return name === null ? null : (name.via?.span ?? name.node.content);
}
