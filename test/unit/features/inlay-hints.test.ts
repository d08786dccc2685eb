import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inlayHintsIn } from '../../../server/src/core/features/inlay-hints.ts';
import type { Answer } from '../../../server/src/core/knowledge/knowledge.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';
import { imageName } from '../../support/world.ts';

const day = 24 * 60 * 60 * 1000;
const now = 20_000 * day;
const digest = `sha256:1234567${'8'.repeat(57)}`;
const image = `${ecr}/demo-apps/api:1.4.2`;

const exists = (name: string, pushedAt?: number): Answer => ({
  kind: 'image',
  image: imageName(name),
  verdict: {
    status: 'exists',
    detail: null,
    digest,
    reason: '',
    checkedAt: now,
    from: 'ECR',
    ...(pushedAt === undefined ? {} : { facts: { pushedAt } }),
  },
});
const whole = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

/** The file's lines that have hints, with each hint in brackets where it stands. */
function shown(text: string, answers: readonly Answer[], range = whole): string[] {
  const session = sessionOf({ 'a.yaml': text });
  session.learn(answers);
  const lines = text.split('\n');
  return inlayHintsIn(session.snapshot, 'a.yaml', range, now).map(({ position, label }) => {
    const line = lines[position.line] ?? '';
    return `${line.slice(0, position.character)}[${label}]${line.slice(position.character)}`.trim();
  });
}

test('digest and age stand behind the reference, its quotes included', () => {
  const answers = [exists(image, now - 3 * day)];
  assert.deepEqual(shown(pod(`${image} # ours`), answers), [
    `image: ${image}[sha256:1234567 · pushed 3 days ago] # ours`,
  ]);
  assert.deepEqual(shown(pod(`"${image}"`), answers), [
    `image: "${image}"[sha256:1234567 · pushed 3 days ago]`,
  ]);
});

test('a digest that is written there is not said again', () => {
  const pinned = `${image}@${digest}`;
  assert.deepEqual(shown(pod(pinned), [exists(pinned, now - day)]), [`image: ${pinned}[pushed 1 day ago]`]);
  assert.deepEqual(shown(pod(pinned), [exists(pinned)]), []);
});

test('the age may be known from the list of tags', () => {
  const list = {
    names: ['1.4.2'],
    complete: true,
    checkedAt: now,
    details: { '1.4.2': { at: now - 60 * day } },
  };
  const tags: Answer = { kind: 'tags', repository: { host: ecr, repository: 'demo-apps/api' }, list };
  assert.deepEqual(shown(pod(image), [exists(image), tags]), [
    `image: ${image}[sha256:1234567 · pushed 2 months ago]`,
  ]);
});

test('split values have it behind the tag', () => {
  const chart = `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: web }
spec:
  values:
    image:
      repository: ${ecr}/demo-apps/api
      tag: '1.4.2'
`;
  assert.deepEqual(shown(chart, [exists(image)]), ["tag: '1.4.2'[sha256:1234567]"]);
});

test('only the range that is seen, and only what is known to exist', () => {
  const other = `${ecr}/demo-apps/web:1`;
  const text = pod(image, other, `${ecr}/demo-apps/gone:1`);
  const answers = [exists(image), exists(other)];
  assert.equal(shown(text, answers).length, 2);
  const seen = { start: { line: 8, character: 0 }, end: { line: 9, character: 100 } };
  assert.deepEqual(shown(text, answers, seen), [`image: ${other}[sha256:1234567]`]);
});
