/** A value of the YAML that the sandbox reads. */
export type Yaml = string | null | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
}

/**
 * Reads the block style of YAML, which manifests are written in: maps, lists, plain and quoted scalars, all of them as
 * strings. Block scalars (`|`, `>`) become their text; flow collections are read where they stand on one line.
 * No anchors, tags or merge keys. Never throws: what it does not understand is left out, because a server
 * that stands in for another has no opinion on anybody's files.
 */
export function readDocuments(text: string): Yaml[] {
  return text
    .split(/^---(?:[ \t].*)?$/m)
    .map(readDocument)
    .filter((each) => each !== null);
}

function readDocument(text: string): Yaml {
  if (text.trimStart().startsWith('{')) return readJson(text.trim());
  const lines: Line[] = text.split(/\r?\n/).map((line) => {
    const content = line.trimStart();
    return { indent: line.length - content.length, text: content.trimEnd() };
  });
  return readBlock({ lines, at: 0, depth: 0 }, 0);
}

interface Reader {
  readonly lines: Line[];
  at: number;
  /** How deep in maps and lists the reader is. */
  depth: number;
}

const isBlank = ({ text }: Line): boolean => text === '' || text.startsWith('#');

function peek(reader: Reader): Line | null {
  while (reader.at < reader.lines.length) {
    const line = reader.lines[reader.at];
    if (line !== undefined && !isBlank(line)) return line;
    reader.at += 1;
  }
  return null;
}

/** The map or list whose first line is next, if it is indented by `least` at least. */
function readBlock(reader: Reader, least: number): Yaml {
  const first = peek(reader);
  if (first === null || first.indent < least) return null;
  return readNested(reader, first);
}

/** No manifest is deeper. */
const deepest = 200;

/** The list or map that begins with a line; null where it lies too deep. */
function readNested(reader: Reader, { indent, text }: Line): Yaml {
  if (reader.depth >= deepest) {
    reader.at += 1;
    return null;
  }
  reader.depth += 1;
  const made = isItem(text) ? readList(reader, indent) : readMap(reader, indent);
  reader.depth -= 1;
  return made;
}

const isItem = (text: string): boolean => text === '-' || text.startsWith('- ');

function readList(reader: Reader, indent: number): Yaml {
  const items: Yaml[] = [];
  for (let line = peek(reader); line !== null; line = peek(reader)) {
    if (line.indent !== indent || !isItem(line.text)) break;
    const rest = line.text.slice(1);
    const content = rest.trimStart();
    if (content === '' || content.startsWith('#')) {
      reader.at += 1;
      items.push(readBlock(reader, indent + 1));
    } else if (isItem(content) || keyOf(content) !== null) {
      // A list or a map that begins beside the dash: what follows stands where its first line does.
      const inner = indent + 1 + rest.length - content.length;
      const beside = { indent: inner, text: content };
      reader.lines[reader.at] = beside;
      items.push(readNested(reader, beside));
    } else {
      reader.at += 1;
      items.push(readScalar(reader, content, indent));
    }
  }
  return items;
}

function readMap(reader: Reader, indent: number): Yaml {
  const map: Record<string, Yaml> = {};
  for (let line = peek(reader); line !== null; line = peek(reader)) {
    if (line.indent < indent) break;
    const key = line.indent === indent ? keyOf(line.text) : null;
    if (key === null) {
      // Nothing that can be read here, such as the second line of a plain scalar.
      if (line.indent === indent && isItem(line.text)) break;
      reader.at += 1;
      continue;
    }
    reader.at += 1;
    const { name, rest } = key;
    if (rest !== '' && !rest.startsWith('#')) {
      map[name] = readScalar(reader, rest, indent);
      continue;
    }
    const next = peek(reader);
    // A list may stand as far left as the key that it belongs to.
    const least = next !== null && isItem(next.text) ? indent : indent + 1;
    map[name] = readBlock(reader, least);
  }
  return map;
}

