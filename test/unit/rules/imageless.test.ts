import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { sessionOf } from '../../support/release.ts';

const withContainer = (lines: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
${lines}
`;

const told = (text: string) =>
  problemsOf(sessionOf({ 'web.yaml': text }).snapshot, 'web.yaml').map(({ problem }) => problem.rule);

test('a container without image is an error, also with a templated value elsewhere in it', () => {
  assert.deepEqual(told(withContainer('          workingDir: repl{{ ConfigOption "dir" }}')), [
    'container-without-image',
  ]);
});

test('a template that may write the image keeps it quiet', () => {
  assert.deepEqual(told(withContainer('          repl{{ ConfigOption "container" | nindent 10 }}')), []);
});

for (const none of ['', ' null', ' ~', " ''"])
  test(`an image that is \`${none.trim()}\` is none`, () => {
    assert.deepEqual(told(withContainer(`          image:${none}`)), ['container-without-image']);
  });
