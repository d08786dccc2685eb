import type { ManifestDocument, YamlMap } from '../manifest/node.ts';
import type { TextEdit } from '../text/edit.ts';
import { indentAt, secretEdit } from './pull-secret.ts';
import { asMap, asScalar, asSequence, type Found, get, isNull, itemsOf, path, textAt } from './tree.ts';
import { scalarPart } from './uses/part.ts';

/** Keys and texts below them. */
export interface Tree {
  readonly [key: string]: string | Tree;
}

/** What is to stand in a map of a document, besides what stands there: keys with texts, or a pull secret. */
export type Addition =
  | { readonly at: readonly string[]; readonly tree: Tree }
  | { readonly at: readonly string[]; readonly pullSecret: string };

/**
 * The edits that make additions, in the style that the document is written in; none where all of it is there, null
 * where one cannot be made without touching something else.
 */
export function additionEdits(document: ManifestDocument, additions: readonly Addition[]): TextEdit[] | null {
  const root = asMap(document.root);
  if (root === null) return additions.length === 0 ? [] : null;
  const writer = { text: document.text, newline: document.text.includes('\r\n') ? '\r\n' : '\n' };
  const edits: TextEdit[] = [];
  // Two may need the same map that is not there yet, so all that is new is put in at once.
  let tree: Tree = {};
  for (const addition of additions) {
    const { at } = addition;
    if ('tree' in addition) tree = united(tree, nested(at, addition.tree));
    else {
      const map = asMap(path(root, ...at));
      const list = { [asItIs]: `- name: ${scalarOf(addition.pullSecret)}` };
      if (map === null) tree = united(tree, nested(at, { imagePullSecrets: list }));
      else {
        const made = withSecret(map, addition.pullSecret, writer);
        if (made === null) return null;
        edits.push(...made);
      }
    }
  }
  const made = merged(root, tree, writer);
  return made === null ? null : [...edits, ...made];
}

function withSecret(map: Found<YamlMap>, secret: string, { text, newline }: Writer): TextEdit[] | null {
  const list = asSequence(get(map, 'imagePullSecrets'));
  if (list !== null && itemsOf(list).some((item) => textAt(item, 'name') === secret)) return [];
  const edit = secretEdit(map, text, secret, newline, scalarOf(secret));
  return edit === null ? null : [edit];
}

const united = (a: Tree, b: Tree): Tree => {
  const both: Record<string, string | Tree> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = both[key];
    both[key] = typeof before === 'object' && typeof value === 'object' ? united(before, value) : value;
  }
  return both;
};

/** Stands for the one entry of a list, which is written as it is. */
const asItIs = '\0';

interface Writer {
  readonly text: string;
  readonly newline: string;
}

const nested = (keys: readonly string[], tree: Tree): Tree =>
  keys.reduceRight<Tree>((inner, key) => ({ [key]: inner }), tree);

function merged(map: Found<YamlMap>, tree: Tree, writer: Writer): TextEdit[] | null {
  if (map.via !== null) return null;
  const edits: TextEdit[] = [];
  const fresh: [string, string | Tree][] = [];
  for (const [key, value] of Object.entries(tree)) {
    const own = map.node.entries.find((entry) => entry.key.text === key);
    if (own === undefined) {
      fresh.push([key, value]);
      continue;
    }
    const made =
      typeof value === 'string' ? replaced(own.value, value, writer) : into(own.value, value, writer);
    if (made === null) return null;
    edits.push(...made);
  }
  if (fresh.length > 0) edits.push(inserted(map.node, fresh, writer));
  return edits;
}

function into(at: YamlMap['entries'][number]['value'], tree: Tree, writer: Writer): TextEdit[] | null {
  const found = at === null ? null : asMap({ node: at, via: null });
  return found === null ? null : merged(found, tree, writer);
}

function replaced(at: YamlMap['entries'][number]['value'], text: string, writer: Writer): TextEdit[] | null {
  const scalar = at === null ? null : asScalar({ node: at, via: null });
  if (scalar === null || isNull(scalar.node) || scalar.via !== null) return null;
  if (scalar.node.text === text) return [];
  return scalarPart(scalar, writer.text).replace({ start: 0, end: scalar.node.text.length }, text);
}

/** Behind the last entry of a map, in its indentation. */
function inserted(map: YamlMap, fresh: readonly [string, string | Tree][], writer: Writer): TextEdit {
  const { text, newline } = writer;
  if (map.flow) {
    const close = text.lastIndexOf('}', map.span.end - 1);
    let at = close;
    while (/\s/.test(text[at - 1] ?? '')) at--;
    const entries = fresh.map(([key, value]) => `${keyOf(key)}: ${flow(value)}`).join(', ');
    const before = map.entries.length === 0 ? '' : text[at - 1] === ',' ? ' ' : ', ';
    return { span: { start: at, end: at }, newText: before + entries };
  }
  const indent = indentAt(text, map.span.start);
  let at = map.entries.at(-1)?.value?.span.end ?? map.span.end;
  at = Math.max(at, map.entries.at(-1)?.key.span.end ?? 0);
  while (/\s/.test(text[at - 1] ?? '')) at--;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  const lines = fresh.flatMap(([key, value]) => block(key, value, indent));
  return { span: { start: at, end: at }, newText: lines.map((line) => newline + line).join('') };
}

function block(key: string, value: string | Tree, indent: string): string[] {
  if (typeof value === 'string') return [`${indent}${keyOf(key)}: ${scalarOf(value)}`];
  const raw = value[asItIs];
  const inner =
    typeof raw === 'string'
      ? [`${indent}  ${raw}`]
      : Object.entries(value).flatMap(([each, of]) => block(each, of, `${indent}  `));
  return [`${indent}${keyOf(key)}:`, ...inner];
}

function flow(value: string | Tree): string {
  if (typeof value === 'string') return scalarOf(value);
  const raw = value[asItIs];
  if (typeof raw === 'string') return `[{ ${raw.slice('- '.length)} }]`;
  return `{ ${Object.entries(value)
    .map(([key, of]) => `${keyOf(key)}: ${flow(of)}`)
    .join(', ')} }`;
}

const keyOf = (key: string): string => (/^[A-Za-z_][\w-]*$/.test(key) ? key : quoted(key));

/** A text as a scalar that reads back as that text, also within braces. */
const scalarOf = (text: string): string =>
  /^[A-Za-z0-9][\w./:-]*\w$/.test(text) && /[a-z]{2}/i.test(text) && /[./]/.test(text) ? text : quoted(text);

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
