import { runeAt } from './escape.ts';
import { Machine, type Match } from './machine.ts';
import { parse } from './parse.ts';
import { compile } from './program.ts';

/** A regular expression as Go's package regexp has it: RE2's syntax and meaning, in linear time. */
export interface Regexp {
  /** The expression as written. */
  readonly source: string;
  /** The names of the groups from 0 on, '' where a group has none. */
  readonly names: readonly string[];
  /** The leftmost match that starts at `from` or later. */
  match(text: string, from?: number): Match | null;
}

const compiled = new Map<string, Regexp>();
const MAX_COMPILED = 200;

/** Compiles an expression; throws RegexpError where RE2 does not take it. */
export function compileRegexp(source: string): Regexp {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const parsed = parse(source);
  let machine: Machine | null = null;
  const made: Regexp = {
    source,
    names: parsed.names,
    match(text, from = 0) {
      machine ??= new Machine(compile(parsed.root, parsed.names.length));
      return machine.match(text, from);
    },
  };
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(source, made);
  return made;
}

const widthAt = (text: string, at: number): number =>
  at >= text.length ? 0 : runeAt(text, at) > 0xffff ? 2 : 1;

/** All matches that do not overlap, at most `limit` of them; no limit below 0. */
export function findAll(regexp: Regexp, text: string, limit: number): Match[] {
  const out: Match[] = [];
  let at = 0;
  let lastEnd = -1;
  while ((limit < 0 || out.length < limit) && at <= text.length) {
    const match = regexp.match(text, at);
    if (match === null) break;
    const [start, end] = match as readonly [number, number];
    // An empty match right behind another one does not count.
    const counts = end !== at || start !== lastEnd;
    if (end === at) at += widthAt(text, at) || 1;
    else at = end;
    lastEnd = end;
    if (counts) out.push(match);
  }
  return out;
}

/** Replaces all matches by what `replacement` makes of each. */
export function replaceAll(regexp: Regexp, text: string, replacement: (match: Match) => string): string {
  let out = '';
  let lastEnd = 0;
  let at = 0;
  while (at <= text.length) {
    const match = regexp.match(text, at);
    if (match === null) break;
    const [start, end] = match as readonly [number, number];
    out += text.slice(lastEnd, start);
    if (end > lastEnd || start === 0) out += replacement(match);
    lastEnd = end;
    const width = widthAt(text, at);
    if (at + width > end) at += width;
    else if (at + 1 > end) at++;
    else at = end;
  }
  return out + text.slice(lastEnd);
}

/** Splits a text at matches into at most `limit` parts; no limit below 0, null for 0 as in Go. */
export function split(regexp: Regexp, text: string, limit: number): string[] | null {
  if (limit === 0) return null;
  if (regexp.source !== '' && text === '') return [''];
  const out: string[] = [];
  let begin = 0;
  let end = 0;
  for (const match of findAll(regexp, text, limit)) {
    if (limit > 0 && out.length === limit - 1) break;
    end = match[0] as number;
    if (match[1] !== 0) out.push(text.slice(begin, end));
    begin = match[1] as number;
  }
  if (end !== text.length) out.push(text.slice(begin));
  return out;
}

/** Fills `$1`, `${1}`, `$name` and `${name}` in as Go's Expand does. */
export function expand(regexp: Regexp, template: string, text: string, match: Match): string {
  let out = '';
  let at = 0;
  for (;;) {
    const dollar = template.indexOf('$', at);
    if (dollar < 0) return out + template.slice(at);
    out += template.slice(at, dollar);
    at = dollar + 1;
    if (template[at] === '$') {
      out += '$';
      at++;
      continue;
    }
    const named = /^(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/u.exec(template.slice(at));
    const name = named?.[1] ?? named?.[2];
    if (named === null || name === undefined) {
      out += '$';
      continue;
    }
    at += named[0].length;
    const group = /^(?:0|[1-9][0-9]{0,8})$/.test(name)
      ? Number(name)
      : regexp.names.findIndex((one, i) => one === name && (match[i * 2] ?? -1) >= 0);
    const start = group < 0 ? -1 : (match[group * 2] ?? -1);
    if (start >= 0) out += text.slice(start, match[group * 2 + 1]);
  }
}

/** Escapes all that means something in an expression. */
export const quoteMeta = (text: string): string => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');
