import { normalize } from '../image/normal.ts';
import { parseReference } from '../image/parse.ts';
import { singleDocuments } from '../kots/layers/documents.ts';
import { stripTagAndDigest } from '../kots/names.ts';
import { isPlainList, isPlainMap, type Plain, parsePlain, plainAt, textAt } from '../manifest/plain.ts';
import type { Preview } from './layers.ts';

/** The files of an app's archive that are compared with a preview. */
export const midstreamFiles = {
  kustomization: 'overlays/midstream/kustomization.yaml',
  pullSecrets: 'overlays/midstream/pullsecrets.yaml',
} as const;

/** Something that an installation has otherwise than a preview. */
export interface Difference {
  readonly what: 'image' | 'pull-secret' | 'annotation';
  /** `missing` in the installation, `added` there, or `other` there. */
  readonly kind: 'missing' | 'added' | 'other';
  /** The image's name as it is matched; the object, `Deployment web`; the annotation's key. */
  readonly name: string;
  /** What the image becomes, the names of the secrets, the annotation's value; null where it is missing. */
  readonly installed: string | null;
  readonly preview: string | null;
  /** Why it may be none after all, as a sentence; null where it is one for certain. */
  readonly uncertain: string | null;
}

/**
 * Holds the midstream kustomization that the app manager wrote against the one that a preview writes: what becomes of
 * images, which pull secret each object gets, and the annotations of all objects. Their order does not count.
 *
 * @param installed texts of the archive by path; a file that is not there is left out
 * @returns the differences, or why the archive cannot be compared
 */
export function midstreamDifferences(
  installed: ReadonlyMap<string, string>,
  preview: Preview,
): readonly Difference[] | { readonly error: string } {
  const there = midstreamOf(installed);
  if ('error' in there) return there;
  const wanted = midstreamOf(preview.files);
  if ('error' in wanted) return wanted;
  const unseen = preview.problems.some(({ effect }) => effect === 'unseen')
    ? 'It may come from a chart that the app manager renders, which a preview does not do.'
    : null;
  return [
    ...differencesIn('image', there.images, wanted.images, (name, kind) =>
      kind === 'added'
        ? (unseen ?? assumptionAbout(preview, ({ from }) => sameName(from, name)))
        : assumptionAbout(preview, ({ to }) => stripTagAndDigest(to) === wanted.images.get(name)),
    ),
    ...differencesIn('pull-secret', there.secrets, wanted.secrets, (_, kind) =>
      kind === 'added' ? unseen : null,
    ),
    ...differencesIn('annotation', there.annotations, wanted.annotations, () => null),
  ];
}

interface Midstream {
  readonly images: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

function midstreamOf(files: ReadonlyMap<string, string>): Midstream | { readonly error: string } {
  const path = midstreamFiles.kustomization;
  const text = files.get(path);
  if (text === undefined) return { error: `It has no ${path}.` };
  const read = parsePlain(text);
  if (!read.ok) return { error: `Its ${path} is not read as YAML: ${read.message}` };
  const { value } = read;
  if (!isPlainMap(value)) return { error: `Its ${path} is no kustomization.` };
  const images = new Map<string, string>();
  for (const entry of listAt(value, 'images')) {
    const name = textAt(entry, 'name');
    // Of equal names the first counts.
    if (!images.has(name)) images.set(name, becomes(entry));
  }
  const annotations = plainAt(value, 'commonAnnotations');
  const isPatched = listAt(value, 'patchesStrategicMerge').includes('pullsecrets.yaml');
  return {
    images,
    secrets: isPatched ? secretsIn(files.get(midstreamFiles.pullSecrets) ?? '') : new Map(),
    annotations: new Map(
      Object.entries(isPlainMap(annotations) ? annotations : {}).map(([key, one]) => [key, String(one)]),
    ),
  };
}

/** What an entry of `images` makes of a name. The app manager writes neither tag nor digest; a person may have. */
function becomes(entry: Plain): string {
  const [newName, newTag, digest] = ['newName', 'newTag', 'digest'].map((key) => textAt(entry, key));
  return `${newName}${newTag ? `:${newTag}` : ''}${digest ? `@${digest}` : ''}`;
}

/** The pull secrets that patches add, by object. */
function secretsIn(text: string): ReadonlyMap<string, string> {
  const secrets = new Map<string, string[]>();
  for (const document of singleDocuments(text)) {
    const read = parsePlain(document);
    if (!read.ok || !isPlainMap(read.value)) continue;
    const { value } = read;
    const [namespace, name] = [textAt(value, 'metadata', 'namespace'), textAt(value, 'metadata', 'name')];
    const object = `${textAt(value, 'kind')} ${namespace === '' ? '' : `${namespace}/`}${name}`;
    const spec = plainAt(value, 'spec');
    const pod = [
      plainAt(spec, 'jobTemplate', 'spec', 'template', 'spec'),
      plainAt(spec, 'template', 'spec'),
      spec,
    ].find((one) => plainAt(one, 'imagePullSecrets') !== undefined);
    const names = listAt(pod, 'imagePullSecrets')
      .map((secret) => textAt(secret, 'name'))
      // The customer's own login of Docker Hub, which a release does not know of (KOTS, pkg/midstream).
      .filter((secret) => !secret.endsWith('-kotsadm-dockerhub'));
    if (names.length > 0) secrets.set(object, [...(secrets.get(object) ?? []), ...names]);
  }
  return new Map([...secrets].map(([object, names]) => [object, [...new Set(names)].sort().join(', ')]));
}

function differencesIn(
  what: Difference['what'],
  installed: ReadonlyMap<string, string>,
  preview: ReadonlyMap<string, string>,
  uncertain: (name: string, kind: Difference['kind']) => string | null,
): Difference[] {
  return [...new Set([...preview.keys(), ...installed.keys()])].flatMap((name) => {
    const [there, wanted] = [installed.get(name) ?? null, preview.get(name) ?? null];
    if (there === wanted) return [];
    const kind = there === null ? 'missing' : wanted === null ? 'added' : 'other';
    return [{ what, kind, name, installed: there, preview: wanted, uncertain: uncertain(name, kind) }];
  });
}

const assumptionAbout = (
  { images }: Preview,
  isMeant: (image: Preview['images'][number]) => boolean,
): string | null => {
  const found = images.find((image) => image.assumed && isMeant(image));
  return found === undefined ? null : `That is assumed: ${found.reason}`;
};

/** Whether an image has that name, however Docker Hub's are spelled. */
function sameName(image: string, name: string): boolean {
  const [a, b] = [parseReference(stripTagAndDigest(image)), parseReference(name)];
  if (!a.ok || !b.ok) return false;
  const [one, other] = [normalize(a.reference), normalize(b.reference)];
  return one.domain === other.domain && one.path === other.path;
}

function listAt(value: Plain | undefined, key: string): readonly Plain[] {
  const found = plainAt(value, key);
  return isPlainList(found) ? found : [];
}
