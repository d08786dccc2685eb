import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderBudget, renderChart } from '../../../server/src/core/helm/render.ts';

const chart = (templates: Readonly<Record<string, string>>) => ({
  metadata: { name: 'web', version: '1.0.0' },
  values: {},
  templates: new Map(Object.entries(templates)),
});
const release = { name: 'web', namespace: 'apps', values: {} };
const all = () => true;
const many = (text: string, count: number) =>
  chart(Object.fromEntries(Array.from({ length: count }, (_, i) => [`templates/${i}.yaml`, text])));

for (const [what, text] of [
  ['steps', '{{ range 100000 }}{{ end }}'],
  ['work', '{{ $x := repeat 1000000 "x" }}'],
  ['output', '# {{ repeat 400000 "x" }}'],
  ['work', '{{ tpl (printf "{{/* %s */}}" (repeat 400000 "x")) . }}'],
] as const)
  test(`no chart costs more than all of them may: ${text}`, () => {
    assert.ok(renderChart(many(text, 2), release, all).ok);
    const rendered = renderChart(many(text, 100), release, all);
    assert.ok(!rendered.ok);
    assert.equal(rendered.effect, 'unseen', rendered.message);
    assert.match(rendered.message, what === 'work' ? /units of text/ : new RegExp(what));
  });

test('what one chart has cost, the next one lacks', () => {
  const budget = renderBudget();
  const costly = many('{{ range until 100000 }}{{ end }}', 9);
  assert.ok(renderChart(costly, release, all, budget).ok);
  assert.ok(!renderChart(many('{{ range until 100000 }}{{ end }}', 12), release, all, budget).ok);
});

test('what is only read counts, too', () => {
  const budget = renderBudget();
  const large = chart({ 'templates/_a.tpl': ' '.repeat(4 * 1024 * 1024), 'templates/b.yaml': '# a' });
  const made = Array.from({ length: 10 }, () => renderChart(large, release, all, budget).ok);
  assert.deepEqual([made.at(0), made.at(-1)], [true, false]);
});

test('a template that is not wanted is read for what it defines, and not executed', () => {
  const rendered = renderChart(
    chart({
      'templates/a.yaml': 'kind: {{ include "kind" . }}',
      'templates/b.yaml': '{{ define "kind" }}Secret{{ end }}{{ fail "no" }}',
    }),
    release,
    (path) => path === 'templates/a.yaml',
  );
  assert.ok(rendered.ok);
  assert.deepEqual(
    rendered.manifests.map(({ text }) => text),
    ['kind: Secret'],
  );
});
