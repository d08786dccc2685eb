import fc from 'fast-check';
import type { ManifestDocument, YamlNode } from '../../../server/src/core/manifest/node.ts';

/** `WAYBILL_SOAK=1` runs every property many times as often. */
export const runs = (count: number): { numRuns: number } => ({
  numRuns: process.env.WAYBILL_SOAK === '1' ? count * 40 : count,
});

/** A tree as plain data: what a reader of the values sees, keys in order. */
export function plain(node: YamlNode | null): unknown {
  if (node === null) return null;
  switch (node.kind) {
    case 'map':
      return node.entries.map(({ key, value }) => [key.text, plain(value)]);
    case 'sequence':
      return { items: node.items.map(plain) };
    case 'alias':
      return `*${node.name}`;
    case 'scalar':
      return node.text;
  }
}

/** A tree with everything that others see of it. */
export function full(node: YamlNode | null): unknown {
  if (node === null) return null;
  const { span, anchor } = node;
  switch (node.kind) {
    case 'map':
      return ['map', span, anchor, node.flow, node.entries.map(({ key, value }) => [full(key), full(value)])];
    case 'sequence':
      return ['sequence', span, anchor, node.flow, node.items.map(full)];
    case 'alias':
      return ['alias', span, node.name, node.target?.span ?? null];
    case 'scalar': {
      const { style, text, value, content, templates } = node;
      const middle = text.length >>> 1;
      const parts = [
        { start: 0, end: middle },
        { start: middle, end: text.length },
      ].map((part) => node.sourceOf(part));
      return ['scalar', span, anchor, style, text, value, content, templates, parts];
    }
  }
}

export const fullDocument = (document: ManifestDocument): unknown => [
  document.text,
  document.templates,
  document.problems,
  full(document.root),
];

/** All scalars of a tree, keys too; aliases are not followed. */
export function scalars(node: YamlNode | null): Extract<YamlNode, { kind: 'scalar' }>[] {
  if (node === null || node.kind === 'alias') return [];
  switch (node.kind) {
    case 'scalar':
      return [node];
    case 'sequence':
      return node.items.flatMap(scalars);
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, ...scalars(value)]);
  }
}

const pieces = [
  'a: 1',
  'image: nginx:1.27',
  'key: "double \\u00e9 \\" q"',
  "key: 'it''s'",
  '- item',
  '  - deeper: x',
  '  more: y',
  '    deep',
  'block: |',
  'folded: >-',
  'keep: |2+',
  '   text',
  '---',
  '--- # comment',
  '---x',
  '...',
  '%YAML 1.2',
  '# comment',
  '# "quote',
  'open: "double',
  "open: 'single",
  'flow: [a, {b: c}',
  ']',
  '}',
  'anchor: &a {x: 1}',
  'alias: *a',
  '<<: *a',
  '{{repl if ConfigOptionEquals "a" "1" }}',
  '{{repl else }}',
  '{{repl end }}',
  'a: repl{{ ConfigOption "x" }}',
  'a: {{repl ConfigOption "x" }}',
  '  repl{{ x | nindent 4 }}',
  'a: "repl{{ ConfigOption "x" }}"',
  '{{repl/*',
  '*/}}',
  '*/',
  'repl{{/* comment */}}',
  'b: repl{{ print `raw',
  '`}}',
  '` }}',
  'c: {{repl print `',
  'd: repl{{ open',
  '}}',
  '\t',
  '\u{1f600}: \u{1f600}',
  '\0',
  '',
];

export const line: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...pieces) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);

export const lineEnd: fc.Arbitrary<string> = fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\r', '');

/** Text that looks like manifests, whole, half-typed and broken. */
export const manifestText: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom('', '', '', '  ', '    '), line, lineEnd), { maxLength: 24 })
  .map((lines) => lines.flat().join(''));
