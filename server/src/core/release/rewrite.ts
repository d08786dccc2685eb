import { minimalEdit, type TextEdit } from '../text/edit.ts';
import type { Span } from '../text/span.ts';
import type { ReadUse } from './reading.ts';
import { mainPart, type PartName, type UsePart } from './use.ts';

/**
 * How an image use is to be changed. What is not named stays as it is written, so that templates and CI variables
 * in the other parts survive.
 */
export interface Rewrite {
  readonly repository?: { readonly host: string; readonly path: string };
  /** Null takes the tag away. */
  readonly tag?: string | null;
  /** `sha256:…`; null takes the digest away. */
  readonly digest?: string | null;
  /** Another text for the whole value, where the old one cannot be parsed. Only for images written as one string. */
  readonly text?: string;
  /**
   * Other texts for keys as they are; those that cannot be changed where they stand are left alone, and null is given
   * where none can.
   */
  readonly parts?: Readonly<Partial<Record<PartName, string>>>;
}

/**
 * The edits, in the document's offsets, that carry out a rewrite: each the smallest that does, in the keys that
 * say the part. Null where it cannot be done without changing something else.
 */
export function editsOf(read: ReadUse, rewrite: Rewrite): TextEdit[] | null {
  const { use } = read;
  // What a template wrote is not there to be changed.
  if (read.rendered !== null) return null;
  const { parts } = use;
  const main = mainPart(use);
  if (rewrite.text !== undefined) return use.shape === 'image' ? replaceAll(main, rewrite.text) : null;
  if (rewrite.parts !== undefined)
    return Object.entries(rewrite.parts).flatMap(([name, text]) => {
      const part = parts[name as PartName];
      return part === undefined ? [] : (replaceAll(part, text) ?? []);
    });
  const inMain = saidIn(main, read);
  if (inMain === null) return null;

  const edits: TextEdit[] = [];
  const change = (part: UsePart | undefined, to: string | null): boolean => {
    if (part === undefined) return to === null;
    const made = replaceAll(part, to ?? '');
    if (made !== null) edits.push(...made);
    return made !== null;
  };
  let { name } = inMain;
  if (rewrite.repository !== undefined) {
    const { host, path } = rewrite.repository;
    const { registry } = parts;
    if (registry !== undefined && !change(registry, asRegistry(registry, host))) return null;
    name = registry === undefined ? `${host}/${path}` : path;
  }
  const ofKeys: [UsePart | undefined, string | null][] = [];
  // Some people write the tag behind the repository although there is a key for it; it stays there.
  const suffix = (part: 'tag' | 'digest'): string | null => {
    const to = rewrite[part];
    if (to === undefined) return inMain[part];
    const hasKey = parts[part] !== undefined || parts.repository !== undefined;
    if (inMain[part] !== null || !hasKey) return to;
    ofKeys.push([parts[part], to]);
    return null;
  };
  const [tag, digest] = [suffix('tag'), suffix('digest')];
  if (!change(main, name + (tag === null ? '' : `:${tag}`) + (digest === null ? '' : `@${digest}`)))
    return null;
  return ofKeys.every(([part, to]) => change(part, to)) ? edits : null;
}

/** What stands behind the name in the scalar that names the repository: `:tag@digest`; null where that is not known. */
export function suffixIn(read: ReadUse): string | null {
  const main = mainPart(read.use);
  const said = saidIn(main, read);
  return said === null ? null : main.text.slice(said.name.length);
}

/** What the scalar that names the repository says: a name, and perhaps the tag and the digest behind it. */
function saidIn(
  main: UsePart,
  { use, reference }: ReadUse,
): { name: string; tag: string | null; digest: string | null } | null {
  if (reference === null) return null;
  const registry = use.parts.registry?.text ?? '';
  const offset = registry === '' || registry.endsWith('/') ? registry.length : registry.length + 1;
  const { path, tag, digest } = reference.spans;
  const local = (span: Span | null): string | null =>
    span === null || span.end - offset > main.text.length
      ? null
      : main.text.slice(span.start - offset, span.end - offset);
  return { name: main.text.slice(0, path.end - offset), tag: local(tag), digest: local(digest) };
}

/** A registry that is written with the slash behind it keeps it, because the chart adds none. */
const asRegistry = (part: UsePart, host: string): string => (part.text.endsWith('/') ? `${host}/` : host);

/** Replaces only what differs, so that the edit is small and untouched templates stay out of it. */
function replaceAll(part: UsePart, newText: string): TextEdit[] | null {
  const edit = minimalEdit(part.text, newText, 0);
  return edit === null ? [] : part.replace(edit.span, edit.newText);
}
