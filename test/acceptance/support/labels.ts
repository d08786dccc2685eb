import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Range } from '../../../server/src/core/text/span.ts';

/** What a comment of samples/labelled says of the place that it stands at; its README has the grammar. */
export interface Label {
  readonly file: string;
  readonly range: Range;
  /** Null for a place that names no image. */
  readonly verdict: { readonly status: string; readonly detail: string | null } | null;
  readonly problems: readonly { readonly severity: string; readonly rule: string }[];
}

const grammar =
  /# @(?<status>[a-z-]+)(?: (?<detail>[a-z-]+))?(?: `(?<text>[^`]+)`)?(?: \((?<lines>\d+) lines\))?(?: → (?<problems>[a-z0-9-]+ [a-z0-9-]+(?:, [a-z0-9-]+ [a-z0-9-]+)*))?$/;

/** The labels of all files in a folder and below. Throws for a comment that starts like a label and is none. */
export function labelsIn(folder: string): Label[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.endsWith('.md') && statSync(join(folder, path)).isFile())
    .sort()
    .flatMap((path) => labelsOf(path, readFileSync(join(folder, path), 'utf8')));
}

export function labelsOf(file: string, text: string): Label[] {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.flatMap((line, number): Label[] => {
    const at = line.indexOf('# @');
    if (at === -1) return [];
    const said = grammar.exec(line)?.groups;
    if (said?.status === undefined) throw new Error(`${file}:${number + 1}: no label: ${line.trim()}`);
    const own = line.slice(0, at).trim() !== '';
    const target = own ? number : nextLine(lines, number);
    return [
      {
        file,
        range: rangeAt(lines, target, said.text ?? null, Number(said.lines ?? 1)),
        verdict: said.status === 'no-image' ? null : { status: said.status, detail: said.detail ?? null },
        problems: (said.problems?.split(', ') ?? []).map((problem) => {
          const [severity = '', rule = ''] = problem.split(' ');
          return { severity, rule };
        }),
      },
    ];
  });
}

function nextLine(lines: readonly string[], from: number): number {
  const next = lines.findIndex((line, i) => i > from && !/^\s*(#|$)/.test(line));
  if (next === -1) throw new Error(`nothing stands below line ${from + 1}`);
  return next;
}

function rangeAt(lines: readonly string[], number: number, text: string | null, count: number): Range {
  const line = lines[number] ?? '';
  const on = (start: number, end: number): Range => ({
    start: { line: number, character: start },
    end: { line: number, character: end },
  });
  if (text !== null) {
    const start = line.indexOf(text);
    if (start === -1 || line.includes(text, start + 1))
      throw new Error(`line ${number + 1} does not hold ${text} once`);
    return on(start, start + text.length);
  }
  const before = /^\s*(?:- )*(?:[?:] )?(?:[\w<]+: +)?(?:!!\w+ |&\w+ )*/.exec(line)?.[0].length ?? 0;
  const value = line.slice(before);
  if (/^[|>][-+]?$/.test(value)) {
    const below = lines[number + 1] ?? '';
    const start = below.length - below.trimStart().length;
    return {
      start: { line: number + 1, character: start },
      end: { line: number + 1, character: below.trimEnd().length },
    };
  }
  const quote = /^["']/.exec(value)?.[0];
  if (quote === undefined) return on(before, before + value.replace(/ #.*$/, '').trimEnd().length);
  const start = before + 1;
  if (count === 1) return on(start, line.indexOf(quote, start));
  const last = number + count - 1;
  return {
    start: { line: number, character: start },
    end: { line: last, character: (lines[last] ?? '').indexOf(quote) },
  };
}
