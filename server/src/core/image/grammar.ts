import type { ReferenceProblem } from './reference.ts';

/**
 * The lexical rules of distribution/reference (regexp.go), each as one pass over the text instead of a regular
 * expression: half-typed names are the normal input, and backtracking over them is what hangs an editor.
 *
 * A unit equal to `UNKNOWN` stands for any text at all, the empty one too; it never makes anything invalid.
 */

/** Stands for text that is not known yet (a template, a CI variable). No reference can hold this unit itself. */
export const UNKNOWN = '\uffff';

const UNKNOWN_UNIT = 0xffff;
const DOT = 46;
const COLON = 58;
const DASH = 45;
const UNDERSCORE = 95;

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
const isLower = (unit: number): boolean => unit >= 97 && unit <= 122;
const isUpper = (unit: number): boolean => unit >= 65 && unit <= 90;
const isAlphanumeric = (unit: number): boolean => isDigit(unit) || isLower(unit) || isUpper(unit);
const isHex = (unit: number): boolean =>
  isDigit(unit) || (unit >= 97 && unit <= 102) || (unit >= 65 && unit <= 70);
const isSpace = (unit: number): boolean =>
  unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0 || unit === 0x3000 || unit === 0xfeff;

const problem = (
  code: ReferenceProblem['code'],
  start: number,
  end: number,
  message: string,
): ReferenceProblem => ({ code, message, span: { start, end } });

/** `text` quoted for a message; long texts are cut. */
const quote = (text: string): string => `\`${text.length > 60 ? `${text.slice(0, 57)}…` : text}\``;

/** The problem of a unit that may not stand at `at`; `where` and `allowed` complete the sentence. */
function strayUnit(
  text: string,
  at: number,
  code: ReferenceProblem['code'],
  where: string,
  allowed: string,
): ReferenceProblem {
  const point = text.codePointAt(at) ?? 0;
  const end = at + (point > 0xffff ? 2 : 1);
  if (isSpace(point))
    return problem(code, at, end, 'White space may not stand in an image reference. Remove it.');
  return problem(
    code,
    at,
    end,
    `${quote(text.slice(at, end))} may not stand in ${where}. Allowed are ${allowed}.`,
  );
}

/**
 * The first flaw of one part between slashes: `alphanumeric (separator alphanumeric)*` with lower case letters
 * and the separators `.`, `_`, `__` and any number of `-`. Upper case is only told where nothing else is wrong.
 */
function partFlaw(text: string, start: number, end: number): ReferenceProblem | null {
  if (start === end)
    return problem(
      'format',
      Math.max(0, start - 1),
      end === text.length ? end : end + 1,
      'A part of the repository path is empty. Put a name between the slashes, or remove one of them.',
    );
  let upper = false;
  let separator = -1; // where the run of separators before `at` started, or -1
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === UNKNOWN_UNIT) {
      separator = -1;
      continue;
    }
    if (isAlphanumeric(unit)) {
      upper ||= isUpper(unit);
      separator = -1;
      continue;
    }
    if (unit !== DOT && unit !== DASH && unit !== UNDERSCORE)
      return strayUnit(
        text,
        at,
        'format',
        'a repository path',
        'a-z, 0-9 and, between them, `.`, `_`, `__` and `-`',
      );
    if (separator === -1) {
      if (at === start)
        return problem(
          'format',
          at,
          at + 1,
          `A part of a repository path must start with a letter or digit, not with ${quote(text.charAt(at))}.`,
        );
      separator = at;
      continue;
    }
    const first = text.charCodeAt(separator);
    const run = at - separator + 1;
    if (first !== unit || unit === DOT || (unit === UNDERSCORE && run > 2))
      return problem(
        'format',
        separator,
        at + 1,
        `${quote(text.slice(separator, at + 1))} may not stand in a repository path. ` +
          'Letters and digits may be joined by one `.`, by `_` or `__`, or by any number of `-`.',
      );
  }
  if (separator !== -1)
    return problem(
      'format',
      separator,
      end,
      `A part of a repository path must end with a letter or digit, not with ${quote(text.slice(separator, end))}.`,
    );
  if (upper) {
    const written = text.slice(start, end);
    return problem(
      'uppercase',
      start,
      end,
      `A repository path must be lower case: write ${quote(written.toLowerCase())} instead of ${quote(written)}.`,
    );
  }
  return null;
}

/** The first flaw of a repository path (`remoteName` of regexp.go); malformed parts come before upper case ones. */
export function pathFlaw(text: string, start: number, end: number): ReferenceProblem | null {
  let upper: ReferenceProblem | null = null;
  let from = start;
  while (true) {
    const slash = text.indexOf('/', from);
    const to = slash === -1 || slash > end ? end : slash;
    const flaw = partFlaw(text, from, to);
    if (flaw !== null && flaw.code !== 'uppercase') return flaw;
    upper ??= flaw;
    if (to === end) return upper;
    from = to + 1;
  }
}

