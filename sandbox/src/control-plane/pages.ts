import { invalidParameter } from './errors.ts';
import { type Input, optionalText, optionalWhole } from './input.ts';

/** One page of a list, as `maxResults` (default 100, at most 1000) and `nextToken` ask for. */
export function page<T>(
  all: readonly T[],
  input: Input,
): { items: readonly T[]; nextToken: string | undefined } {
  const size = optionalWhole(input, 'maxResults', 1, 1000) ?? 100;
  const token = optionalText(input, 'nextToken');
  const from = token === null ? 0 : readToken(token);
  const to = from + size;
  return { items: all.slice(from, to), nextToken: to < all.length ? writeToken(to) : undefined };
}

function writeToken(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString('base64');
}

function readToken(token: string): number {
  try {
    const { offset } = JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as { offset?: unknown };
    if (typeof offset === 'number' && Number.isInteger(offset) && offset > 0) return offset;
  } catch {
    // Falls through to the same refusal as a number that is none.
  }
  throw invalidParameter("Invalid parameter at 'nextToken': the pagination token is not valid");
}
