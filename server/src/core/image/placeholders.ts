import type { Span } from '../text/span.ts';

/** A CI variable inside an image reference: `$TAG`, `${TAG}`, `$(TAG)` or `__TAG__`. */
export interface Placeholder extends Span {
  readonly name: string;
}

/**
 * The CI variables of a text, in order and not overlapping. No reference may hold a `$`, so every `$NAME` is one.
 * Underscores are legal in paths and tags, so `__NAME__` counts only in upper case, or where `names` has it.
 * `${NAME:-default}` is one as well; its default is not used, because CI is expected to set the variable.
 */
export function placeholders(text: string, names: Readonly<Record<string, string>> = {}): Placeholder[] {
  const found: Placeholder[] = [];
  for (let at = 0; at < text.length; ) {
    const placeholder = text.charAt(at) === '$' ? dollar(text, at) : underscores(text, at, names);
    if (placeholder === null) at++;
    else {
      found.push(placeholder);
      at = placeholder.end;
    }
  }
  return found;
}

function dollar(text: string, start: number): Placeholder | null {
  const open = text.charAt(start + 1);
  if (open !== '{' && open !== '(') {
    const end = nameEnd(text, start + 1);
    return end === start + 1 ? null : { start, end, name: text.slice(start + 1, end) };
  }
  const end = nameEnd(text, start + 2);
  if (end === start + 2) return null;
  const name = text.slice(start + 2, end);
  if (open === '(') return text.charAt(end) === ')' ? { start, end: end + 1, name } : null;
  if (text.charAt(end) === '}') return { start, end: end + 1, name };
  if (!':-+?='.includes(text.charAt(end)) || end >= text.length) return null;
  // No default reaches over another `$`: it keeps this linear, and CI nests them nowhere.
  let close = end;
  while (close < text.length && text.charAt(close) !== '}' && text.charAt(close) !== '$') close++;
  return text.charAt(close) === '}' ? { start, end: close + 1, name } : null;
}

function underscores(
  text: string,
  start: number,
  names: Readonly<Record<string, string>>,
): Placeholder | null {
  if (!text.startsWith('__', start)) return null;
  const close = text.indexOf('__', start + 3);
  if (close === -1) return null;
  const name = text.slice(start + 2, close);
  if (Object.hasOwn(names, name)) return { start, end: close + 2, name };
  return /^[A-Z][A-Z0-9_]*$/.test(name) ? { start, end: close + 2, name } : null;
}

/** Behind the variable name that starts at `start`; `start` itself where none does. */
function nameEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    const letter = (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 95;
    if (!letter && (at === start || unit < 48 || unit > 57)) break;
    at++;
  }
  return at;
}
