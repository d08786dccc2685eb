import { minimalEdit, type TextEdit } from '../text/edit.ts';
import type { Span } from '../text/span.ts';
import type { ReadUse } from './reading.ts';
import { mainPart, type UsePart } from './use.ts';

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
}

/**
 * The edits, in the document's offsets, that carry out a rewrite: each the smallest that does, in the keys that
 * say the part. Null where it cannot be done without changing something else.
 */
export function editsOf(read: ReadUse, rewrite: Rewrite): TextEdit[] | null {
  const { use } = read;
  const main = mainPart(use);
  const whole: Span = { start: 0, end: main.text.length };
  if (use.shape === 'image' || use.shape === 'registry-image') {
    const inMain = use.shape === 'image';
    if (rewrite.text !== undefined) return inMain ? replaceAll(main, rewrite.text) : null;
    const parsed = read.reference;
    if (parsed === null) return null;
    const offset = use.written.length - main.text.length;
    const after = nameAndSuffix(read, rewrite, inMain, offset, main);
    if (after === null) return null;
    const edits = replaceSpan(main, whole, after);
    if (edits === null || inMain || rewrite.repository === undefined) return edits;
    const registry =
      use.parts.registry === undefined
        ? null
        : replaceAll(use.parts.registry, asRegistry(use.parts.registry, rewrite.repository.host));
    return registry === null ? null : [...registry, ...edits];
  }
  return splitEdits(read, rewrite);
}

/** The new text of a scalar that holds path, tag and digest, and with `withHost` the registry too. */
function nameAndSuffix(
  read: ReadUse,
  rewrite: Rewrite,
  withHost: boolean,
  offset: number,
  main: UsePart,
): string | null {
  const spans = read.reference?.spans;
  if (spans === undefined) return null;
  const local = (s: Span): string | null =>
    s.start < offset ? null : main.text.slice(s.start - offset, s.end - offset);
  const pathEnd = spans.path.end - offset;
  let name = main.text.slice(0, pathEnd);
  if (rewrite.repository !== undefined)
    name = withHost ? `${rewrite.repository.host}/${rewrite.repository.path}` : rewrite.repository.path;
  const tag = rewrite.tag === undefined ? (spans.tag === null ? null : local(spans.tag)) : rewrite.tag;
  const digest =
    rewrite.digest === undefined ? (spans.digest === null ? null : local(spans.digest)) : rewrite.digest;
  return name + (tag === null ? '' : `:${tag}`) + (digest === null ? '' : `@${digest}`);
}

function splitEdits(read: ReadUse, rewrite: Rewrite): TextEdit[] | null {
  const { parts } = read.use;
  const edits: TextEdit[] = [];
  const change = (part: UsePart | undefined, to: string | null): boolean => {
    if (part === undefined) return to === null;
    const made = replaceAll(part, to ?? '');
    if (made === null) return false;
    edits.push(...made);
    return true;
  };
  if (rewrite.text !== undefined) return null;
  if (rewrite.repository !== undefined) {
    const { host, path } = rewrite.repository;
    const split = parts.registry !== undefined;
    if (parts.registry !== undefined && !change(parts.registry, asRegistry(parts.registry, host)))
      return null;
    const inName = suffixOf(read);
    if (!change(parts.repository, (split ? path : `${host}/${path}`) + inName)) return null;
  }
  if (rewrite.tag !== undefined && !change(parts.tag, rewrite.tag)) return null;
  if (rewrite.digest !== undefined && !change(parts.digest, rewrite.digest)) return null;
  return edits;
}

/** A registry that is written with the slash behind it keeps it, because the chart adds none. */
const asRegistry = (part: UsePart, host: string): string => (part.text.endsWith('/') ? `${host}/` : host);

/** Some people write the tag behind the repository although there is a key for it; it stays there. */
function suffixOf(read: ReadUse): string {
  const repository = read.use.parts.repository?.text ?? '';
  const at = repository.search(/[:@][^/]*$/);
  return at === -1 ? '' : repository.slice(at);
}

const replaceAll = (part: UsePart, newText: string): TextEdit[] | null =>
  replaceSpan(part, { start: 0, end: part.text.length }, newText);

/** Replaces only what differs, so that the edit is small and untouched templates stay out of it. */
function replaceSpan(part: UsePart, whole: Span, newText: string): TextEdit[] | null {
  const edit = minimalEdit(part.text.slice(whole.start, whole.end), newText, whole.start);
  return edit === null ? [] : part.replace(edit.span, edit.newText);
}
