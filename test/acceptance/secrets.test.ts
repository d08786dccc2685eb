import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { withClient } from '../protocol/client.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';

/** Everything that must stay where it was given, and nowhere else. */
const secrets = {
  AWS_SECRET_ACCESS_KEY: 'q7Secret/Of+TheEnvironment0123456789abcd',
  AWS_SESSION_TOKEN: 'FwoGsessionTokenOfTheEnvironment//////////wEaDA==',
  dockerPassword: 'dockerPasswordInTheFile42',
  helperPassword: 'passwordThatTheHelperKnows42',
  identityToken: 'identityTokenInTheFile4242',
  REPLICATED_API_TOKEN: 'replicatedApiTokenOfTheTeam42',
} as const;

const release = {
  '.waybill.yaml': `${config}platforms: [linux/amd64]\nrules:\n  vulnerable-image: warning\n`,
  'pod.yaml': pod(
    `${ecr}/demo-apps/api:1.4.2`,
    `${ecr}/demo-apps/api:9.9.9`,
    `${ecr}/demo-apps/denied:1`,
    'nginx:1.27',
    'file.example/acme/secret:1.0.0',
    'token.example/acme/secret:1.0.0',
    'helper.example/acme/secret:1.0.0',
  ),
};

/** How a secret may be written: as it is, in base64 alone and behind a user, and as a part of a URL. */
const spellings = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(`acme:${secret}`).toString('base64').replace(/=+$/, ''),
];

function leaksIn(text: string): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
    .map(([name]) => name);
}

/** Every file below a folder, whatever it is called. */
function textsBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

/** A home with docker logins of each kind, and an environment in which every secret is set. */
function homeFor(sandbox: Sandbox): { cache: string; env: Record<string, string> } {
  const auth = (password: string) => Buffer.from(`acme:${password}`).toString('base64');
  const home = folderWith({
    'docker/config.json': JSON.stringify({
      auths: {
        'file.example': { auth: auth(secrets.dockerPassword) },
        'token.example': { auth: auth('<token>'), identitytoken: secrets.identityToken },
      },
      credHelpers: { 'helper.example': 'known' },
    }),
    'bin/docker-credential-known': `#!${process.execPath}\nconsole.log(JSON.stringify({ Username: 'acme', Secret: ${JSON.stringify(secrets.helperPassword)} }));\n`,
    'cache/nothing': '',
  });
  chmodSync(join(home, 'bin/docker-credential-known'), 0o755);
  return {
    cache: join(home, 'cache'),
    env: {
      ...sandbox.env,
      AWS_SECRET_ACCESS_KEY: secrets.AWS_SECRET_ACCESS_KEY,
      AWS_SESSION_TOKEN: secrets.AWS_SESSION_TOKEN,
      REPLICATED_API_TOKEN: secrets.REPLICATED_API_TOKEN,
      DOCKER_CONFIG: join(home, 'docker'),
      PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH}`,
      XDG_CACHE_HOME: join(home, 'cache'),
      WAYBILL_DEBUG: '1',
    },
  };
}

/** A copy tries for a while where every server fails, and says no more then than a question does. */
const failing = 'where every server fails';
const mirroring = [
  ['mirror', 'nginx:1.27', '--to', `${ecr}/demo-apps/nginx:copied`],
  ['mirror', 'file.example/acme/app:1', '--to', 'token.example/acme/app', '--format', 'json'],
];

const faults: readonly (readonly [string, (sandbox: Sandbox) => void])[] = [
  ['in health', () => {}],
  ['where everything is refused', ({ quirks }) => quirks.deny.push({})],
  ['where every session has expired', ({ quirks }) => quirks.expire.push({})],
  ['behind a sign-in page', ({ quirks }) => quirks.html200.push({})],
  [failing, ({ quirks }) => quirks.fail5xx.push({})],
];

describe('no secret leaves for anywhere but its host', () => {
  for (const [name, prepare] of faults) {
    test(`the command line, ${name}`, { timeout: 120_000 }, async () => {
      const sandbox = await startSandbox();
      try {
        prepare(sandbox);
        const { env, cache } = homeFor(sandbox);
        const folder = folderWith(release);
        for (const args of [
          ['check', folder],
          ['check', folder, '--format', 'json'],
          ['registry', 'list', folder],
          ...(name === failing ? [] : mirroring),
        ]) {
          const { stdout, stderr } = await waybill(args, { env, limit: 100_000 });
          assert.deepEqual(leaksIn(stdout + stderr), []);
        }
        assert.deepEqual(leaksIn(textsBelow(cache)), []);
      } finally {
        await sandbox.close();
      }
    });

    test(`the language server, ${name}`, { timeout: 120_000 }, async () => {
      const sandbox = await startSandbox();
      try {
        prepare(sandbox);
        const { env, cache } = homeFor(sandbox);
        const folder = folderWith(release);
        const uri = `file://${folder}/pod.yaml`;
        const options = { status: true };
        let said = '';
        await withClient({ pull: true, folders: [`file://${folder}`], env, options }, async (client) => {
          await client.notify('$/setTrace', { value: 'verbose' });
          await client.open(uri, release['pod.yaml']);
          await client.request('workspace/executeCommand', { command: 'waybill.check', arguments: [uri] });
          const texts = [
            await client.pull(uri),
            await client.request('textDocument/hover', {
              textDocument: { uri },
              position: { line: 7, character: 20 },
            }),
            client.heard,
          ];
          said = JSON.stringify(texts) + client.stderr();
        });
        assert.ok(said.includes('demo-apps/api'), 'the server had something to say');
        assert.deepEqual(leaksIn(said), []);
        assert.deepEqual(leaksIn(textsBelow(cache)), []);
      } finally {
        await sandbox.close();
      }
    });
  }

  test('the secrets are in use, and this test would find them', { timeout: 60_000 }, async () => {
    const heard: string[] = [];
    const server: Server = createServer((request, response) => {
      heard.push(JSON.stringify(request.headers));
      const { authorization } = request.headers;
      response
        .writeHead(authorization === undefined ? 401 : 403, { 'www-authenticate': 'Basic realm="x"' })
        .end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const trap = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sandbox = await startSandbox();
    try {
      const { env } = homeFor(sandbox);
      const endpoints = { '*': trap };
      await waybill(['check', folderWith(release)], {
        env: {
          ...env,
          AWS_ENDPOINT_URL_ECR: trap,
          REPLICATED_API_ORIGIN: trap,
          WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify(endpoints),
        },
      });
      assert.deepEqual(leaksIn(heard.map((line) => line.replaceAll('\\/', '/')).join('\n')).sort(), [
        'AWS_SESSION_TOKEN',
        'REPLICATED_API_TOKEN',
        'dockerPassword',
        'helperPassword',
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
      await sandbox.close();
    }
  });
});
