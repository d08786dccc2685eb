import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterError } from '../../../server/src/io/cluster/cluster-error.ts';
import { podOf } from '../../../server/src/io/cluster/pods.ts';
import { podsOfApp } from '../../../server/src/work/verify/pods-of-app.ts';

/** A cluster with one pod for each app of a namespace; an error for a namespace that may not be looked into. */
const cluster = (apps: Readonly<Record<string, readonly string[] | Error>>) => ({
  async pods(namespace: string | null) {
    const found = apps[namespace ?? ''] ?? [];
    if (found instanceof Error) throw found;
    return found.map((app) =>
      podOf({
        metadata: { name: 'p', namespace, labels: { 'kots.io/app-slug': app } },
        spec: {},
        status: {},
      }),
    );
  },
});

const look = (apps: Parameters<typeof cluster>[0], app: string | null = 'acme') =>
  podsOfApp(cluster(apps), 'default', app, new AbortController().signal);

test('where pods of the app are, nowhere else is looked', async () => {
  const found = await look({ default: ['other', 'acme'], acme: new Error('looked') });
  assert.deepEqual([found.namespace, found.pods.length], ['default', 2]);
});

test('the namespace that is named after the app is looked into where the context’s has none of it', async () => {
  const found = await look({ default: ['other'], acme: ['acme'] });
  assert.deepEqual([found.namespace, found.pods.length], ['acme', 1]);
});

test('where that has none either, or may not be looked into, it stays with the context’s', async () => {
  for (const acme of [['other'], new ClusterError('pods is forbidden')]) {
    const found = await look({ default: ['other'], acme });
    assert.deepEqual([found.namespace, found.pods.length], ['default', 1]);
  }
  await assert.rejects(look({ default: new ClusterError('Unauthorized') }), /Unauthorized/);
  assert.equal((await look({ default: ['other'] }, null)).namespace, 'default');
});
