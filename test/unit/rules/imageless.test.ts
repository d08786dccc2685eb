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

test('a patch of a kustomization need not name the image', () => {
  const patch = withContainer('          tty: true');
  const rulesOf = (kustomization: string) => {
    const session = sessionOf({
      'overlays/prod/kustomization.yaml': kustomization,
      'overlays/patch.yaml': patch,
      'overlays/prod/web.yaml': patch,
    });
    return ['overlays/patch.yaml', 'overlays/prod/web.yaml'].map((path) =>
      problemsOf(session.snapshot, path).map(({ problem }) => problem.rule),
    );
  };
  assert.deepEqual(rulesOf('patches: [{path: ../patch.yaml}]\npatchesStrategicMerge: [web.yaml]\n'), [
    [],
    [],
  ]);
  assert.deepEqual(rulesOf('resources: [web.yaml]\n'), [
    ['container-without-image'],
    ['container-without-image'],
  ]);
});

test('what a kustomization takes for a patch is told anew when it changes', () => {
  const session = sessionOf({
    'kustomization.yaml': 'resources: []\n',
    'web.yaml': withContainer('          tty: true'),
  });
  const told = () => problemsOf(session.snapshot, 'web.yaml').length;
  assert.equal(told(), 1);
  session.editFile('kustomization.yaml', [{ text: 'patches: [{path: ./web.yaml}]\n' }]);
  assert.equal(told(), 0);
});
