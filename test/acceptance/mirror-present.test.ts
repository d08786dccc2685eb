import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { BuiltImage } from '../../sandbox/src/seed/image.ts';
import { pushBlob, type RegistryTarget } from '../contract/registry/target.ts';
import { dockerRegistryTarget } from '../contract/registry/targets.ts';
import { findProgram } from '../contract/support/peers.ts';
import { layeredImage } from '../support/layered-image.ts';
import { pushBuilt } from '../support/multi-image.ts';
import { randomFrom } from '../support/random.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';

const program = findProgram('docker-registry');
const MIB = 1024 * 1024;

/** A proxy before a docker-registry, which counts what asks about blobs. */
interface Counting {
  readonly url: string;
  readonly heads: () => number;
  close(): void;
}

/** @param mounts where false, the registry behind it is one that knows no mounts, and whose addresses are its own */
async function counting(target: RegistryTarget, mounts: boolean): Promise<Counting> {
  const { hostname, port } = new URL(target.url);
  let heads = 0;
  const server = createServer((asked, answer) => {
    if (asked.method === 'HEAD' && asked.url?.includes('/blobs/')) heads++;
    const path = mounts ? asked.url : asked.url?.replace(/\?mount=.*$/, '').replace(/([?&])s=/, '$1_state=');
    const { host: _, ...headers } = asked.headers;
    const sent = request({ hostname, port, path, method: asked.method, headers }, (said) => {
      const { location } = said.headers;
      const there = location?.replace(/^https?:\/\/[^/]+/, '');
      const where = mounts ? there : there?.replace(/([?&])_state=/, '$1s=');
      answer.writeHead(said.statusCode ?? 502, {
        ...said.headers,
        ...(where === undefined ? {} : { location: where }),
      });
      said.pipe(answer);
    });
    sent.on('error', () => answer.destroy());
    asked.pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heads: () => heads,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('blobs that are at the target although its tag is not', {
  skip: program === null ? 'docker-registry is not installed' : false,
}, () => {
  /** Mirrors an image of which the target has these blobs already. */
  async function mirrored(mounts: boolean, seed: number, there: (image: BuiltImage) => readonly Buffer[]) {
    const [from, onto] = [
      await dockerRegistryTarget(program ?? ''),
      await dockerRegistryTarget(program ?? ''),
    ];
    const proxy = await counting(onto.target, mounts);
    try {
      const sizes = [2 * MIB, MIB + 1, 3000, 2000];
      const platforms = ['amd64', 'arm64'].map((architecture) => ({ architecture, sizes }));
      const image = layeredImage(randomFrom(seed), [], platforms);
      await pushBuilt(from.target, 'team/app', '1', image);
      const blobs = there(image);
      for (const blob of blobs) await pushBlob(onto.target, 'team/app', blob);
      const auth = Buffer.from('AWS:sandbox').toString('base64');
      const auths = { 'from.example': { auth }, 'onto.example': { auth } };
      const endpoints = { 'from.example': from.target.url, 'onto.example': proxy.url };
      const { code, stdout, stderr } = await waybill(
        ['mirror', 'from.example/team/app:1', '--to', 'onto.example/team/app:1', '--format', 'json'],
        {
          env: {
            DOCKER_CONFIG: folderWith({ 'config.json': JSON.stringify({ auths }) }),
            WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify(endpoints),
          },
        },
      );
      assert.equal(code, 0, stderr);
      const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
        blobs: { sent: number; there: number };
      };
      const { sent, there: found } = last.blobs;
      assert.deepEqual([sent, found], [image.blobs.length - blobs.length, blobs.length]);
      return proxy.heads();
    } finally {
      proxy.close();
      await from.close();
      await onto.close();
    }
  }
  /** A large and a small one of the platform that comes last. */
  const two = ({ blobs }: BuiltImage): Buffer[] => [blobs.at(-4), blobs.at(-2)].map((blob) => blob as Buffer);

  test('are not sent again, and nobody is asked about any: what an upload is begun with says it', async () => {
    assert.equal(await mirrored(true, 11, two), 0);
  });

  test('are not sent again to a registry that knows no mounts: it is asked about each', async () => {
    assert.equal(await mirrored(false, 12, two), 10);
    assert.equal(await mirrored(false, 13, () => []), 10);
  });
});
