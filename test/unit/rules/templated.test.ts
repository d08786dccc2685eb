import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { pod, sessionOf } from '../../support/release.ts';

const told = (image: string) =>
  problemsOf(sessionOf({ 'web.yaml': pod(`'${image}'`) }).snapshot, 'web.yaml').map(
    ({ problem }) => problem.rule,
  );

for (const image of [
  '{{repl if ConfigOptionEquals "a" "b"}}quay.io/x/y:1{{repl else}}quay.io/x/z:1{{repl end}}',
  'repl{{ if HasLocalRegistry }}repl{{ LocalRegistryHost }}/yrepl{{ else }}quay.io/x/yrepl{{ end }}:1',
  'quay.io/x/y{{repl if IsAirgap }}:1{{repl else}}:2{{repl end}}',
])
  test(`branches are no mistake: ${image}`, () => {
    assert.deepEqual(told(image), []);
  });

test('what is wrong beside a value from a template still is', () => {
  assert.deepEqual(told('quay.io/X/y:{{repl ConfigOption "tag"}}'), ['invalid-reference']);
});
