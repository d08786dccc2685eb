import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { Agent, createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { createAgents } from '../../../server/src/io/net/agents.ts';
import { connectionCode } from '../../../server/src/io/net/connection.ts';
import { createTransport, type HttpAnswer } from '../../../server/src/io/net/http.ts';
import { pour, tapped } from '../../../server/src/io/net/pour.ts';
import { root } from '../../support/paths.ts';

const file = (name: string): string => readFileSync(join(root, 'test/fixtures/tls', name), 'utf8');
const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}

const agents = createAgents({}, { pouring: true });
// The certificate is for a name that leads nowhere.
const httpsAgent = tapped(
  new Agent({ keepAlive: true, ca: [file('ca.pem')], servername: 'registry.example' }),
);
closing.push(
  () => agents.destroy(),
  () => httpsAgent.destroy(),
);
const transport = createTransport({ ...agents, httpsAgent });

/** Asks a server of this listener; by TLS where that is wanted. */
async function ask(listener: RequestListener, options: { tls?: boolean; signal?: AbortSignal } = {}) {
  const server =
    options.tls === true
      ? createTlsServer({ key: file('key.pem'), cert: file('cert.pem') }, listener)
      : createServer(listener);
  const at = new URL(`http${options.tls ? 's' : ''}://localhost:${await listening(server)}`);
  const signal = options.signal ?? new AbortController().signal;
  return () => transport.request(at, { signal, idleMs: 200 });
}

/** Bytes of which no two parts are the same. */
const large = Buffer.alloc(9_000_000);
for (let i = 0; i < large.length; i += 4) large.writeUInt32LE((i * 2_654_435_761) >>> 0, i);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const sendsLarge: RequestListener = (_, response) =>
  void response.writeHead(200, { 'content-length': String(large.length) }).end(large);
/** Sends some of what it promises, and breaks off. */
const breaksOff: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': String(large.length) });
  response.write(large.subarray(0, 5_000_000), () => response.destroy());
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

for (const tls of [false, true])
  describe(tls ? 'a large body by TLS' : 'a large body', () => {
    test('comes whole and in order, each piece unchanged until it is given back, few at a time', async () => {
      const answer = await (await ask(sendsLarge, { tls }))();
      const hash = createHash('sha256');
      let held = 0;
      let most = 0;
      await pour(answer.body, async (chunk) => {
        held++;
        most = Math.max(most, held);
        const came = digest(chunk);
        for (let i = 0; i < 3; i++) await turn();
        assert.equal(digest(chunk), came);
        hash.update(chunk);
        held--;
      });
      assert.equal(hash.digest('hex'), digest(large));
      assert.equal(answer.body.readableEnded, false, 'It came by the usual way.');
      // What TLS has decrypted already comes all the same: 64 KiB in pieces of 16 KiB.
      assert.ok(most <= (tls ? 8 : 2), `${most} pieces were held`);
    });

    test('that breaks off is an error, after all that came', async () => {
      const answer = await (await ask(breaksOff, { tls }))();
      let came = 0;
      let held = 0;
      const pouring = pour(answer.body, async (chunk) => {
        held++;
        await turn();
        came += chunk.length;
        held--;
      });
      await assert.rejects(pouring, (error) => connectionCode(error) === 'ECONNRESET');
      assert.equal(held, 0);
      assert.ok(came <= 5_000_000, `${came} bytes came`);
    });

    test('is ended by whoever takes it, and by an abort', async () => {
      const refusing = await (await ask(sendsLarge, { tls }))();
      await assert.rejects(
        pour(refusing.body, async () => {
          throw new Error('no more');
        }),
        /no more/,
      );
      const controller = new AbortController();
      const answer = await (await ask(sendsLarge, { tls, signal: controller.signal }))();
      await assert.rejects(
        pour(answer.body, async () => controller.abort(new Error('enough'))),
        /enough/,
      );
    });
  });

test('a host is not taken for silent while nobody has room for its bytes', async () => {
  const answer = await (await ask(sendsLarge))();
  let came = 0;
  let first = true;
  await pour(answer.body, async (chunk) => {
    came += chunk.length;
    // Until the time is over in which it may be silent.
    if (first) await once((answer.body as IncomingMessage).socket, 'timeout');
    first = false;
  });
  assert.equal(came, large.length);
});

test('short bodies and whole ones leave the connection as it was', async () => {
  const sockets = new Set<unknown>();
  const request = await ask((asked, response) => {
    sockets.add(asked.socket);
    response.end('short');
  });
  const read = async (answer: HttpAnswer): Promise<string> => {
    let text = '';
    await pour(answer.body, async (chunk) => {
      text += chunk;
    });
    return text;
  };
  assert.equal(await read(await request()), 'short');
  await turn();
  assert.equal(await (await request()).text(100), 'short');
  assert.equal(sockets.size, 1);
});

test('a stream that is no answer comes in pieces too', async () => {
  const came: string[] = [];
  await pour(Readable.from([Buffer.from('a'), Buffer.from('b')]), async (chunk) => {
    came.push(chunk.toString());
  });
  assert.deepEqual(came, ['a', 'b']);
});
