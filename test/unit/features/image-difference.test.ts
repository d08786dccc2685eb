import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageDifference } from '../../../server/src/core/features/image-difference.ts';

const pod = (...images: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n${images.map((image) => `    - image: ${image}\n`).join('')}`;
const compare = (
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  config: string | null = null,
) =>
  imageDifference(new Map(Object.entries(before)), new Map(Object.entries(after)), { app: 'acme', config });
const digest = `sha256:${'a'.repeat(64)}`;

test('images that come, go and change their tag or digest, wherever they stand', () => {
  assert.deepEqual(
    compare(
      { 'a.yaml': pod('nginx:1.26', 'redis:7', 'quay.io/acme/api:1', 'busybox') },
      {
        'b.yaml': pod('docker.io/library/nginx:1.27', `quay.io/acme/api:1@${digest}`),
        'c.yaml': pod('ghcr.io/acme/new:2', 'busybox'),
      },
    ),
    {
      added: ['ghcr.io/acme/new:2'],
      removed: ['docker.io/library/redis:7'],
      changed: [
        { repository: 'docker.io/library/nginx', before: [':1.26'], after: [':1.27'] },
        { repository: 'quay.io/acme/api', before: [':1'], after: [`:1@${digest}`] },
      ],
    },
  );
});

test('another spelling of the same image, and another order, are no change', () => {
  assert.deepEqual(
    compare({ 'a.yaml': pod('nginx:1', 'redis:7') }, { 'a.yaml': pod('redis:7', 'docker.io/nginx:1') }),
    {
      added: [],
      removed: [],
      changed: [],
    },
  );
});

test('values of charts count, and so do variables that .waybill.yaml gives', () => {
  const chart = { 'web.tgz/web/Chart.yaml': 'name: web\nversion: 1.0.0\n' };
  const values = (tag: string) => ({
    ...chart,
    'web.tgz/web/values.yaml': `image:\n  repository: quay.io/acme/web\n  tag: "${tag}"\n`,
  });
  assert.deepEqual(compare(values('1.0'), values('1.1')).changed, [
    { repository: 'quay.io/acme/web', before: [':1.0'], after: [':1.1'] },
  ]);
  assert.deepEqual(
    compare({ 'a.yaml': pod('acme/api:1') }, { 'a.yaml': pod('acme/api:$TAG') }, 'variables: { TAG: "2" }\n')
      .changed,
    [{ repository: 'docker.io/acme/api', before: [':1'], after: [':2'] }],
  );
});

test('what is no image name at all is told as it is written', () => {
  assert.deepEqual(compare({}, { 'a.yaml': pod('UPPER/Case') }).added, ['UPPER/Case']);
});
