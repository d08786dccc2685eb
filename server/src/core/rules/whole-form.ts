import { pullSecretName } from '../kots/names.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Addition, Tree } from '../release/additions.ts';
import { linkOf } from '../release/charts/links.ts';
import type { ReleaseContext } from '../release/context.ts';
import type { ReadUse } from '../release/reading.ts';
import { suffixIn } from '../release/rewrite.ts';
import { type Found, field, get, itemsOf, path, stepsOf, textAt } from '../release/tree.ts';
import { mainPart, type PartName, partNames } from '../release/use.ts';
import type { Home } from './private-home.ts';
import type { Fix } from './rule.ts';

/** Installers whose templates are the same. */
type Family = 'kots' | 'embedded-cluster-3';

const titles: Readonly<Record<Family, string>> = {
  kots: "through the proxy, and from the customer's registry in air gaps (KOTS, Embedded Cluster 2)",
  'embedded-cluster-3':
    "through the proxy, and from the customer's registry in air gaps (Embedded Cluster 3)",
};

/**
 * Ways to write an image in the values of a v1beta2 HelmChart so that it installs online and in air gaps: templates
 * that name the proxy, or the customer's registry where there is one; the pull secret; and the plain name in
 * `builder`, from which the vendor portal tells what an air gap bundle must hold. One for each family of installers.
 *
 * KOTS moves images to `<registry>/<namespace>/<last part of the path>`, Embedded Cluster 3 to `<registry>/<path>`
 * (https://docs.replicated.com/vendor/packaging-private-images,
 * https://docs.replicated.com/embedded-cluster/v3/template-functions).
 */
export function wholeForms(
  read: ReadUse,
  home: Home,
  document: ManifestDocument,
  context: ReleaseContext,
  verb: string,
  how: Pick<Fix, 'target'>,
): Fix[] {
  const place = placeIn(read);
  const suffix = suffixIn(read);
  if (place === null || suffix === null || read.rendered !== null) return [];
  return families(context).flatMap((family, i) => {
    const parts = family === 'kots' ? kotsParts(read, home, suffix, context) : threeParts(read, home, suffix);
    if (parts === null) return [];
    const additions = [
      ...missingParts(read, place, parts),
      ...(family === 'kots' ? pullSecret(place, document, context) : []),
      ...builder(read, home, place, suffix),
    ];
    return [
      {
        title: `${verb} ${titles[family]}`,
        read,
        rewrite: { parts },
        additions,
        preferred: i === 0,
        bulk: false,
        ...how,
      },
    ];
  });
}

function families({ installers }: ReleaseContext): Family[] {
  const found = new Set<Family>();
  for (const installer of installers)
    if (installer === 'embedded-cluster-3') found.add(installer);
    else if (installer !== 'helm') found.add('kots');
  return installers.length === 0 ? ['kots'] : [...found];
}

/** Where the image stands: the map of values, and the keys from there to its own map. */
interface PlaceInValues {
  readonly base: readonly string[];
  readonly keys: readonly string[];
  /** The key of the image itself, where it is one text. */
  readonly own: string | null;
}

/** Null where a list is on the way, which other values can only replace as a whole. */
function placeIn({ use }: ReadUse): PlaceInValues | null {
  const isPackaged = use.inside !== undefined;
  if (use.place === 'chart-defaults' && !isPackaged) return null;
  const steps = isPackaged ? ['spec', 'values', ...stepsOf(use.field)] : stepsOf(use.field);
  const own = steps.pop();
  if (steps[0] !== 'spec' || steps[1] !== 'values' || typeof own !== 'string') return null;
  const keys = steps.slice(2);
  if (!keys.every((key) => typeof key === 'string')) return null;
  return { base: ['spec', 'values'], keys: keys as string[], own: use.shape === 'image' ? own : null };
}

type Parts = Partial<Record<PartName, string>>;

function kotsParts(
  { use }: ReadUse,
  { host, path: whole }: Home,
  suffix: string,
  { app, proxyDomain }: ReleaseContext,
): Parts | null {
  if (app === null) return null;
  const slash = whole.lastIndexOf('/');
  const [folder, last] = [slash === -1 ? '' : `/${whole.slice(0, slash)}`, whole.slice(slash + 1)];
  const registry = use.parts.registry;
  const main = mainPart(use);
  const quote = (registry ?? main).doubleQuoted ? '`' : '"';
  const proxied = `${quote}${proxyDomain}/proxy/${app}/${host}${folder}${quote}`;
  const form = `{{repl HasLocalRegistry | ternary LocalRegistryAddress ${proxied} }}`;
  const name = use.parts.image === undefined ? 'repository' : 'image';
  if (registry === undefined) return { [name]: `${form}/${last}${suffix}` };
  return { registry: withSlash(registry.text, form), [name]: last + suffix };
}

