import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsAt } from '../../../server/src/core/features/fixes.ts';
import { mirroredEdits, namedMoves } from '../../../server/src/core/features/mirrored.ts';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import type { Snapshot } from '../../../server/src/core/session/snapshot.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';

const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const mirror = `Mirror nginx:1.27 to ${ecr}/demo-apps/nginx and rewrite`;
const rewrite = `Rewrite to ${ecr}/demo-apps/nginx`;
const preflight = `apiVersion: troubleshoot.sh/v1beta2
kind: Preflight
metadata:
  name: checks
spec:
  collectors:
    - run:
        image: nginx:1.27
`;

const offered = (snapshot: Snapshot, path: string, mirrors = true): [string, boolean][] =>
  actionsAt(snapshot, path, whole, { mirrors }).map(({ title, preferred }) => [title, preferred]);

test('mirroring goes first where the image is known to be missing, last where nobody knows, and else not', () => {
  const files = { 'a.yaml': pod('nginx:1.27') };
  const name = `${ecr}/demo-apps/nginx:1.27`;
  assert.deepEqual(offered(sessionOf(files, { [name]: 'absent tag' }).snapshot, 'a.yaml'), [
    [mirror, true],
    [rewrite, false],
  ]);
  assert.deepEqual(offered(sessionOf(files).snapshot, 'a.yaml'), [
    [`${rewrite} (not checked)`, true],
    [mirror, false],
  ]);
  assert.deepEqual(offered(sessionOf(files, { [name]: 'exists' }).snapshot, 'a.yaml'), [[rewrite, true]]);
  assert.deepEqual(offered(sessionOf(files).snapshot, 'a.yaml', false), [[`${rewrite} (not checked)`, true]]);
});

test('what is to be mirrored is found again by its names, however the text spells it', () => {
  const { snapshot } = sessionOf({ 'a.yaml': pod('docker.io/nginx', 'nginx:latest') });
  assert.deepEqual(
    namedMoves(snapshot, 'a.yaml').map(({ mirroring: { source, target } }) => [source, target]),
    [
      ['docker.io/library/nginx:latest', `${ecr}/demo-apps/nginx`],
      ['docker.io/library/nginx:latest', `${ecr}/demo-apps/nginx:latest`],
    ],
  );
});

test('nothing is mirrored where paths collide, a chart decides the tag, or the account is not listed', () => {
  const chart = `apiVersion: kots.io/v1beta1
kind: HelmChart
metadata:
  name: web
spec:
  values:
    image:
      repository: nginx
`;
  const elsewhere = `app: acme
registries:
  - endpoint: ${ecr}
rewrites:
  - from: nginx
    to: 111122223333.dkr.ecr.us-east-1.amazonaws.com/demo-apps/nginx
`;
  for (const files of [
    { 'a.yaml': pod('nginx:1.27', 'quay.io/acme/nginx:1.27') },
    { 'a.yaml': chart },
    { 'a.yaml': pod('nginx:1.27'), '.waybill.yaml': elsewhere },
  ]) {
    const { snapshot } = sessionOf(files);
    assert.deepEqual(namedMoves(snapshot, 'a.yaml'), []);
    assert.deepEqual(
      offered(snapshot, 'a.yaml').filter(([title]) => title.startsWith('Mirror')),
      [],
    );
  }
  // The last two could be rewritten all the same.
  for (const files of [{ 'a.yaml': chart }, { 'a.yaml': pod('nginx:1.27'), '.waybill.yaml': elsewhere }])
    assert.deepEqual(
      problemsOf(sessionOf(files).snapshot, 'a.yaml').map(({ problem }) => problem.rule),
      ['public-image'],
    );
});

test('only what was mirrored is rewritten, and collectors only where the person chose their image', () => {
  const text = pod('nginx:1.27 # keep', 'nginx:1.25', 'docker.io/library/nginx:1.27');
  const { snapshot } = sessionOf({ 'a.yaml': text, 'p.yaml': preflight });
  const [move] = namedMoves(snapshot, 'a.yaml');
  assert.ok(move);
  const edits = mirroredEdits(snapshot, ['a.yaml', 'p.yaml'], [move], { collectors: false });
  assert.deepEqual([...new Set(edits.map(({ path }) => path))], ['a.yaml']);
  const target = `${ecr}/demo-apps/nginx:1.27`;
  assert.equal(applyEdits(text, edits), pod(`${target} # keep`, 'nginx:1.25', target));
  const chosen = mirroredEdits(snapshot, ['p.yaml'], [move], { collectors: true });
  assert.equal(applyEdits(preflight, chosen), preflight.replace('nginx:1.27', target));
});

test('an anchor is rewritten in the place of its aliases', () => {
  const text = pod('&web nginx:1.27', '*web');
  const { snapshot } = sessionOf({ 'a.yaml': text });
  const edits = mirroredEdits(snapshot, ['a.yaml'], namedMoves(snapshot, 'a.yaml'), { collectors: true });
  assert.equal(applyEdits(text, edits), pod(`&web ${ecr}/demo-apps/nginx:1.27`, '*web'));
});
