import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createAgents } from '../../../server/src/io/net/agents.ts';
import { createBudget } from '../../../server/src/io/net/budget.ts';
import { createTransport } from '../../../server/src/io/net/http.ts';
import { createRegistryClient } from '../../../server/src/io/oci/client.ts';
import { createPusher, type Pusher } from '../../../server/src/io/oci/push.ts';

const open: Server[] = [];
after(() => {
  for (const server of open) server.close().closeAllConnections();
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const pusherAt = (url: string): Pusher =>
  createPusher(
    createRegistryClient({
      host: 'onto.example',
      endpoint: { base: new URL(url), mapped: true },
      transport: createTransport(createAgents({})),
      budget: createBudget({ rateOf: () => ({ perSecond: 1000, burst: 1000 }) }),
      now: Date.now,
      credentials: async () => ({ kind: 'basic', user: 'acme', password: 'push-secret', as: 'acme' }),
      signedInFirst: true,
      onSecret: () => {},
      actions: 'pull,push',
    }),
  );

const bytes = Buffer.from('a blob');
const blob = {
  digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  size: bytes.length,
};
const { signal } = new AbortController();

test('an upload that is sent to another host goes there without the credentials', async () => {
  let trapped: IncomingHttpHeaders | null = null;
  const trap = await serve((request, response) => {
    trapped = request.headers;
    request.resume().on('end', () => response.writeHead(201).end());
  });
  const registry = await serve((request, response) => {
    assert.match(request.headers.authorization ?? '', /^Basic /);
    response.writeHead(202, { location: `${trap}/v2/a/blobs/uploads/1?state=x` }).end();
  });
  const pusher = pusherAt(registry);
  const begun = await pusher.begin('a', blob.digest, null, signal);
  assert.ok(begun.kind === 'upload');
  const { status } = await pusher.putBlob('a', begun.upload, blob, bytes, signal);
  assert.equal(status, 201);
  assert.equal((trapped as IncomingHttpHeaders | null)?.authorization, undefined);
});

test('a blob is one PUT with its length, to where the registry says, with what it put there', async () => {
  const seen: string[] = [];
  const registry = await serve((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['content-length']}`);
    request.resume().on('end', () => {
      if (request.method === 'POST')
        response.writeHead(202, { location: '/v2/a/blobs/uploads/7?state=x' }).end();
      else response.writeHead(201).end();
    });
  });
  const pusher = pusherAt(registry);
  const begun = await pusher.begin('a', blob.digest, 'b', signal);
  assert.ok(begun.kind === 'upload');
  assert.equal((await pusher.putBlob('a', begun.upload, blob, bytes, signal)).status, 201);
  const digest = encodeURIComponent(blob.digest);
  assert.deepEqual(seen, [
    `POST /v2/a/blobs/uploads/?mount=${digest}&from=b 0`,
    `PUT /v2/a/blobs/uploads/7?state=x&digest=${digest} 6`,
  ]);
});

for (const [location, mounts] of [
  ['/v2/a/blobs/uploads/7?_state=x', true],
  ['/v2/a/blobs/uploads/7', false],
] as const)
  test(`a registry that sends an upload to ${location} is ${mounts ? '' : 'not '}known to mount`, async () => {
    const registry = await serve((_, response) => response.writeHead(202, { location }).end());
    const begun = await pusherAt(registry).begin('a', blob.digest, 'a', signal);
    assert.ok(begun.kind === 'upload');
    assert.equal(begun.mounts, mounts);
  });

test('whether a blob is there is not asked of the place that a registry keeps it in', async () => {
  const registry = await serve((request, response) => {
    if (request.url?.startsWith('/kept')) assert.fail('The redirect was followed.');
    response.writeHead(307, { location: '/kept' }).end();
  });
  assert.equal((await pusherAt(registry).hasBlob('a', blob.digest, signal)).status, 307);
});

test('a registry that is busy with a blob is not sent it again by itself', async () => {
  let puts = 0;
  const registry = await serve((request, response) => {
    if (request.method === 'PUT') puts++;
    request
      .resume()
      .on('end', () =>
        request.method === 'POST'
          ? response.writeHead(202, { location: '/v2/a/blobs/uploads/7' }).end()
          : response.writeHead(503, { 'retry-after': '1' }).end(),
      );
  });
  const pusher = pusherAt(registry);
  const begun = await pusher.begin('a', blob.digest, null, signal);
  assert.ok(begun.kind === 'upload');
  const said = await pusher.putBlob('a', begun.upload, blob, bytes, signal);
  assert.deepEqual([said.status, said.headers['retry-after'], puts], [503, '1', 1]);
});

test('a push asks for a token that may push, also where the registry only asks for one that may pull', async () => {
  let scope: string | null = null;
  const registry = await serve((request, response) => {
    const url = new URL(request.url ?? '', 'http://registry');
    if (url.pathname === '/token') {
      scope = url.searchParams.get('scope');
      response.setHeader('content-type', 'application/json');
      response.end('{"token":"t"}');
    } else if (request.headers.authorization === 'Bearer t')
      response.writeHead(200, { 'docker-content-digest': blob.digest }).end();
    else
      response
        .writeHead(401, {
          'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="s",scope="repository:a:pull"`,
        })
        .end();
  });
  assert.equal((await pusherAt(registry).hasBlob('a', blob.digest, signal)).status, 200);
  assert.equal(scope, 'repository:a:pull,push');
});