function threeParts({ use }: ReadUse, { host, path: whole }: Home, suffix: string): Parts {
  const { registry } = use.parts;
  const quote = (registry ?? mainPart(use)).doubleQuoted ? '`' : '"';
  const form = `{{repl ReplicatedImageRegistry ${quote}${host}${quote} }}`;
  const name = use.parts.image === undefined ? 'repository' : 'image';
  if (registry !== undefined) return { registry: withSlash(registry.text, form), [name]: whole + suffix };
  const isWhole = use.shape === 'image' && suffix !== '' && !suffix.includes('{{');
  return {
    [name]: isWhole
      ? `{{repl ReplicatedImageName ${quote}${host}/${whole}${suffix}${quote} }}`
      : `${form}/${whole}${suffix}`,
  };
}

/** Some charts want the slash in the registry itself. */
const withSlash = (before: string, form: string): string => (before.endsWith('/') ? `${form}/` : form);

/** Parts that stand in the chart's own values, and so must be said anew in those of the HelmChart. */
function missingParts({ use }: ReadUse, place: PlaceInValues, parts: Parts): Addition[] {
  const tree: Record<string, string> = {};
  for (const name of partNames) {
    const text = parts[name];
    const part = use.parts[name];
    if (text === undefined || part === undefined) continue;
    const isHere = part.replace({ start: 0, end: part.text.length }, text) !== null;
    if (!isHere) tree[place.own ?? name] = text;
  }
  return Object.keys(tree).length === 0 ? [] : [{ at: [...place.base, ...place.keys], tree }];
}

/** What the image is by its plain name, where the vendor portal looks for it. What holds templates it cannot read. */
function builder(
  { use }: ReadUse,
  { host, path: whole }: Home,
  place: PlaceInValues,
  suffix: string,
): Addition[] {
  const plain = suffix.includes('{{') ? '' : suffix;
  const name = use.parts.image === undefined ? 'repository' : 'image';
  const { registry } = use.parts;
  const tree: Record<string, string> = {};
  if (registry !== undefined) tree.registry = withSlash(registry.text, host);
  tree[place.own ?? name] = (registry === undefined ? `${host}/${whole}` : whole) + plain;
  for (const other of ['tag', 'digest'] as const) {
    const part = use.parts[other];
    if (part !== undefined && part.text !== '' && part.templates.length === 0) tree[other] = part.text;
  }
  const inner = place.keys.reduceRight<Tree>((below, key) => ({ [key]: below }), tree);
  return [{ at: ['spec'], tree: { builder: inner } }];
}

const templated = '{{repl ImagePullSecretName }}';

/**
 * The app manager's pull secret, where the chart reads one: at the nearest `imagePullSecrets` of the values or of the
 * chart's own. Of a chart that is not there nobody knows, and then it goes beside the image.
 */
function pullSecret(place: PlaceInValues, document: ManifestDocument, context: ReleaseContext): Addition[] {
  const root: Found | null = document.root === null ? null : { node: document.root, via: null };
  const values = path(root, ...place.base);
  const around = place.keys.map((_, i) => place.keys.slice(0, place.keys.length - i));
  const candidates = [...around, [], ['global']];
  const link = linkOf(document, context.charts ?? []);
  const inChart = new Set(link?.pullSecrets ?? []);
  const found =
    candidates.find((keys) => get(path(values, ...keys), 'imagePullSecrets') !== null) ??
    candidates.find((keys) => inChart.has(keys.reduce<string>(field, ''))) ??
    (link === null ? (place.own === null ? place.keys.slice(0, -1) : place.keys) : undefined);
  if (found === undefined) return [];
  const names = itemsOf(get(path(values, ...found), 'imagePullSecrets')).map(
    (item) => textAt(item, 'name') ?? '',
  );
  const known = context.app === null ? null : pullSecretName(context.app);
  if (names.some((name) => name === known || name.includes('ImagePullSecretName'))) return [];
  return [{ at: [...place.base, ...found], pullSecret: templated }];
}
