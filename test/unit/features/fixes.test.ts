import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsAt, bulkEdits } from '../../../server/src/core/features/fixes.ts';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import type { Snapshot } from '../../../server/src/core/session/snapshot.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { ecr, linked, pod, sessionOf } from '../../support/release.ts';

const at = (snapshot: Snapshot, path: string, rule: string) => {
  const found = problemsOf(snapshot, path).find((placed) => placed.problem.rule === rule);
  assert.ok(found, `${path} has ${rule}`);
  return found.range;
};

const titles = (snapshot: Snapshot, path: string, rule: string) =>
  actionsAt(snapshot, path, at(snapshot, path, rule)).map(({ title }) => title);

test('a public image is rewritten for one use, for the file and for the release', () => {
  const { snapshot } = sessionOf(
    { 'a.yaml': pod('nginx:1.27', 'nginx:1.27'), 'b.yaml': pod('docker.io/library/nginx:1.27') },
    { [`${ecr}/demo-apps/nginx:1.27`]: 'exists' },
  );
  assert.deepEqual(titles(snapshot, 'a.yaml', 'public-image'), [
    `Rewrite to ${ecr}/demo-apps/nginx`,
    `Rewrite to ${ecr}/demo-apps/nginx everywhere in this file (2)`,
    `Rewrite to ${ecr}/demo-apps/nginx everywhere in this release (3)`,
  ]);
  const [, , release] = actionsAt(snapshot, 'a.yaml', at(snapshot, 'a.yaml', 'public-image'));
  const after = (path: string) =>
    applyEdits(
      snapshot.files.get(path)?.text ?? '',
      release?.edits.filter((edit) => edit.path === path) ?? [],
    );
  assert.equal(after('a.yaml'), pod(`${ecr}/demo-apps/nginx:1.27`, `${ecr}/demo-apps/nginx:1.27`));
  assert.equal(after('b.yaml'), pod(`${ecr}/demo-apps/nginx:1.27`));
});

test('a rewrite to what is known to be missing is disabled, and says why', () => {
  const { snapshot } = sessionOf(
    { 'a.yaml': pod('nginx:1.27') },
    { [`${ecr}/demo-apps/nginx:1.27`]: 'absent tag' },
  );
  const [action] = actionsAt(snapshot, 'a.yaml', at(snapshot, 'a.yaml', 'public-image'));
  assert.equal(action?.disabled, `${ecr}/demo-apps/nginx:1.27 does not exist yet.`);
  assert.equal(action?.preferred, false);
});

test('nothing is changed in bulk to what is not known to exist', () => {
  const session = sessionOf(
    { 'a.yaml': pod('nginx:1.27', 'redis:7') },
    { [`${ecr}/demo-apps/redis:7`]: 'exists' },
  );
  const { edits } = bulkEdits(session.snapshot, ['a.yaml']);
  const text = session.snapshot.files.get('a.yaml')?.text ?? '';
  assert.equal(applyEdits(text, edits), pod('nginx:1.27', `${ecr}/demo-apps/redis:7`));
  const all = bulkEdits(session.snapshot, ['a.yaml'], { unverified: true });
  assert.equal(applyEdits(text, all.edits), pod(`${ecr}/demo-apps/nginx:1.27`, `${ecr}/demo-apps/redis:7`));
});

test('two public images that would take one private path are not offered it', () => {
  const { snapshot } = sessionOf({ 'a.yaml': pod('nginx:1.27', 'quay.io/acme/nginx:1.27', 'redis:7') });
  const told = problemsOf(snapshot, 'a.yaml').filter(({ problem }) => problem.rule === 'public-image');
  assert.deepEqual(
    told.map(({ problem }) => problem.message.split(' ')[0]),
    ['redis:7'],
  );
});

test('a collector is rewritten by itself, but never along with others', () => {
  const preflight = `apiVersion: troubleshoot.sh/v1beta2
kind: Preflight
metadata:
  name: checks
spec:
  collectors:
    - run:
        image: nginx:1.27
`;
  const session = sessionOf(
    { 'a.yaml': pod('nginx:1.27'), 'p.yaml': preflight },
    { [`${ecr}/demo-apps/nginx:1.27`]: 'exists' },
  );
  const { snapshot } = session;
  assert.deepEqual(titles(snapshot, 'p.yaml', 'public-image'), [`Rewrite to ${ecr}/demo-apps/nginx`]);
  assert.deepEqual(titles(snapshot, 'a.yaml', 'public-image'), [`Rewrite to ${ecr}/demo-apps/nginx`]);
  assert.deepEqual(
    bulkEdits(snapshot, ['a.yaml', 'p.yaml']).edits.map(({ path }) => path),
    ['a.yaml'],
  );
});

test('no private name is offered where nothing rewrites it', () => {
  const list = `apiVersion: v1
kind: List
items:
  - ${pod('nginx:1').trimEnd().replaceAll('\n', '\n    ')}
`;
  const ephemeral = pod('busybox:1').replace('containers:', 'ephemeralContainers:');
  const { snapshot } = sessionOf({ 'list.yaml': list, 'debug.yaml': ephemeral });
  for (const path of ['list.yaml', 'debug.yaml'])
    assert.deepEqual(
      problemsOf(snapshot, path).filter(({ problem }) => problem.rule === 'public-image'),
      [],
    );
});

