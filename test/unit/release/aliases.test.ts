import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsAt, bulkEdits } from '../../../server/src/core/features/fixes.ts';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { ecr, sessionOf } from '../../support/release.ts';

const nginx = `${ecr}/demo-apps/nginx:1.27`;
const release = (text: string) => sessionOf({ 'a.yaml': text }, { [nginx]: 'exists' }).snapshot;

/** The text after the action with this place among those at the `index`-th public image. */
function after(text: string, index: number, action: 'one' | 'file'): string {
  const snapshot = release(text);
  const placed = problemsOf(snapshot, 'a.yaml').filter(({ problem }) => problem.rule === 'public-image')[
    index
  ];
  assert.ok(placed);
  const actions = actionsAt(snapshot, 'a.yaml', placed.range);
  const wanted = actions.find(({ title }) => title.includes('in this file') === (action === 'file'));
  assert.ok(wanted);
  return applyEdits(text, wanted.edits);
}

const list = (...images: readonly string[]) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n${images.map((image) => `    - image: ${image}\n`).join('')}`;

test('fixing one use replaces its alias by the literal; the anchor and the other aliases stay', () =>
  assert.equal(after(list('&i nginx:1.27', '*i', '*i'), 1, 'one'), list('&i nginx:1.27', nginx, '*i')));

test('fixing all edits the anchor', () =>
  assert.equal(
    after(list('&i "nginx:1.27" # here', '*i', 'nginx:1.27', '*i'), 1, 'file'),
    list(`&i "${nginx}" # here`, '*i', nginx, '*i'),
  ));

test('fixing all edits an anchor that stands at no image', () => {
  const text = (image: string) => `x-images: [&i ${image}]\n${list('*i', '*i')}`;
  assert.equal(after(text("'nginx:1.27'"), 0, 'file'), text(`'${nginx}'`));
  const { edits } = bulkEdits(release(text('nginx:1.27')), ['a.yaml']);
  assert.equal(applyEdits(text('nginx:1.27'), edits), text(nginx));
});

test('an anchor with an alias that is something else than these images is left alone', () => {
  const text = (first: string) =>
    `x-images: [&i nginx:1.27]\n${list(first, first)}    - { name: b, env: [{ name: IMAGE, value: *i }] }\n`;
  assert.equal(after(text('*i'), 0, 'file'), text(nginx));
});

test('a registry behind an alias is replaced by itself', () => {
  const text = (registry: string, repository: string) =>
    `apiVersion: kots.io/v1beta1
kind: HelmChart
metadata: { name: a }
spec:
  values:
    other: { registry: &r docker.io }
    image: { registry: ${registry}, repository: ${repository}, tag: "1.27" }
`;
  assert.equal(after(text('*r', 'library/nginx'), 0, 'one'), text(JSON.stringify(ecr), 'demo-apps/nginx'));
});

test('what is merged in is not offered to be changed, because others may merge it too', () => {
  const text = `x: &c { image: nginx:1.27 }\n${list('redis:7')}    - <<: *c\n`;
  const snapshot = release(text);
  const [, merged] = problemsOf(snapshot, 'a.yaml').filter(({ problem }) => problem.rule === 'public-image');
  assert.ok(merged);
  assert.equal(
    text.slice(merged.offset + merged.problem.span.start, merged.offset + merged.problem.span.end),
    '*c',
  );
  assert.deepEqual(actionsAt(snapshot, 'a.yaml', merged.range), []);
});

test('documents that are alike are fixed each in its own place', () => {
  const text = (a: string, b: string) => `${list(a)}---\n${list(b)}`;
  assert.equal(after(text('nginx:1.27', 'nginx:1.27'), 1, 'one'), text('nginx:1.27', nginx));
  assert.equal(after(text('nginx:1.27', 'nginx:1.27'), 0, 'file'), text(nginx, nginx));
});
