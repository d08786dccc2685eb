import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Quirks,
  type Sandbox,
  seededDigests,
  startSandbox,
  upstreamUser,
} from '../../../sandbox/src/index.ts';
import { pushImage } from '../../contract/registry/target.ts';
import { type Answer, ask, errorCode, json } from '../../contract/support/http.ts';
import { testImage } from '../../contract/support/images.ts';

interface World {
  readonly sandbox: Sandbox;
  wait(milliseconds: number): void;
}

function upstreamTest(
  name: string,
  run: (world: World) => Promise<void>,
  quirks: Partial<Quirks> = {},
): void {
  test(name, async () => {
    let now = Date.UTC(2026, 10, 23);
    const sandbox = await startSandbox({ quirks, clock: () => now });
    try {
      await run({
        sandbox,
        wait: (milliseconds) => {
          now += milliseconds;
        },
      });
    } finally {
      await sandbox.close();
    }
  });
}

const basic = `Basic ${Buffer.from(`${upstreamUser.user}:${upstreamUser.password}`).toString('base64')}`;

/** Goes where a challenge sends the client and comes back with an Authorization header. */
async function answerChallenge(refused: Answer, authorization?: string): Promise<string> {
  const challenge = refused.headers['www-authenticate'] ?? '';
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1], match[2]]),
  );
  const url = new URL(fields.realm ?? '');
  for (const name of ['service', 'scope']) if (fields[name]) url.searchParams.set(name, fields[name]);
  const answer = await ask(
    'GET',
    url.href,
    authorization === undefined ? {} : { headers: { authorization } },
  );
  assert.equal(answer.status, 200);
  const { token, expires_in } = json(answer) as { token: string; expires_in: number };
  assert.equal(expires_in, 300);
  return `Bearer ${token}`;
}

const manifest = (sandbox: Sandbox, repository: string, tag: string, authorization?: string) =>
  ask(
    'GET',
    `${sandbox.publicUrl}/v2/${repository}/manifests/${tag}`,
    authorization === undefined ? {} : { headers: { authorization } },
  );

upstreamTest('anybody pulls a public image with an anonymous token', async ({ sandbox }) => {
  const refused = await manifest(sandbox, 'library/nginx', '1.27');
  assert.equal(refused.status, 401);
  assert.match(refused.headers['www-authenticate'] ?? '', /^Bearer .*scope="repository:library\/nginx:pull"/);
  const token = await answerChallenge(refused);
  const got = await manifest(sandbox, 'library/nginx', '1.27', token);
  assert.equal(got.status, 200);
  assert.equal(got.headers['docker-content-digest'], seededDigests.upstream['library/nginx']['1.27']);
  assert.equal(errorCode(await manifest(sandbox, 'library/nginx', '9.99', token)), 'MANIFEST_UNKNOWN');
  assert.equal((await manifest(sandbox, 'library/redis', '7', token)).status, 401);
});

upstreamTest(
  'a private image needs its user, and looks like a missing one to others',
  async ({ sandbox }) => {
    for (const repository of ['acme/secret', 'acme/never-was']) {
      const refused = await manifest(sandbox, repository, '1.0.0');
      const again = await manifest(sandbox, repository, '1.0.0', await answerChallenge(refused));
      assert.equal(again.status, 401);
      assert.match(again.headers['www-authenticate'] ?? '', /error="insufficient_scope"/);
    }
    const refused = await manifest(sandbox, 'acme/secret', '1.0.0');
    const token = await answerChallenge(refused, basic);
    assert.equal((await manifest(sandbox, 'acme/secret', '1.0.0', token)).status, 200);
  },
);

upstreamTest(
  'a missing repository is NAME_UNKNOWN where the registry does not hide it',
  async ({ sandbox }) => {
    const token = await answerChallenge(await manifest(sandbox, 'acme/never-was', '1'));
    assert.equal(errorCode(await manifest(sandbox, 'acme/never-was', '1', token)), 'NAME_UNKNOWN');
  },
  { upstreamHidesMissing: false },
);

upstreamTest('wrong credentials get no token', async ({ sandbox }) => {
  const authorization = `Basic ${Buffer.from('acme:guess').toString('base64')}`;
  const refused = await ask('GET', `${sandbox.publicUrl}/token?scope=repository:acme/secret:pull`, {
    headers: { authorization },
  });
  assert.equal(refused.status, 401);
});

upstreamTest(
  'a bearer token lives five minutes, then there is a new challenge',
  async ({ sandbox, wait }) => {
    const token = await answerChallenge(await manifest(sandbox, 'library/redis', '7'));
    wait(300_000 - 1);
    assert.equal((await manifest(sandbox, 'library/redis', '7', token)).status, 200);
    wait(1);
    const expired = await manifest(sandbox, 'library/redis', '7', token);
    assert.equal(expired.status, 401);
    assert.match(expired.headers['www-authenticate'] ?? '', /error="invalid_token"/);
  },
);

upstreamTest(
  'public.ecr.aws answers an expired bearer token with 400 and no challenge (containers-roadmap#2835)',
  async ({ sandbox, wait }) => {
    const token = await answerChallenge(await manifest(sandbox, 'library/redis', '7'));
    wait(300_000);
    const expired = await manifest(sandbox, 'library/redis', '7', token);
    assert.equal(expired.status, 400);
    assert.equal(expired.headers['www-authenticate'], undefined);
  },
  { expiredBearerIs400: true },
);

upstreamTest('its user may push, and nobody else', async ({ sandbox }) => {
  const url = `${sandbox.publicUrl}/v2/acme/new/blobs/uploads/`;
  const refused = await ask('POST', url, { body: '' });
  assert.match(refused.headers['www-authenticate'] ?? '', /scope="repository:acme\/new:pull,push"/);
  const anonymous = await answerChallenge(refused);
  assert.equal((await ask('POST', url, { body: '', headers: { authorization: anonymous } })).status, 401);
  const target = {
    url: sandbox.publicUrl,
    authorization: await answerChallenge(refused, basic),
    prepare: async () => {},
  };
  assert.equal((await pushImage(target, 'acme/new', '1', testImage('pushed upstream'))).status, 201);
});
