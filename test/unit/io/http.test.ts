import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ForbiddenAddressError } from '../../../server/src/io/net/addresses.ts';
import { type AgentOptions, createAgents } from '../../../server/src/io/net/agents.ts';
import { connectionCode } from '../../../server/src/io/net/connection.ts';
import { DeadlineError } from '../../../server/src/io/net/deadline.ts';
import {
  BodyError,
  type BodyWriter,
  createTransport,
  ProxyError,
  type Transport,
} from '../../../server/src/io/net/http.ts';
import { readNoProxy, readProxies } from '../../../server/src/io/net/proxy.ts';
import { RedirectError } from '../../../server/src/io/net/redirects.ts';
import { root } from '../../support/paths.ts';

const signal = new AbortController().signal;
const file = (name: string): string => readFileSync(join(root, 'test/fixtures/tls', name), 'utf8');
const ca = [file('ca.pem')];
type Handle = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
const serve = async (handle: Handle): Promise<URL> =>
  new URL(`http://127.0.0.1:${await listening(createServer(handle))}`);
const serveTls = (handle: Handle): Promise<number> =>
  listening(createTlsServer({ key: file('key.pem'), cert: file('cert.pem') }, handle));

function transport(env: NodeJS.ProcessEnv = {}, options: AgentOptions = {}): Transport {
  const agents = createAgents(env, options);
  closing.push(() => agents.destroy());
  return createTransport(agents);
}

/** A proxy that takes every tunnel to this machine's `port`, or answers with `refusal`. */
async function proxy(port: number, refusal: string | null = null) {
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((_, response) => void response.writeHead(400).end());
  server.on('connect', (request, socket, head) => {
    tunnels.push(request.url ?? '');
    authorizations.push(request.headers['proxy-authorization']);
    socket.on('error', () => {});
    if (refusal !== null) return void socket.end(refusal);
    const there = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    closing.push(
      () => there.destroy(),
      () => socket.destroy(),
    );
  });
  return { url: `127.0.0.1:${await listening(server)}`, tunnels, authorizations };
}

function withResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('a request', () => {
  test('gives status, headers and body, and the connection is used again', async () => {
    const sockets = new Set<unknown>();
    const at = await serve((request, response) => {
      sockets.add(request.socket);
      response.setHeader('x-method', request.method ?? '');
      if (request.method === 'HEAD') response.writeHead(200, { 'content-length': '10' }).end();
      else request.pipe(response);
    });
    const one = transport();
    const put = await one.request(at, { method: 'PUT', body: '{"a":1}', signal });
    assert.deepEqual([put.status, put.headers['x-method']], [200, 'PUT']);
    assert.deepEqual(await put.json(100), { a: 1 });
    const written: BodyWriter = async (write) => {
      for (const piece of ['b', 'c']) await write(Buffer.from(piece));
    };
    const streamed = await one.request(at, { method: 'POST', body: written, signal });
    assert.equal(await streamed.text(100), 'bc');
    const head = await one.request(at, { method: 'HEAD', signal });
    assert.equal((await head.bytes(0)).length, 0);
    // A connection is free a moment after its answer was read.
    await new Promise((resolve) => setImmediate(resolve));
    (await one.request(at, { method: 'PUT', body: 'short', signal })).discard();
    assert.equal(sockets.size, 1);
  });

  test('a body that is too long or no JSON is refused', async () => {
    const at = await serve((_, response) => void response.end('x'.repeat(1000)));
    await assert.rejects((await transport().request(at, { signal })).text(999), BodyError);
    await assert.rejects((await transport().request(at, { signal })).json(1000), BodyError);
  });

  test('what is refused before all of it came is not sent to its end', async () => {
    const at = await serve((request, response) => {
      request.once('data', () => response.writeHead(413).end('too large'));
    });
    const written = withResolvers<unknown>();
    const body: BodyWriter = async (write, wanted) => {
      try {
        for (;;) await write(Buffer.alloc(100_000));
      } catch (error) {
        written.resolve(wanted.aborted);
        throw error;
      }
    };
    const answer = await transport().request(at, { method: 'PUT', body, signal });
    assert.deepEqual([answer.status, await answer.text(100)], [413, 'too large']);
    assert.equal(await written.promise, true);
  });

  test('what the writer of its body throws ends it, and the host never takes the rest for all', async () => {
    const whole = withResolvers<boolean>();
    const at = await serve((request) => {
      request.resume().once('close', () => whole.resolve(request.complete));
    });
    const body: BodyWriter = async (write) => {
      await write(Buffer.from('half'));
      throw new Error('corrupt');
    };
    const headers = { 'content-length': '8' };
    await assert.rejects(transport().request(at, { method: 'PUT', headers, body, signal }), /corrupt/);
    assert.equal(await whole.promise, false);
  });

  test('half a body is an error', async () => {
    const at = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.destroy());
    });
    const answer = await transport().request(at, { signal });
    await assert.rejects(answer.text(100), (error) => connectionCode(error) === 'ECONNRESET');
  });

  test('silence is given up, before the answer and in the middle of it', async () => {
    const at = await serve((request, response) => {
      if (request.url === '/body') response.write('some');
    });
    await assert.rejects(transport().request(at, { signal, idleMs: 50 }), DeadlineError);
    const answer = await transport().request(new URL('/body', at), { signal, idleMs: 50 });
    await assert.rejects(answer.text(100), DeadlineError);
  });

  test('whoever reads slowly is not taken for a silent host', async () => {
    const at = await serve((_, response) => void response.end(Buffer.alloc(4_000_000)));
    const answer = await transport().request(at, { signal, idleMs: 20 });
    await new Promise((resolve) => answer.body.once('readable', resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal((await answer.bytes(4_000_000)).length, 4_000_000);
  });

  test('an abort ends it with its reason, before the answer and in the middle of it', async () => {
    const at = await serve((request, response) => {
      if (request.url === '/body') response.write('some');
    });
    for (const path of ['/', '/body']) {
      const controller = new AbortController();
      const pending = transport()
        .request(new URL(path, at), { signal: controller.signal })
        .then((answer) => {
          controller.abort(new Error('enough'));
          return answer.text(100);
        });
      if (path === '/') setImmediate(() => controller.abort(new Error('enough')));
      await assert.rejects(pending, /enough/);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    }
  });

  test('link-local addresses are never connected to', async () => {
    for (const host of ['169.254.169.254', '[fd00:ec2::254]', '[fe80::1]', '0xA9FEA9FE'])
      await assert.rejects(
        transport().request(new URL(`http://${host}/latest`), { signal }),
        ForbiddenAddressError,
      );
  });
});

describe('redirects', () => {
  const personal = { authorization: 'Bearer secret', cookie: 'a=b', accept: 'text/plain' };
  const echo: Handle = (request, response) => {
    const { authorization, cookie, accept } = request.headers;
    response.end(JSON.stringify({ authorization, cookie, accept }));
  };

  test('keep credentials at the same host and drop them at every other', async () => {
    const other = await serve(echo);
    const at = await serve((request, response) => {
      if (request.url === '/there') echo(request, response);
      else response.writeHead(302, { location: request.url === '/same' ? '/there' : other.href }).end();
    });
    const get = async (path: string) =>
      (await transport().request(new URL(path, at), { headers: personal, signal })).json(1000);
    assert.deepEqual(await get('/same'), personal);
    assert.deepEqual(await get('/other'), { accept: 'text/plain' });
  });

  test('are followed five times, and not at all for a body', async () => {
    const at = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('arrived');
      else response.writeHead(307, { location: `/${left - 1}` }).end();
    });
    assert.equal(await (await transport().request(new URL('/5', at), { signal })).text(100), 'arrived');
    await assert.rejects(transport().request(new URL('/6', at), { signal }), RedirectError);
    const put = await transport().request(new URL('/1', at), { method: 'PUT', body: 'x', signal });
    assert.equal(put.status, 307);
    put.discard();
  });

  test('from https to http are refused', async () => {
    let asked = 0;
    const plain = await serve((_, response) => {
      asked++;
      response.end();
    });
    const port = await serveTls(
      (_, response) => void response.writeHead(302, { location: plain.href }).end(),
    );
    const { url } = await proxy(port);
    const one = transport({ HTTPS_PROXY: url }, { ca });
    await assert.rejects(one.request(new URL('https://registry.example/'), { signal }), RedirectError);
    assert.equal(asked, 0);
  });
});

