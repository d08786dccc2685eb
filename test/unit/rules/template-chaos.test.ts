import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type PlacedProblem, problemsOf } from '../../../server/src/core/features/problems.ts';
import { templatesOf } from '../../../server/src/core/kots/functions/templates.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { randomFrom } from '../../support/random.ts';
import { sessionOf } from '../../support/release.ts';

const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data:
  a: '{{repl ConfigOption "hostname" }}'
  b: repl{{ if ConfigOptionEquals "x" "1" }}yes repl{{ else }}no repl{{ end }}
  c: |
    x repl{{ print "one\\ntwo" | nindent 4 }}
  d: "repl{{ ConfigOption "hostname" }}"
  repl{{ if IsKurl }}
  e: 1
  repl{{ end }}
---
apiVersion: kots.io/v1beta1
kind: Application
metadata: { name: repl{{ Namespace }} }
spec:
  title: {{repl ConfigOption "hostname" }}
---
apiVersion: v1
kind: ConfigMap
data:
  f: [ {{repl $x := 1}}, repl{{ print "a: b" }} ]
`;

const bits = [
  ...['{{repl ', 'repl{{ ', '}}', '"', "'", '`', '“', '(', ')', '|', ' ', '\n', '\r\n', '---\n', '$x', '😀'],
  ...['end', 'if', '#', ': ', '- ', '{', '[', '\\', 'repl', 'x', '/*', '*/', '-'],
];

const problemsIn = (given: string): PlacedProblem[] =>
  problemsOf(sessionOf({ 'a.yaml': given }, {}, { templates: templatesOf }).snapshot, 'a.yaml');

test('whatever is typed, problems lie in their document and repairs can be carried out', () => {
  const random = randomFrom(5);
  let repaired = 0;
  for (let round = 0; round < 120; round++) {
    let typed = text;
    for (let edits = 1 + random(4); edits > 0; edits--) {
      const at = random(typed.length);
      const removed = random(3) === 0 ? random(12) : 0;
      typed = typed.slice(0, at) + bits[random(bits.length)] + typed.slice(at + removed);
    }
    for (const { problem, document } of problemsIn(typed)) {
      const { start, end } = problem.span;
      assert.ok(0 <= start && start <= end && end <= document.text.length, `${problem.rule} in ${typed}`);
      for (const { edits } of problem.repairs()) {
        assert.notEqual(applyEdits(document.text, edits), document.text);
        repaired++;
      }
    }
  }
  assert.ok(repaired > 50);
});

describe('what is written to take long is let go', () => {
  const map = (data: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n${data}`;
  const told = (given: string) => problemsIn(given).map(({ problem }) => problem.rule);

  test('a loop in a loop', () => {
    const loop = 'repl{{ range until 10000 }}repl{{ range until 10000 }}xrepl{{ end }}repl{{ end }}';
    assert.deepEqual(told(map(`  a: "${loop}"\n`)), []);
  });

  test('very many templates that break the text', () => {
    const lines = Array.from({ length: 2000 }, (_, i) => `  k${i}: repl{{ print "a: b" ${i} }}\n`).join('');
    const found = problemsIn(map(lines));
    assert.ok(found.length > 0 && found.length <= 10);
    assert.deepEqual(
      found.flatMap(({ problem }) => problem.repairs()),
      [],
    );
  });

  test('very many templates that cannot be read', () => {
    assert.ok(told(map('  # {{repl “x” }}\n'.repeat(5000))).length <= 200);
  });

  test('an if in every document', () => {
    const found = told('repl{{ if IsAirgap }}\n---\na: 1\n'.repeat(1000));
    assert.deepEqual([...new Set(found)], ['template-syntax']);
  });
});

test('functions that count can be used', () => {
  const value = (template: string) => map(`repl{{ print "x: " (${template}) }}`);
  const map = (data: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n  a: ${data}\n`;
  for (const template of ['until 3', 'untilStep 1 5 2', 'seq 3'])
    assert.deepEqual(
      problemsIn(value(template)).map(({ problem }) => problem.rule),
      ['template-breaks-yaml'],
      template,
    );
});