/** The first flaw of a registry's host with its port (`domainAndPort` of regexp.go). */
export function domainFlaw(text: string, start: number, end: number): ReferenceProblem | null {
  const host = 'a registry host';
  let at = start;
  if (text.charAt(start) === '[') {
    at++;
    while (at < end && (isHex(text.charCodeAt(at)) || text.charCodeAt(at) === COLON)) at++;
    if (text.charAt(at) !== ']' || at === start + 1 || at >= end)
      return at < end && text.charCodeAt(at) !== UNKNOWN_UNIT
        ? strayUnit(text, at, 'format', 'an IPv6 address', '0-9, a-f and `:` between `[` and `]`')
        : problem('format', start, end, 'The IPv6 address is not closed. Write it as `[address]`.');
    at++;
  } else {
    let label = start;
    for (; at <= end; at++) {
      const unit = at === end ? COLON : text.charCodeAt(at);
      if (unit === DOT || unit === COLON) {
        if (at === label)
          return problem(
            'format',
            Math.max(start, at - 1),
            Math.min(end, at + 1),
            'A part of the registry host is empty. Put a name between the dots, or remove one of them.',
          );
        const edge = text.charCodeAt(label) === DASH ? label : text.charCodeAt(at - 1) === DASH ? at - 1 : -1;
        if (edge !== -1)
          return problem(
            'format',
            edge,
            edge + 1,
            'The parts of a registry host must start and end with a letter or digit, not with `-`.',
          );
        if (unit === COLON) break;
        label = at + 1;
        continue;
      }
      if (!isAlphanumeric(unit) && unit !== DASH && unit !== UNKNOWN_UNIT)
        return strayUnit(text, at, 'format', host, 'letters, digits, `.`, `-` and a port');
    }
  }
  if (at >= end) return null;
  if (text.charCodeAt(at) !== COLON)
    return strayUnit(text, at, 'format', host, 'only a port behind an IPv6 address');
  if (at + 1 === end)
    return problem('format', at, end, 'The port is missing. Write it behind the `:`, or remove the `:`.');
  for (let i = at + 1; i < end; i++) {
    const unit = text.charCodeAt(i);
    // What is unknown may end the port and bring a slash and more along.
    if (unit === UNKNOWN_UNIT) return null;
    if (!isDigit(unit))
      return problem(
        'format',
        at + 1,
        end,
        `The port of a registry must be a number, not ${quote(text.slice(at + 1, end))}. ` +
          'If it was meant as a tag: a tag stands at the very end, behind the path.',
      );
  }
  return null;
}

/** The longest tag that a registry takes. */
export const MAX_TAG_LENGTH = 128;

/** The first flaw of a tag, its `:` not included. */
export function tagFlaw(text: string, start: number, end: number): ReferenceProblem | null {
  if (start === end)
    return problem(
      'tag',
      Math.max(0, start - 1),
      end,
      'The tag behind the `:` is missing. Write one, or remove the `:`.',
    );
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (isAlphanumeric(unit) || unit === UNDERSCORE || unit === UNKNOWN_UNIT) continue;
    // What is unknown may be the end of the tag and the start of a digest.
    if (unit === COLON && text.lastIndexOf(UNKNOWN, at) >= start) return null;
    if (unit !== DOT && unit !== DASH)
      return strayUnit(text, at, 'tag', 'a tag', 'letters, digits, `_`, `.` and `-`');
    if (at === start)
      return problem(
        'tag',
        at,
        at + 1,
        `A tag must start with a letter, a digit or \`_\`, not with ${quote(text.charAt(at))}.`,
      );
  }
  let length = 0;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) !== UNKNOWN_UNIT) length++;
  if (length > MAX_TAG_LENGTH)
    return problem(
      'tag',
      start,
      end,
      `The tag has ${length} characters; at most ${MAX_TAG_LENGTH} are allowed. Shorten it.`,
    );
  return null;
}

const SHA256_DIGITS = 64;

/** The first flaw of a digest, its `@` not included. Registries and this project know sha256 only. */
export function digestFlaw(text: string, start: number, end: number): ReferenceProblem | null {
  const colon = text.indexOf(':', start);
  if (colon === -1 || colon >= end) {
    if (text.slice(start, end).includes(UNKNOWN)) return null;
    return problem(
      'digest-format',
      start === end ? Math.max(0, start - 1) : start,
      end,
      'The digest behind the `@` must be written as `sha256:` and 64 hexadecimal digits.',
    );
  }
  const algorithm = text.slice(start, colon);
  if (algorithm !== 'sha256' && !algorithm.includes(UNKNOWN))
    return problem(
      'digest-algorithm',
      start,
      Math.max(colon, start + 1),
      algorithm === ''
        ? "The digest's algorithm is missing. Write `sha256:` and 64 hexadecimal digits."
        : `${quote(algorithm)} digests are not supported. Use the image's sha256 digest.`,
    );
  let length = 0;
  let unknown = false;
  for (let at = colon + 1; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === UNKNOWN_UNIT) {
      unknown = true;
      continue;
    }
    if (!isDigit(unit) && !(unit >= 97 && unit <= 102))
      return strayUnit(text, at, 'digest-format', 'a digest', '0-9 and a-f, in lower case');
    length++;
  }
  if (unknown ? length > SHA256_DIGITS : length !== SHA256_DIGITS)
    return problem(
      'digest-length',
      start,
      end,
      `A sha256 digest has ${SHA256_DIGITS} hexadecimal digits; this one has ${length}.`,
    );
  return null;
}

/** Whether the whole text is 64 lower case hexadecimal digits, which the engine takes for an image's id. */
export function isBareDigest(text: string): boolean {
  if (text.length !== SHA256_DIGITS) return false;
  for (let at = 0; at < SHA256_DIGITS; at++) {
    const unit = text.charCodeAt(at);
    if (!isDigit(unit) && !(unit >= 97 && unit <= 102)) return false;
  }
  return true;
}

/**
 * Whether the part before the first slash is a registry's host by the rule of splitDockerDomain (normalize.go):
 * `localhost`, or anything with a dot, a colon or an upper case letter.
 */
export function looksLikeDomain(text: string): boolean {
  return text === 'localhost' || text.includes('.') || text.includes(':') || text.toLowerCase() !== text;
}
