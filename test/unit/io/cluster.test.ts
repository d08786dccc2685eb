import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectCluster } from '../../../server/src/io/cluster/client.ts';
import type { ClusterLogin } from '../../../server/src/io/cluster/kubeconfig.ts';

const signal = (): AbortSignal => AbortSignal.timeout(20_000);

/** A cluster that answers with what `handle` says, for the time of `work`. */
async function withCluster<T>(
  handle: (url: URL, request: IncomingMessage) => { readonly status?: number; readonly json: unknown },
  login: ClusterLogin,
  work: (cluster: ReturnType<typeof connectCluster>) => Promise<T>,
): Promise<T> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { status = 200, json } = handle(new URL(request.url ?? '/', 'http://x'), request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cluster = connectCluster(
    {
      context: 'dev',
      namespace: 'shop',
      server: new URL(`http://127.0.0.1:${port}/prefix/`),
      ca: null,
      insecure: false,
      serverName: null,
      login,
    },
    { PATH: process.env.PATH },
  );
  try {
    return await work(cluster);
  } finally {
    cluster.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const named = (name: string) => ({ metadata: { name, namespace: 'shop' } });

test('all pages of pods are read, below the path of the server and with the token', async () => {
  const asked: string[] = [];
  const pods = await withCluster(
    (url, { headers }) => {
      asked.push(`${headers.authorization} ${url.pathname} ${url.searchParams.get('continue') ?? ''}`);
      return url.searchParams.has('continue')
        ? { json: { items: [named('b')], metadata: {} } }
        : { json: { items: [named('a')], metadata: { continue: 'next page' } } };
    },
    { kind: 'token', token: 'secret' },
    (cluster) => cluster.pods('shop', signal()),
  );
  assert.deepEqual(
    pods.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(asked, [
    'Bearer secret /prefix/api/v1/namespaces/shop/pods ',
    'Bearer secret /prefix/api/v1/namespaces/shop/pods next page',
  ]);
});

test('a refusal is given in the words of the cluster', async () => {
  const json = { kind: 'Status', message: 'pods is forbidden: User "me" cannot list' };
  await withCluster(
    () => ({ status: 403, json }),
    { kind: 'none' },
    (cluster) =>
      assert.rejects(
        cluster.pods(null, signal()),
        /refused: pods is forbidden: User "me" cannot list\. Its user needs to list pods there/,
      ),
  );
  await withCluster(
    () => ({ status: 401, json: {} }),
    { kind: 'none' },
    (cluster) =>
      assert.rejects(cluster.pods(null, signal()), /refused \(HTTP 401\)\. Log in to the cluster again/),
  );
});

test('the program of a kubeconfig is run once and gives the token', {
  skip: process.platform === 'win32',
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-login-'));
  try {
    const command = join(folder, 'login');
    const script = `#!/bin/sh
echo x >> '${folder}/runs'
printf '{"kind":"ExecCredential","status":{"token":"%s-%s"}}' "$1" "$WHO"
`;
    await writeFile(command, script);
    await chmod(command, 0o755);
    const login = {
      kind: 'program',
      command,
      args: ['token'],
      env: { WHO: 'me' },
      apiVersion: 'v1',
    } as const;
    const seen = new Set<string | undefined>();
    await withCluster(
      (_, { headers }) => {
        seen.add(headers.authorization);
        return { json: { items: [] } };
      },
      login,
      async (cluster) => {
        await cluster.pods('shop', signal());
        await cluster.pullFailures('shop', signal());
      },
    );
    assert.deepEqual([...seen], ['Bearer token-me']);
    const failing = { ...login, command: '/bin/false', args: [] };
    await withCluster(
      () => ({ json: {} }),
      failing,
      (cluster) =>
        assert.rejects(
          cluster.pods('shop', signal()),
          /\/bin\/false, which the kubeconfig names to log in, failed/,
        ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('events of failed pulls are given by pod', async () => {
  const event = (pod: string, message: string) => ({ message, involvedObject: { name: pod } });
  const found = await withCluster(
    () => ({
      json: {
        items: [
          event('a', 'Failed to pull image "x": 404'),
          event('a', 'Error: ErrImagePull'),
          event('b', 'OOM'),
        ],
      },
    }),
    { kind: 'none' },
    (cluster) => cluster.pullFailures('shop', signal()),
  );
  assert.deepEqual([...found], [['a', ['Failed to pull image "x": 404']]]);
});

test('a cluster that is not there is named', async () => {
  const cluster = connectCluster(
    {
      context: 'gone',
      namespace: 'default',
      server: new URL('http://127.0.0.1:9'),
      ca: null,
      insecure: false,
      serverName: null,
      login: { kind: 'none' },
    },
    {},
  );
  await assert.rejects(
    cluster.pods(null, signal()),
    /The cluster 127\.0\.0\.1:9 \(context gone\) cannot be asked: the connection was refused/,
  );
  cluster.close();
});
