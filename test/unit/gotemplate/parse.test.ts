import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { AnyNode, ListNode } from '../../../server/src/core/gotemplate/nodes.ts';
import { parseTemplate } from '../../../server/src/core/gotemplate/parse.ts';
import type { TemplateGolden } from '../../oracle/templates/case.ts';
import { root } from '../../support/paths.ts';
import { randomFrom } from '../../support/random.ts';
import { functions } from './host.ts';

const golden = JSON.parse(
  readFileSync(join(root, 'test/fixtures/gotemplate/engine.json'), 'utf8'),
) as TemplateGolden;
const kots = { left: '{{repl', right: '}}' };
const problemsOf = (text: string) =>
  parseTemplate('t', text, { functions }).problems.map(({ message, start, end }) => [
    message,
    text.slice(start, end),
  ]);

describe('problems', () => {
  test('each action has its own, and the rest is read', () => {
    const text = 'a: {{ .x }\nb: {{ nope .y }}\nc: {{ $z }}{{ .s | }}\nd: {{ upper "q" }}\n';
    const file = parseTemplate('t', text, { functions });
    assert.deepEqual(
      file.problems.map((one) => [one.code, one.message, text.slice(one.start, one.end)]),
      [
        ['syntax', 'unexpected "}" in operand', '}'],
        ['unknown-function', 'function "nope" not defined', 'nope'],
        ['unknown-variable', 'undefined variable "$z"', '$z'],
      ],
    );
    const actions = file.root.nodes.filter((node) => node.kind === 'action');
    assert.deepEqual(
      actions.map((node) => text.slice(node.start, node.end)),
      ['{{ nope .y }}', '{{ $z }}', '{{ .s | }}', '{{ upper "q" }}'],
    );
  });

  test('a broken head leaves its body and end where they are', () => {
    const text = '{{ if .a ( }}yes{{ else }}no{{ end }}{{ .s }}';
    const file = parseTemplate('t', text, { functions });
    assert.equal(file.problems.length, 1);
    const [branch, last] = file.root.nodes;
    assert.ok(branch?.kind === 'if');
    assert.deepEqual(
      branch.list.nodes.map((node) => node.kind),
      ['text'],
    );
    assert.deepEqual(
      branch.otherwise?.nodes.map((node) => node.kind),
      ['text'],
    );
    assert.equal(last?.kind, 'action');
  });

  test('an action that nobody closed ends with its line', () => {
    const text = 'a: {{ .x\nb: {{ .s }}\nc: {{ upper\n';
    const file = parseTemplate('t', text, { functions });
    assert.deepEqual(
      file.problems.map((one) => one.error),
      [
        'template: t:2: function "b" not defined',
        'template: t:2: expected := in action started at t:1',
        'template: t:4: unclosed action started at t:3',
      ],
    );
    assert.deepEqual(
      file.root.nodes.map((node) => [node.kind, text.slice(node.start, node.end)]),
      [
        ['text', 'a: '],
        ['broken', '{{ .x'],
        ['text', '\nb: '],
        ['action', '{{ .s }}'],
        ['text', '\nc: '],
        ['broken', '{{ upper'],
        ['text', '\n'],
      ],
    );
  });

  test('blocks that are left open are named where they begin', () => {
    assert.deepEqual(problemsOf('{{ if .s }}{{ range .list }}x'), [
      ['unexpected EOF', '{{ range .list }}'],
      ['unexpected EOF', '{{ if .s }}'],
    ]);
    assert.deepEqual(problemsOf('a{{ end }}b{{ else }}c'), [
      ['unexpected {{end}}', '{{ end }}'],
      ['unexpected {{else}}', '{{ else }}'],
    ]);
    assert.deepEqual(problemsOf('{{ if .s }}1{{ else }}2{{ else }}3{{ end }}{{ .s }}'), [
      ['expected end; found {{else}}', '{{ else }}'],
    ]);
  });

  test('KOTS takes any word that begins as its delimiter does', () => {
    const [problem] = parseTemplate('t', 'x: {{replicas}}', { delims: kots }).problems;
    assert.equal(problem?.error, 'template: t:1: function "icas" not defined');
  });

  test('what Go cannot say stays what it is: imaginary numbers are refused', () => {
    assert.deepEqual(problemsOf('{{ 1i }}')[0]?.[0], 'illegal number syntax: "1i"');
  });
});

