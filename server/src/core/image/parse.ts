import type { Span } from '../text/span.ts';
import {
  digestFlaw,
  domainFlaw,
  isBareDigest,
  looksLikeDomain,
  pathFlaw,
  tagFlaw,
  UNKNOWN,
} from './grammar.ts';
import type { Reference, ReferenceProblem } from './reference.ts';

export type ParseResult =
  | { readonly ok: true; readonly reference: Reference }
  | { readonly ok: false; readonly problem: ReferenceProblem };

/** The longest path (without the registry's host) that distribution/reference takes. */
export const MAX_PATH_LENGTH = 255;

/**
 * Parses an image reference as people write it: valid is what ParseNormalizedNamed (distribution/reference,
 * normalize.go) takes, which is what Kubernetes and the app manager use. The parts are given as written:
 * `nginx` has no domain. Runs in linear time on any text and never throws.
 */
export const parseReference = (text: string): ParseResult => parse(known(text), 'familiar');

/**
 * Parses by the bare grammar (Parse, reference.go): the part before the first slash is a domain wherever it can
 * be one, and nothing is filled in. Only for texts that are known to be fully qualified.
 */
export const parseQualified = (text: string): ParseResult => parse(known(text), 'qualified');

/**
 * The same for a text in which `UNKNOWN` stands for text that is not known. A first part that holds unknown text
 * and is followed by a slash is taken to be the domain.
 */
export const parseWithUnknowns = (text: string): ParseResult => parse(text, 'unknowns');

/** Where nothing is unknown, the unit that says so is as illegal as any other stray one. */
const known = (text: string): string => text.replaceAll(UNKNOWN, '\u0000');

function parse(text: string, style: 'familiar' | 'qualified' | 'unknowns'): ParseResult {
  if (text === '')
    return failed({
      code: 'empty',
      message: 'The image reference is empty. Write one, such as `nginx:1.27`.',
      span: { start: 0, end: 0 },
    });
  if (style !== 'qualified' && isBareDigest(text))
    return failed({
      code: 'bare-digest',
      message:
        '64 hexadecimal digits alone are the id of an image, not its name. ' +
        'Write the repository before it: `name@sha256:<digits>`.',
      span: { start: 0, end: text.length },
    });

  const at = text.indexOf('@');
  const nameEnd = at === -1 ? text.length : at;
  const lastSlash = text.lastIndexOf('/', nameEnd);
  const colon = text.indexOf(':', lastSlash + 1);
  const repositoryEnd = colon === -1 || colon > nameEnd ? nameEnd : colon;
  if (repositoryEnd === 0)
    return failed({
      code: 'format',
      message: `The repository is missing before \`${text.charAt(0)}\`. Write it, as in \`nginx:1.27\`.`,
      span: { start: 0, end: 1 },
    });

  const scheme = schemeOf(text);
  if (scheme !== null)
    return failed({
      code: 'format',
      message: `An image reference has no scheme. Remove \`${text.slice(scheme.start, scheme.end)}\`.`,
      span: scheme,
    });

  const firstSlash = text.indexOf('/');
  let domain: Span | null = null;
  if (firstSlash !== -1 && firstSlash < repositoryEnd) {
    const first = text.slice(0, firstSlash);
    const flaw = domainFlaw(text, 0, firstSlash);
    if (style === 'qualified') {
      if (flaw === null) domain = { start: 0, end: firstSlash };
    } else if (looksLikeDomain(first) || first.includes(UNKNOWN)) {
      // A host such as `foo_bar.com` breaks the grammar of domains but not that of paths; the Go library takes it.
      if (flaw !== null && pathFlaw(text, 0, firstSlash) !== null) return failed(flaw);
      domain = { start: 0, end: firstSlash };
    }
  }

  const path: Span = { start: domain === null ? 0 : firstSlash + 1, end: repositoryEnd };
  const wrongPath = pathFlaw(text, path.start, path.end);
  if (wrongPath !== null) return failed(wrongPath);
  const tooLong = lengthFlaw(text, domain, path, style !== 'qualified');
  if (tooLong !== null) return failed(tooLong);

  const tag: Span | null = repositoryEnd === nameEnd ? null : { start: repositoryEnd + 1, end: nameEnd };
  const wrongTag = tag === null ? null : tagFlaw(text, tag.start, tag.end);
  if (wrongTag !== null) return failed(wrongTag);
  const digest: Span | null = at === -1 ? null : { start: at + 1, end: text.length };
  const wrongDigest = digest === null ? null : digestFlaw(text, digest.start, digest.end);
  if (wrongDigest !== null) return failed(wrongDigest);

  const slice = (part: Span): string => text.slice(part.start, part.end);
  return {
    ok: true,
    reference: {
      text,
      domain: domain === null ? null : slice(domain),
      path: slice(path),
      tag: tag === null ? null : slice(tag),
      digest: digest === null ? null : slice(digest),
      spans: { domain, path, tag, digest },
    },
  };
}

const failed = (problem: ReferenceProblem): ParseResult => ({ ok: false, problem });

/** A URL's scheme with its `://` (also `docker://`), which people paste along with the name. */
function schemeOf(text: string): Span | null {
  const end = text.indexOf('://');
  if (end < 1) return null;
  for (let at = 0; at < end; at++) if (!/[A-Za-z0-9+.-]/.test(text.charAt(at))) return null;
  return { start: 0, end: end + 3 };
}

/** normalize.go puts `library/` before a one-part Docker Hub path first, and that counts. */
function lengthFlaw(
  text: string,
  domain: Span | null,
  path: Span,
  familiar: boolean,
): ReferenceProblem | null {
  let length = path.end - path.start;
  const written = text.slice(path.start, path.end);
  if (familiar && !written.includes('/')) {
    const host = domain === null ? null : text.slice(domain.start, domain.end);
    if (host === null || host === 'docker.io' || host === 'index.docker.io') length += 'library/'.length;
  }
  for (let at = path.start; at < path.end; at++) if (text.charAt(at) === UNKNOWN) length--;
  if (length <= MAX_PATH_LENGTH) return null;
  return {
    code: 'too-long',
    message: `The repository path has ${length} characters; at most ${MAX_PATH_LENGTH} are allowed. Shorten it.`,
    span: path,
  };
}