describe('a proxy', () => {
  const hello: Handle = (_, response) => void response.end('hello');

  test('is tunnelled through to an https host, whose certificate is checked', async () => {
    const port = await serveTls(hello);
    const { url, tunnels, authorizations } = await proxy(port);
    for (const env of [{ HTTPS_PROXY: url }, { https_proxy: `http://me:p%40ss@${url}` }]) {
      const answer = await transport(env, { ca }).request(new URL('https://registry.example/x'), { signal });
      assert.equal(await answer.text(10), 'hello');
    }
    assert.deepEqual(tunnels, ['registry.example:443', 'registry.example:443']);
    assert.deepEqual(authorizations, [undefined, `Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
    await assert.rejects(
      transport({ HTTPS_PROXY: url }).request(new URL('https://registry.example/'), { signal }),
      (error) => /CERT|VERIFY/.test(connectionCode(error)),
    );
    await assert.rejects(
      transport({ HTTPS_PROXY: url }, { ca }).request(new URL('https://evil.example/'), { signal }),
      (error) => connectionCode(error) === 'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  test('is used for plain http too, and its connection again', async () => {
    const at = await serve(hello);
    const { url, tunnels } = await proxy(Number(at.port));
    const one = transport({ HTTP_PROXY: url });
    for (let i = 0; i < 2; i++)
      assert.equal(
        await (await one.request(new URL('http://mirror.example/'), { signal })).text(10),
        'hello',
      );
    assert.deepEqual(tunnels, ['mirror.example:80']);
  });

  test("that refuses is not taken for the host's answer", async () => {
    const body = '{"errors":[{"code":"NAME_UNKNOWN"}]}';
    const { url } = await proxy(
      0,
      `HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await assert.rejects(
      transport({ HTTPS_PROXY: url }, { ca }).request(new URL('https://registry.example/'), { signal }),
      ProxyError,
    );
  });

  test('is never used for this machine, nor for what NO_PROXY names', async () => {
    const at = await serve(hello);
    const { url, tunnels } = await proxy(0);
    const env = { HTTP_PROXY: url, HTTPS_PROXY: url };
    assert.equal(await (await transport(env).request(at, { signal })).text(10), 'hello');
    assert.deepEqual(tunnels, []);
    const proxyOf = readProxies({ ...env, NO_PROXY: 'quay.io' }, () => {});
    assert.equal(proxyOf('https', 'quay.io', 443), null);
    assert.equal(proxyOf('https', 'ghcr.io', 443)?.host, url);
    for (const host of ['localhost', '127.0.0.2', '[::1]']) assert.equal(proxyOf('http', host, 80), null);
  });

  test('that is no http URL is told and not used, without its password', () => {
    const lines: string[] = [];
    const proxyOf = readProxies({ HTTPS_PROXY: 'socks5://me:hunter22@x:1' }, (line) => lines.push(line));
    assert.equal(proxyOf('https', 'quay.io', 443), null);
    assert.deepEqual(lines, ['HTTPS_PROXY is ignored, because it is no http or https URL.']);
  });

  test('NO_PROXY is read as curl reads it', () => {
    const covers = (list: string, host: string, port = 443) => readNoProxy(list)(host, port);
    assert.ok(covers('*', 'quay.io'));
    assert.ok(covers('a.example, quay.io', 'quay.io'));
    assert.ok(covers('quay.io', 'cdn.quay.io'));
    assert.ok(covers('.quay.io', 'cdn.quay.io'));
    assert.ok(covers('*.quay.io', 'cdn.quay.io'));
    assert.ok(!covers('quay.io', 'evilquay.io'));
    assert.ok(covers('quay.io:443', 'quay.io') && !covers('quay.io:443', 'quay.io', 8443));
    assert.ok(covers('10.0.0.0/8', '10.9.9.9') && !covers('10.0.0.0/8', '11.0.0.1'));
    assert.ok(covers('fd00::/8', 'fd12::1') && covers('[fd12::1]:443', 'fd12::1'));
    assert.ok(!covers('', 'quay.io') && !covers('10.0.0.0/99', '10.0.0.1'));
  });
});
