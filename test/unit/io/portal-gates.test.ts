import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createAgents } from '../../../server/src/io/net/agents.ts';
import { createBudget } from '../../../server/src/io/net/budget.ts';
import { createTransport } from '../../../server/src/io/net/http.ts';
import { createPortalClient } from '../../../server/src/io/vendor/client.ts';

const never = new AbortController().signal;
const client = (origin: string) =>
  createPortalClient({
    origin,
    token: 'tokenThatGoesNowhere',
    transport: createTransport(createAgents({})),
    budget: createBudget(),
  });

test('the token goes to an https URL or this machine only', () => {
  for (const origin of ['http://portal.example', 'ftp://portal.example', 'portal.example'])
    assert.throws(() => client(origin), /is not sent there/);
});

test('no redirect of the portal is followed', async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url);
    response.writeHead(302, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await assert.rejects(
      client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).listApps(never),
    );
    assert.ok(seen.length > 0 && !seen.includes('/elsewhere'), seen.join(' '));
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