describe('spans', () => {
  test('every node holds its children, and says what it is', () => {
    for (const one of golden.cases)
      for (const { name, text } of one.files) {
        const delims = { left: one.left || '{{', right: one.right || '}}' };
        const file = parseTemplate(name, text, { delims, functions });
        check(file.root, text, delims.left, delims.right);
      }
  });

  test('a text cut or scribbled in anywhere parses without throwing, and all of it lies in some node', () => {
    const random = randomFrom(7);
    const pieces = [
      '{{',
      '}}',
      '"',
      '`',
      '(',
      ')',
      '|',
      '{{end}}',
      '{{else}}',
      '/*',
      '*/',
      '$x',
      "'",
      '\n',
      ':=',
    ];
    for (const one of golden.cases) {
      const text = one.files[0]?.text ?? '';
      const delims = { left: one.left || '{{', right: one.right || '}}' };
      const at = random(text.length + 1);
      for (const broken of [
        text.slice(0, at),
        text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at),
        text.slice(0, at) + text.slice(at + 1 + random(4)),
      ]) {
        const file = parseTemplate('t', broken, { delims, functions });
        check(file.root, broken, delims.left, delims.right);
        for (const problem of file.problems)
          assert.ok(problem.start >= 0 && problem.start <= problem.end && problem.end <= broken.length);
      }
    }
  });
});

test('hostile texts cost linear time', () => {
  const hostile = [
    '{{'.repeat(100_000),
    '{{ @ }}'.repeat(50_000),
    '{{/* }}\n'.repeat(50_000),
    '{{ "'.repeat(50_000),
    '{{ `}}\n'.repeat(50_000),
    `{{ ${'('.repeat(100_000)} }}`,
    '{{if .x}}'.repeat(50_000),
    '{{if .x}}{{else}}'.repeat(20_000),
    '{{if .x}}x{{else if .y}}'.repeat(20_000),
    '{{end}}'.repeat(50_000),
    '{{define "a"}}'.repeat(20_000),
    `{{ ${'.a'.repeat(100_000)} }}`,
    `{{ ${'. | '.repeat(50_000)} }}`,
    '{{$x := 1}}'.repeat(20_000),
    '{{ .x\n'.repeat(50_000),
    `${' '.repeat(100_000)}{{- ""}}`.repeat(5),
  ];
  for (const text of hostile) {
    const start = performance.now();
    parseTemplate('t', text, { functions });
    const spent = performance.now() - start;
    assert.ok(spent < 1500, `${text.slice(0, 20)}… took ${Math.round(spent)} ms`);
  }
});

function check(list: ListNode, text: string, left: string, right: string): void {
  let at = list.start;
  for (const node of list.nodes) {
    assert.ok(node.start >= at, 'nodes do not overlap');
    assert.ok(node.end >= node.start && node.end <= text.length);
    at = node.end;
    const written = text.slice(node.start, node.end);
    switch (node.kind) {
      case 'text':
        assert.equal(written, node.text);
        break;
      case 'action':
      case 'break':
      case 'continue':
        assert.ok(written.startsWith(left) && written.endsWith(right), written);
        if (node.kind === 'action') checkInside(node.pipe, node.start, node.end);
        break;
      case 'comment':
        assert.ok(written.startsWith(left) && written.includes('/*'), written);
        break;
      case 'if':
      case 'with':
      case 'range':
        assert.ok(text.startsWith(left, node.head.start) || text.slice(node.head.start).startsWith('if'));
        assert.ok(node.list.start >= node.head.end && node.list.end <= node.end);
        check(node.list, text, left, right);
        if (node.otherwise !== null) check(node.otherwise, text, left, right);
        break;
      case 'define':
        check(node.list, text, left, right);
        break;
      case 'template':
        if (node.block !== null) check(node.block, text, left, right);
        break;
    }
  }
}

function checkInside(node: AnyNode, start: number, end: number): void {
  assert.ok(node.start >= start && node.end <= end && node.start <= node.end, `${node.kind} lies outside`);
  if (node.kind === 'pipe')
    for (const one of [...node.declared, ...node.commands]) checkInside(one, start, end);
  if (node.kind === 'command') for (const one of node.args) checkInside(one, node.start, node.end);
  if (node.kind === 'chain') checkInside(node.base, node.start, node.end);
}
