import type { TemplateSpan } from '../gotemplate/span.ts';
import type { TextEdit } from '../text/edit.ts';
import type { Span } from '../text/span.ts';

/** What kind of place names the image. It decides how the app manager treats it and which fixes are safe. */
export type Place =
  /** A container or init container where the app manager looks for images. */
  | 'container'
  /** A container where the cluster pulls but the app manager does not look: ephemeral, in a List, in another pod template. */
  | 'unseen-container'
  | 'kustomization'
  | 'additional-image'
  | 'excluded-image'
  | 'collector'
  | 'chart-v1beta1'
  | 'chart-v1beta2'
  /** `builder` of a HelmChart: read by the vendor portal to find images for air gap bundles, never installed. */
  | 'builder'
  | 'extension'
  | 'chart-values'
  /** The own values of a chart that a v1beta2 HelmChart installs without saying otherwise. */
  | 'chart-defaults';

export type Shape = 'image' | 'repository-tag' | 'registry-repository-tag' | 'registry-image';

/** One scalar that says a part of an image's name. Offsets of spans are those of the document. */
export interface UsePart {
  /** The scalar's decoded text, templates as they stand. */
  readonly text: string;
  readonly templates: readonly TemplateSpan[];
  /** Whether it stands in double quotes, in which a template had better hold none. */
  readonly doubleQuoted?: boolean;
  /** The text's source without quotes; for what an alias stands for, the alias. */
  readonly span: Span;
  /** Where a part of `text` stands. */
  sourceOf(part: Span): Span;
  /** The edits that put `newText` in the place of a part of `text`; null where that cannot be done safely. */
  replace(part: Span, newText: string): TextEdit[] | null;
}

export type PartName = 'registry' | 'repository' | 'image' | 'tag' | 'digest';

export const partNames: readonly PartName[] = ['registry', 'repository', 'image', 'tag', 'digest'];

/** One place where a file names an image. */
export interface ImageUse {
  readonly place: Place;
  /** Path of the field that names the repository: `spec.template.spec.containers[0].image`. */
  readonly field: string;
  readonly shape: Shape;
  /** The value as written, decoded; split values are joined: `registry/repository:tag@digest`. */
  readonly written: string;
  /** Templates in `written`, as offsets into it. */
  readonly unknown: readonly Span[];
  /** Source range of the reference; for split values of the one that names the repository. */
  readonly span: Span;
  readonly parts: Readonly<Partial<Record<PartName, UsePart>>>;
  /** Where it really stands, where that is a file of an archive; `field` is of that file then. */
  readonly inside?: { readonly archive: string; readonly path: string };
}

/** The part that names the repository. */
export function mainPart(use: ImageUse): UsePart {
  const part = use.parts.image ?? use.parts.repository;
  if (part === undefined) throw new Error('an image use names a repository');
  return part;
}

/** Joins parts to one reference and keeps track of where templates are. Empty parts count as missing. */
export function makeUse(
  place: Place,
  fieldPath: string,
  parts: Readonly<Partial<Record<PartName, UsePart>>>,
): ImageUse {
  let written = '';
  const unknown: Span[] = [];
  const append = (before: string, part: UsePart | undefined) => {
    if (part === undefined || part.text === '') return;
    written += before;
    for (const template of part.templates)
      unknown.push({ start: written.length + template.start, end: written.length + template.end });
    written += part.text;
  };
  const { registry, repository, image, tag, digest } = parts;
  const main = image ?? repository;
  if (main === undefined) throw new Error('an image use names a repository');
  append('', registry);
  // Some charts want the slash in the registry itself.
  append(written === '' || written.endsWith('/') ? '' : '/', main);
  append(':', tag);
  append('@', digest);
  const shape: Shape =
    registry === undefined
      ? image !== undefined
        ? 'image'
        : 'repository-tag'
      : image !== undefined
        ? 'registry-image'
        : 'registry-repository-tag';
  return { place, field: fieldPath, shape, written, unknown, span: main.span, parts };
}
