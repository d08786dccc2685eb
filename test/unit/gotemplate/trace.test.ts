import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execute } from '../../../server/src/core/gotemplate/execute.ts';
import { parseTemplate } from '../../../server/src/core/gotemplate/parse.ts';
import { templateSet } from '../../../server/src/core/gotemplate/set.ts';
import type { TemplateFunction } from '../../../server/src/core/gotemplate/value.ts';

const include: TemplateFunction = {
  parameters: ['string', 'interface {}'],
  call: ([name, data], context) => context.include(name as string, data ?? null),
};
const functions = new Map([['include', include]]);

/** What each part of a text writes, in order: `source → written`. */
function traced(text: string): { parts: string[]; output: string } {
  const parts: string[] = [];
  const { output } = execute(templateSet([parseTemplate('t', text, { functions })]), 't', null, {
    functions,
    trace: ({ start, end }, written) => parts.push(`${text.slice(start, end)} → ${written}`),
  });
  return { parts, output };
}

test('each text and action is told with what it writes', () => {
  assert.deepEqual(traced('a {{- 1 }}{{ if true }} b{{ else }}c{{ end }}{{ $x := 2 }}{{ $x }}{{ "" }}'), {
    parts: ['a → a', '{{- 1 }} → 1', ' b →  b', '{{ $x }} → 2', '{{ "" }} → '],
    output: 'a1 b2',
  });
});

test('a text is told each time that it is written, where it stands', () => {
  assert.deepEqual(traced('{{ define "d" }}x{{ end }}{{ range 2 }}{{ template "d" }}{{ end }}').parts, [
    'x → x',
    'x → x',
  ]);
});

test('what a function makes of a template is the work of the action that calls it', () => {
  assert.deepEqual(traced('{{ define "d" }}x{{ 1 }}{{ end }}{{ include "d" . }}!').parts, [
    '{{ include "d" . }} → x1',
    '! → !',
  ]);
});
