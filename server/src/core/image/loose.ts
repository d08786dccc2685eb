import type { Span } from '../text/span.ts';
import { UNKNOWN } from './grammar.ts';
import { parseWithUnknowns } from './parse.ts';
import { placeholders } from './placeholders.ts';
import type { Reference, ReferenceProblem } from './reference.ts';

export type ReferencePart = 'domain' | 'path' | 'tag' | 'digest';

export type LooseResult =
  | {
      readonly ok: true;
      /**
       * The parts, with variables replaced where they have a value; a part that is not known is given as written.
       * `text` and the spans are those of the text that was parsed.
       */
      readonly reference: Reference;
      /** The parts whose text is not known, in the order of a reference. Empty: `reference` can be trusted whole. */
      readonly unknownParts: readonly ReferencePart[];
      /** The text with variables replaced where they have a value. */
      readonly resolved: string;
    }
  | { readonly ok: false; readonly problem: ReferenceProblem; readonly resolved: string };

/**
 * Parses a reference that may hold CI variables (see placeholders.ts) and other text that is not known yet, such
 * as templates, given as spans of `text`. What is unknown is never invalid; what is certainly wrong around it is.
 *
 * An unknown text belongs to the part that it stands in. Where it could bring more parts along, those are unknown
 * too: at the end of the path also tag and digest (`app$SUFFIX`), at the start of a one-part path also the domain
 * (`$IMAGE:1.2`). A first part that holds unknown text and is followed by a slash is taken to be the domain.
 */
export function parseLoose(
  text: string,
  options: {
    readonly unknown?: readonly Span[];
    readonly variables?: Readonly<Record<string, string>>;
  } = {},
): LooseResult {
  const variables = options.variables ?? {};
  const pieces = cut(text, options.unknown ?? [], variables);
  const resolved = pieces.map((piece) => piece.value ?? text.slice(piece.start, piece.end)).join('');
  const masked = pieces.map((piece) => maskOf(text, piece)).join('');
  const back = sourceMap(pieces, text);
  const result = parseWithUnknowns(masked);
  if (!result.ok) {
    const { code, message, span } = result.problem;
    return {
      ok: false,
      problem: { code, message: message.replaceAll(UNKNOWN, '…'), span: back(span) },
      resolved,
    };
  }

  const { reference } = result;
  const unknownParts = partsWithUnknowns(reference);
  const part = (name: ReferencePart): { value: string | null; span: Span | null } => {
    const span = reference.spans[name];
    const value = reference[name];
    if (span === null || value === null) return { value: null, span: null };
    const source = back(span);
    return { value: value.includes(UNKNOWN) ? text.slice(source.start, source.end) : value, span: source };
  };
  const [domain, path, tag, digest] = [part('domain'), part('path'), part('tag'), part('digest')];
  return {
    ok: true,
    reference: {
      text,
      domain: domain.value,
      path: path.value ?? '',
      tag: tag.value,
      digest: digest.value,
      spans: {
        domain: domain.span,
        path: path.span ?? { start: 0, end: text.length },
        tag: tag.span,
        digest: digest.span,
      },
    },
    unknownParts,
    resolved,
  };
}

/** A stretch of the source: plain (`value` undefined), with a value, or not known (null). */
interface Piece extends Span {
  readonly value?: string | null;
}

function cut(
  text: string,
  unknown: readonly Span[],
  variables: Readonly<Record<string, string>>,
): readonly Piece[] {
  const pieces: Piece[] = [];
  const plain = (start: number, end: number): void => {
    let at = start;
    for (const found of placeholders(text.slice(start, end), variables)) {
      const from = start + found.start;
      if (from > at) pieces.push({ start: at, end: from });
      const value = Object.hasOwn(variables, found.name) ? (variables[found.name] ?? null) : null;
      pieces.push({ start: from, end: start + found.end, value });
      at = start + found.end;
    }
    if (end > at) pieces.push({ start: at, end });
  };
  let at = 0;
  for (const hole of [...unknown].sort((a, b) => a.start - b.start)) {
    const start = Math.max(at, Math.min(hole.start, text.length));
    const end = Math.max(start, Math.min(hole.end, text.length));
    if (end === start) continue;
    plain(at, start);
    pieces.push({ start, end, value: null });
    at = end;
  }
  plain(at, text.length);
  return pieces;
}

/** What the parser sees of a piece. The unit that means "unknown" is made illegal where the source holds it. */
function maskOf(text: string, piece: Piece): string {
  if (piece.value === null) return UNKNOWN;
  return (piece.value ?? text.slice(piece.start, piece.end)).replaceAll(UNKNOWN, '\u0000');
}

/** From spans of the masked text to spans of the source. Inside a replaced stretch, all of it is meant. */
function sourceMap(pieces: readonly Piece[], text: string): (span: Span) => Span {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const piece of pieces) {
    const length = maskOf(text, piece).length;
    for (let i = 0; i < length; i++) {
      starts.push(piece.value === undefined ? piece.start + i : piece.start);
      ends.push(piece.value === undefined ? piece.start + i + 1 : piece.end);
    }
  }
  return ({ start, end }) => {
    if (end > start) return { start: starts[start] ?? text.length, end: ends[end - 1] ?? text.length };
    const at = starts[start] ?? text.length;
    return { start: at, end: at };
  };
}

function partsWithUnknowns(reference: Reference): ReferencePart[] {
  const unknown = new Set<ReferencePart>();
  for (const part of ['domain', 'path', 'tag', 'digest'] as const)
    if (reference[part]?.includes(UNKNOWN)) unknown.add(part);
  const { path, domain, tag, digest } = reference;
  if (domain === null && path.split('/', 1)[0]?.includes(UNKNOWN)) unknown.add('domain');
  if (path.endsWith(UNKNOWN) && tag === null && digest === null) unknown.add('tag').add('digest');
  if (unknown.has('tag') && tag?.includes(':')) unknown.add('digest');
  return (['domain', 'path', 'tag', 'digest'] as const).filter((part) => unknown.has(part));
}
