import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Answer } from '../../../server/src/core/knowledge/knowledge.ts';
import type { Network } from '../../../server/src/io/net/router.ts';
import { createWorld } from '../../../server/src/io/world.ts';
import { folderWith } from './support/temp.ts';

test('an untrusted workspace gets nothing out of the memory', async () => {
  const server = createServer((_, response) =>
    response
      .writeHead(200, {
        'content-type': 'application/vnd.oci.image.manifest.v1+json',
        'docker-content-digest': `sha256:${'a'.repeat(64)}`,
      })
      .end(),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const image = { host, repository: 'app', tag: null, digest: `sha256:${'a'.repeat(64)}` };
  const folder = folderWith();
  const status = async (network: Network) => {
    const world = createWorld({
      cacheFolder: join(folder, 'cache'),
      env: { DOCKER_CONFIG: folder },
      now: () => 1000,
      log: () => {},
      network: () => network,
      accounts: () => new Set(),
      profileFor: () => undefined,
      mayStartPrograms: () => false,
    });
    const answers: Answer[] = [];
    await world.asker.ask([{ kind: 'image', image }], new AbortController().signal, (some) =>
      answers.push(...some),
    );
    await world.flush();
    return answers.map((answer) => (answer.kind === 'image' ? answer.verdict.status : answer.kind)).at(-1);
  };
  try {
    assert.equal(await status('on'), 'exists');
  } finally {
    server.closeAllConnections();
    server.close();
  }
  assert.equal(await status('on'), 'exists', 'it is remembered, for the registry is gone');
  assert.equal(await status('untrusted'), 'unchecked');
});