test('split values are rewritten in their own keys, and templates in other parts survive', () => {
  const chart = (registry: string, repository: string) => `apiVersion: kots.io/v1beta1
kind: HelmChart
metadata:
  name: web
spec:
  values:
    image:
      registry: ${registry} # where
      repository: "${repository}"
      tag: repl{{ ConfigOption "tag" }}
`;
  const session = sessionOf({ 'chart.yaml': chart('docker.io', 'library/nginx') });
  const { snapshot } = session;
  const [action] = actionsAt(snapshot, 'chart.yaml', at(snapshot, 'chart.yaml', 'public-image'));
  const text = snapshot.files.get('chart.yaml')?.text ?? '';
  assert.equal(applyEdits(text, action?.edits ?? []), chart(ecr, 'demo-apps/nginx'));
});

test('a near tag is only preferred where no number differs', () => {
  const world = {
    [`${ecr}/demo-apps/api:v1.4.2`]: 'absent tag',
    [`${ecr}/demo-apps/api:1.4.3`]: 'absent tag',
    [`${ecr}/demo-apps/api`]: ['1.4.1', '1.4.2'],
  };
  const { snapshot } = sessionOf(
    { 'a.yaml': pod(`${ecr}/demo-apps/api:v1.4.2`), 'b.yaml': pod(`${ecr}/demo-apps/api:1.4.3`) },
    world,
  );
  const first = (path: string) => actionsAt(snapshot, path, at(snapshot, path, 'tag-not-found'))[0];
  assert.deepEqual([first('a.yaml')?.title, first('a.yaml')?.preferred], ['Use 1.4.2', true]);
  assert.equal(first('b.yaml')?.preferred, false);
});

test('keepPublic images are never told to move', () => {
  const { snapshot } = sessionOf({
    '.waybill.yaml': `${linked}keepPublic: ["registry.k8s.io/**", "nginx"]\n`,
    'a.yaml': pod('registry.k8s.io/pause:3.9', 'nginx:1.27'),
  });
  assert.deepEqual(problemsOf(snapshot, 'a.yaml'), []);
});

test('a tag that our own CI is to push is not changed in bulk', () => {
  const text = pod(`${ecr}/demo-apps/web:v1.0`, `${ecr}/demo-apps/api:v1.0`);
  const { snapshot } = sessionOf(
    { '.waybill.yaml': `${linked}builtByUs: ["**/web"]\n`, 'a.yaml': text },
    {
      [`${ecr}/demo-apps/web:v1.0`]: 'absent tag',
      [`${ecr}/demo-apps/web`]: ['1.0'],
      [`${ecr}/demo-apps/api:v1.0`]: 'absent tag',
      [`${ecr}/demo-apps/api`]: ['1.0'],
    },
  );
  const { edits } = bulkEdits(snapshot, ['a.yaml']);
  assert.equal(applyEdits(text, edits), text.replace('api:v1.0', 'api:1.0'));
  assert.deepEqual(
    problemsOf(snapshot, 'a.yaml').map(({ problem }) => problem.fixes.map(({ title }) => title)),
    [['Use 1.0'], ['Use 1.0']],
  );
});

test('a registry that is written with a slash behind it keeps it', () => {
  const text = (registry: string, repository: string) =>
    `apiVersion: kots.io/v1beta1\nkind: HelmChart\nspec:\n  values:\n    web: { registry: ${registry}/, repository: ${repository}, tag: v1 }\n`;
  const before = text('docker.io', 'library/nginx');
  const { snapshot } = sessionOf({ 'a.yaml': before }, { [`${ecr}/demo-apps/nginx:v1`]: 'exists' });
  const { edits } = bulkEdits(snapshot, ['a.yaml']);
  assert.equal(applyEdits(before, edits), text(ecr, 'demo-apps/nginx'));
});

for (const [values, after] of [
  ['registry: E, image: demo-apps/web, tag: v1.0.2', 'registry: E, image: demo-apps/web, tag: 1.0.2'],
  ['registry: E, image: "demo-apps/web:v1.0.2"', 'registry: E, image: "demo-apps/web:1.0.2"'],
  ['repository: "E/demo-apps/web:v1.0.2", tag: ""', 'repository: "E/demo-apps/web:1.0.2", tag: ""'],
  ['image: { repository: "E/demo-apps/web:v1.0.2" }', 'image: { repository: "E/demo-apps/web:1.0.2" }'],
  [
    'registry: docker.io, image: library/nginx, tag: 1.0.2',
    'registry: E, image: demo-apps/nginx, tag: 1.0.2',
  ],
  ['registry: docker.io, image: "nginx:1.0.2"', 'registry: E, image: "demo-apps/nginx:1.0.2"'],
])
  test(`a fix changes the key that says the part: ${values}`, () => {
    const text = (of = '') =>
      `apiVersion: kots.io/v1beta1\nkind: HelmChart\nspec:\n  values:\n    web: { ${of.replace('E', ecr)} }\n`;
    const before = text(values);
    const { snapshot } = sessionOf(
      { 'a.yaml': before },
      {
        [`${ecr}/demo-apps/nginx:1.0.2`]: 'exists',
        [`${ecr}/demo-apps/web:v1.0.2`]: 'absent tag',
        [`${ecr}/demo-apps/web`]: ['1.0.2'],
      },
    );
    const { edits } = bulkEdits(snapshot, ['a.yaml']);
    assert.equal(applyEdits(before, edits), text(after));
  });