function keyOf(text: string): { readonly name: string; readonly rest: string } | null {
  const match =
    /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'#{}[\]&*!|>%@`-][^#]*?|-[^\s#][^#]*?))\s*:(?:\s+(.*))?$/.exec(
      text,
    );
  if (match === null) return null;
  // The shortest plain key: what follows the first colon with a space is its value.
  const plain = match[3];
  if (plain === undefined) return { name: match[1] ?? match[2] ?? '', rest: match[4] ?? '' };
  const colon = text.search(/:(\s|$)/);
  return { name: text.slice(0, colon).trim(), rest: text.slice(colon + 1).trim() };
}

function readScalar(reader: Reader, text: string, indent: number): Yaml {
  if (/^[|>][+-]?\d?[+-]?(\s+#.*)?$/.test(text)) return readBlockScalar(reader, indent);
  if (text.startsWith('"')) return unescaped(/^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text);
  if (text.startsWith("'")) return (/^'((?:[^']|'')*)'/.exec(text)?.[1] ?? text).replaceAll("''", "'");
  if (/^[[{]/.test(text)) return readFlow(text) ?? text;
  const plain = text.replace(/\s+#.*$/, '');
  return plain === '~' || plain === 'null' ? null : plain;
}

function readBlockScalar(reader: Reader, indent: number): string {
  const lines: Line[] = [];
  for (; reader.at < reader.lines.length; reader.at += 1) {
    const line = reader.lines[reader.at];
    if (line === undefined || (line.text !== '' && line.indent <= indent)) break;
    lines.push(line);
  }
  const least = Math.min(...lines.filter(({ text }) => text !== '').map((each) => each.indent));
  return lines
    .map((each) => (each.text === '' ? '' : ' '.repeat(each.indent - least) + each.text))
    .join('\n');
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

/** A flow collection on one line; null where it is none. */
function readFlow(text: string): Yaml | null {
  // The parts that a flow collection is made of: marks, quoted scalars, plain ones.
  const tokens =
    text.match(
      /[[\]{},]|:(?=\s|$)|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s[\]{},:"'](?:[^[\]{},:]|:(?!\s|$))*/g,
    ) ?? [];
  let next = 0;
  const value = (depth: number): Yaml => {
    const token = tokens[next++];
    if (token === undefined || depth > 100) throw new SyntaxError();
    if (token === '[') {
      const items: Yaml[] = [];
      while (tokens[next] !== ']') {
        items.push(value(depth + 1));
        if (tokens[next] === ',') next += 1;
      }
      next += 1;
      return items;
    }
    if (token === '{') {
      const map: Record<string, Yaml> = {};
      while (tokens[next] !== '}') {
        const key = scalarOf(tokens[next++] ?? '}');
        if (tokens[next] === ':') {
          next += 1;
          map[key ?? ''] = value(depth + 1);
        } else map[key ?? ''] = null;
        if (tokens[next] === ',') next += 1;
      }
      next += 1;
      return map;
    }
    return scalarOf(token);
  };
  try {
    return value(0);
  } catch {
    return null;
  }
}

function scalarOf(token: string): string | null {
  if (/^[[\]{},:]$/.test(token)) throw new SyntaxError();
  if (token.startsWith('"')) return unescaped(token.slice(1, -1));
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  const plain = token.trim();
  return plain === '~' || plain === 'null' ? null : plain;
}

/** JSON with its numbers and truth values as strings; null where it is none. */
function readJson(text: string): Yaml {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
    ) as Yaml;
  } catch {
    return null;
  }
}

export const isMap = (value: Yaml | undefined): value is { readonly [key: string]: Yaml } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at a path of keys; null where there is nothing. */
export function at(value: Yaml, ...path: readonly string[]): Yaml {
  let here: Yaml = value;
  for (const key of path) here = isMap(here) ? (here[key] ?? null) : null;
  return here;
}

export const textAt = (value: Yaml, ...path: readonly string[]): string => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
};

export const listAt = (value: Yaml, ...path: readonly string[]): readonly Yaml[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly Yaml[]) : [];
};
