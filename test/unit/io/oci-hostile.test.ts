import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { endpointOf, readEndpoints } from '../../../server/src/io/net/endpoints.ts';
import { readChallenges } from '../../../server/src/io/oci/challenge.ts';
import { loginsAt } from '../../../server/src/io/oci/credentials.ts';
import { isRealmOf } from '../../../server/src/io/oci/realm.ts';
import { brief } from './support/ask.ts';
import {
  ask,
  dockerConfig,
  imageAt,
  json,
  logged,
  ociAsker,
  type Server,
  serve,
  trap,
  verdict,
} from './support/oci.ts';
import { folderWith } from './support/temp.ts';

const password = 'correct-horse-battery';
const basic = (user = 'acme', secret = password): string =>
  Buffer.from(`${user}:${secret}`).toString('base64');

/** A registry that shows an image to `acme` only, and challenges with `Basic`. */
const privateRegistry = (): Promise<Server> =>
  serve((request, response) => {
    if (request.headers.authorization !== `Basic ${basic()}`)
      return json(
        response,
        401,
        { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] },
        {
          'www-authenticate': 'Basic realm="registry"',
        },
      );
    present(response);
  });

const digest = `sha256:${'a'.repeat(64)}`;
const present = (response: Parameters<typeof json>[0]): void =>
  void response
    .writeHead(200, {
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'docker-content-digest': digest,
    })
    .end();

let open: Server[] = [];
const keep = async (server: Promise<Server>): Promise<Server> => {
  open.push(await server);
  return server;
};
let snare: Server;
before(async () => {
  snare = await trap();
});
afterEach(async () => {
  await Promise.all(open.map((server) => server.close()));
  open = [];
  assert.deepEqual(snare.requests, []);
});
after(async () => {
  await snare.close();
  assert.ok(!logged.some((line) => line.includes(password) || line.includes(basic())), logged.join('\n'));
});

describe('who is sent what', () => {
  test('a realm at another host is not even asked anonymously', async () => {
    const registry = await keep(
      serve((_, response) =>
        json(
          response,
          401,
          {},
          {
            'www-authenticate': `Bearer realm="http://${snare.host}/token",service="x",scope="repository:a:pull"`,
          },
        ),
      ),
    );
    const env = { DOCKER_CONFIG: dockerConfig({ auths: { [registry.host]: { auth: basic() } } }) };
    const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
    assert.equal(brief(one), 'unchecked');
    assert.match(one.reason, new RegExp(`sends its callers to ${snare.host} for a token`));
    assert.deepEqual(registry.authorizations, []);
  });

  test('a redirect to another host takes no credentials along', async () => {
    const other = await keep(serve((_, response) => present(response)));
    const registry = await keep(
      serve((request, response) => {
        if (request.headers.authorization === undefined)
          return json(response, 401, {}, { 'www-authenticate': 'Basic realm="r"' });
        response.writeHead(307, { location: `http://${other.host}/v2/a/manifests/1` }).end();
      }),
    );
    const env = { DOCKER_CONFIG: dockerConfig({ auths: { [registry.host]: { auth: basic() } } }) };
    const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
    assert.equal(brief(one), 'exists');
    assert.deepEqual(registry.authorizations, [`Basic ${basic()}`]);
    assert.deepEqual(other.authorizations, []);
    assert.equal(other.requests.length, 1);
  });

  test('a registry that always asks for something else is not asked for ever', async () => {
    let count = 0;
    const registry: Server = await keep(
      serve((request, response) => {
        if (request.url?.startsWith('/token')) return json(response, 200, { token: `t${count}` });
        json(
          response,
          401,
          {},
          {
            'www-authenticate': `Bearer realm="http://${registry.host}/token",scope="s${count++}"`,
          },
        );
      }),
    );
    const one = await verdict(ociAsker(), imageAt(registry.host, 'a', '1'));
    assert.equal(one.status, 'denied');
    assert.ok(registry.requests.length < 20, String(registry.requests.length));
  });

  test('a list that goes on at another host is cut short', async () => {
    const registry = await keep(
      serve((_, response) =>
        json(
          response,
          200,
          { tags: ['1'] },
          { link: `<http://${snare.host}/v2/a/tags/list?last=1>; rel="next"` },
        ),
      ),
    );
    const [tags] = await ask(ociAsker(), [
      { kind: 'tags', repository: { host: registry.host, repository: 'a' } },
    ]);
    assert.ok(tags?.kind === 'tags');
    assert.deepEqual([tags.list.names, tags.list.complete], [['1'], false]);
  });

  test('a login is for exactly its host', async () => {
    const registry = await keep(privateRegistry());
    const port = registry.host.split(':')[1];
    const auths = Object.fromEntries(
      [
        `x${registry.host}`,
        `${registry.host}.evil.example`,
        `${registry.host}0`,
        '127.0.0.1',
        `evil.example/${registry.host}`,
        `https://evil.example/?${registry.host}`,
        `http://${registry.host}@evil.example`,
        `127.0.0.2:${port}`,
      ].map((key) => [key, { auth: basic() }]),
    );
    const env = { DOCKER_CONFIG: dockerConfig({ auths }) };
    const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
    assert.equal(brief(one), 'denied/no-credentials');
    assert.deepEqual(registry.authorizations, []);
  });

  for (const form of ['HOST', 'http://HOST', 'https://HOST/v1/', 'https://HOST/v2/'])
    test(`a login written as ${form} is found`, async () => {
      const registry = await keep(privateRegistry());
      const key = form.replace('HOST', registry.host);
      const env = { DOCKER_CONFIG: dockerConfig({ auths: { [key]: { auth: basic() } } }) };
      const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
      assert.deepEqual([brief(one), one.as, one.access], ['exists', 'docker login acme', 'credentials']);
    });

  test('a registry that hides from strangers what they may not see is asked again with the login', async () => {
    const registry = await keep(
      serve((request, response) => {
        if (request.headers.authorization === `Basic ${basic()}`) return present(response);
        json(response, 404, { errors: [{ code: 'NAME_UNKNOWN', message: 'no such repository' }] });
      }),
    );
    const auths = { [registry.host]: { auth: basic() } };
    const question = imageAt(registry.host, 'a', '1');
    const known = await verdict(ociAsker({ env: { DOCKER_CONFIG: dockerConfig({ auths }) } }), question);
    assert.deepEqual([brief(known), known.access], ['exists', 'credentials']);
    const stranger = await verdict(ociAsker(), question);
    assert.deepEqual([brief(stranger), stranger.as], ['absent/repository', 'anonymously']);
  });

  test("the login of a registry's name goes to a place set for it only over TLS or on this machine", async () => {
    const asked: string[] = [];
    const logins = async (host: string) => {
      asked.push(host);
      return null;
    };
    for (const base of ['http://mirror.example', 'https://mirror.example', 'http://127.0.0.1:5001'])
      await loginsAt({ base: new URL(base), mapped: true }, logins)('quay.io', new AbortController().signal);
    await loginsAt({ base: new URL('https://quay.io'), mapped: false }, logins)(
      'quay.io',
      new AbortController().signal,
    );
    assert.deepEqual(asked, [
      'mirror.example',
      'mirror.example',
      'quay.io',
      '127.0.0.1:5001',
      'quay.io',
      'quay.io',
    ]);
  });

  test('a login that is made later counts at the next question', async () => {
    const registry = await keep(privateRegistry());
    const folder = dockerConfig({});
    const asker = ociAsker({ env: { DOCKER_CONFIG: folder } });
    const question = imageAt(registry.host, 'a', '1');
    assert.equal(brief(await verdict(asker, question)), 'denied/no-credentials');
    const auths = { [registry.host]: { auth: basic() } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
    assert.equal(brief(await verdict(asker, question)), 'exists');
  });

  test('a wrong password is denied, with who was refused', async () => {
    const registry = await keep(privateRegistry());
    const auths = { [registry.host]: { auth: basic('acme', 'wrong-password') } };
    const one = await verdict(
      ociAsker({ env: { DOCKER_CONFIG: dockerConfig({ auths }) } }),
      imageAt(registry.host, 'a', '1'),
    );
    assert.equal(brief(one), 'denied');
    assert.match(one.reason, /refuses docker login acme \(HTTP 401/);
  });

  test('link-local addresses are never connected to', async () => {
    for (const host of ['169.254.169.254', '169.254.170.2:80', '[fe80::1]:5000', '[fd00:ec2::254]']) {
      const one = await verdict(ociAsker(), imageAt(host, 'latest', '1'));
      assert.deepEqual([brief(one), one.from], ['unchecked', null], host);
    }
    const registry = await keep(
      serve(
        (_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
      ),
    );
    const one = await verdict(ociAsker(), imageAt(registry.host, 'a', '1'));
    assert.equal(one.status, 'unchecked');
    assert.match(one.reason, /link-local/);
  });
});

describe('credential helpers', {
  skip: process.platform === 'win32' ? 'needs a shell script' : false,
}, () => {
  /** A folder for PATH with `docker-credential-NAME` in it, which notes that it ran. */
  const helper = (name: string, body: string): { path: string; ran: () => boolean } => {
    const folder = folderWith();
    const file = join(folder, `docker-credential-${name}`);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho ran > '${folder}/ran'\n${body}\n`);
    chmodSync(file, 0o755);
    return { path: `${folder}:${process.env.PATH}`, ran: () => existsSync(join(folder, 'ran')) };
  };
  const says = `read host; printf '{"ServerURL":"%s","Username":"acme","Secret":"${password}"}' "$host"`;

  test("the host's helper comes before the store and the file", async () => {
    const registry = await keep(privateRegistry());
    const { path, ran } = helper('mine', says);
    const config = {
      credHelpers: { [registry.host]: 'mine' },
      credsStore: 'missing',
      auths: { [registry.host]: { auth: basic('acme', 'wrong') } },
    };
    const env = { DOCKER_CONFIG: dockerConfig(config), PATH: path };
    const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
    assert.deepEqual([brief(one), one.as], ['exists', 'docker login acme (mine)']);
    assert.ok(ran());
  });

  test('a helper that knows nothing leaves it to the file', async () => {
    const registry = await keep(privateRegistry());
    const { path } = helper('empty', 'echo "credentials not found in native keychain"; exit 1');
    const config = { credsStore: 'empty', auths: { [registry.host]: { auth: basic() } } };
    const env = { DOCKER_CONFIG: dockerConfig(config), PATH: path };
    assert.equal(brief(await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'))), 'exists');
  });

  for (const name of ['../evil', '/tmp/evil', 'a/b', '..', '-x', 'a b', 'a;b', 'a$(b)', ''])
    test(`a helper named ${JSON.stringify(name)} is not started`, async () => {
      const registry = await keep(privateRegistry());
      const { path, ran } = helper('evil', says);
      const folder = path.split(':')[0] ?? '';
      const named = name === '/tmp/evil' ? `${folder}/docker-credential-evil` : name;
      const env = { DOCKER_CONFIG: dockerConfig({ credHelpers: { [registry.host]: named } }), PATH: path };
      const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
      assert.match(brief(one), /^(?:unchecked|denied)\/no-credentials$/);
      assert.ok(!ran());
      assert.deepEqual(registry.authorizations, []);
    });

  test('a helper whose name leads to a program elsewhere is not started', async () => {
    const registry = await keep(privateRegistry());
    const folder = folderWith({ 'docker-credential-x/evil': '', evil: '' });
    for (const file of ['docker-credential-x/evil', 'evil']) {
      writeFileSync(join(folder, file), `#!/bin/sh\necho ran > '${folder}/ran'\n${says}\n`);
      chmodSync(join(folder, file), 0o755);
    }
    const home = process.env.HOME;
    process.env.HOME = folder;
    try {
      for (const name of ['x/evil', 'x/../evil']) {
        const env = { DOCKER_CONFIG: dockerConfig({ credsStore: name }) };
        const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
        assert.equal(brief(one), 'unchecked/no-credentials');
        assert.match(one.reason, /by something that is no plain name/);
      }
    } finally {
      if (home === undefined) delete process.env.HOME;
      else process.env.HOME = home;
    }
    assert.ok(!existsSync(join(folder, 'ran')));
    assert.deepEqual(registry.authorizations, []);
  });

  test('no helper is started where trust ended meanwhile', async () => {
    let trusted = true;
    const registry = await keep(
      serve((_, response) => {
        trusted = false;
        json(response, 401, {}, { 'www-authenticate': 'Basic realm="r"' });
      }),
    );
    const { path, ran } = helper('mine', says);
    const env = { DOCKER_CONFIG: dockerConfig({ credsStore: 'mine' }), PATH: path };
    const one = await verdict(ociAsker({ env, trusted: () => trusted }), imageAt(registry.host, 'a', '1'));
    assert.equal(one.status, 'denied');
    assert.ok(!ran());
  });

  test("a helper's failure is told without its secrets", async () => {
    const registry = await keep(privateRegistry());
    const { path } = helper('bad', `echo "token=${password} is stale"; exit 3`);
    const env = { DOCKER_CONFIG: dockerConfig({ credsStore: 'bad' }), PATH: path };
    const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
    assert.equal(brief(one), 'unchecked/no-credentials');
    assert.match(one.reason, /docker-credential-bad failed: token=\[redacted\]/);
  });

  test('a helper that prints without end is stopped', async () => {
    const registry = await keep(privateRegistry());
    const { path } = helper('endless', 'while :; do echo y; done');
    const env = { DOCKER_CONFIG: dockerConfig({ credsStore: 'endless' }), PATH: path };
    const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
    assert.match(one.reason, /docker-credential-endless printed too much/);
  });

  test('an identity token is exchanged at the realm', async () => {
    let form = '';
    const registry: Server = await keep(
      serve((request, response) => {
        if (request.headers.authorization === 'Bearer access') return present(response);
        if (request.url === '/token' && request.method === 'POST') {
          request.on('data', (chunk) => (form += chunk));
          request.on('end', () => json(response, 200, { access_token: 'access' }));
        } else if (request.url?.startsWith('/token')) json(response, 401, {});
        else
          json(
            response,
            401,
            {},
            {
              'www-authenticate': `Bearer realm="http://${registry.host}/token",service="s"`,
            },
          );
      }),
    );
    const { path } = helper('id', `printf '{"Username":"<token>","Secret":"${password}"}'`);
    const env = { DOCKER_CONFIG: dockerConfig({ credsStore: 'id' }), PATH: path };
    const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
    assert.equal(brief(one), 'exists');
    assert.equal(
      form,
      `grant_type=refresh_token&client_id=waybill&refresh_token=${password}&service=s&scope=repository%3Aa%3Apull`,
    );
  });
});

test("docker's configuration that is no JSON says so, and is asked for only where a login is needed", async () => {
  const registry = await keep(privateRegistry());
  const env = { DOCKER_CONFIG: dockerConfig('{"auths":') };
  const one = await verdict(ociAsker({ env }), imageAt(registry.host, 'a', '1'));
  assert.equal(brief(one), 'unchecked/no-credentials');
  assert.match(one.reason, /config\.json is not a JSON object/);
});

describe('answers that prove nothing', () => {
  const lies: readonly (readonly [string, Parameters<typeof serve>[0]])[] = [
    ['a bare 404', (_, response) => void response.writeHead(404).end()],
    [
      'an HTML 404 that names the code',
      (_, response) =>
        void response
          .writeHead(404, { 'content-type': 'text/html' })
          .end('{"errors":[{"code":"NAME_UNKNOWN"}]}'),
    ],
    ['a JSON 404 of something else', (_, response) => json(response, 404, { message: 'not found' })],
    ['NAME_UNKNOWN with 200', (_, response) => json(response, 200, { errors: [{ code: 'NAME_UNKNOWN' }] })],
    ['NAME_UNKNOWN with 400', (_, response) => json(response, 400, { errors: [{ code: 'NAME_UNKNOWN' }] })],
    [
      'NAME_UNKNOWN with another status than 404',
      (request, response) => {
        if (request.method === 'HEAD') return void response.writeHead(404).end();
        json(response, 422, { errors: [{ code: 'NAME_UNKNOWN' }, { code: 'MANIFEST_UNKNOWN' }] });
      },
    ],
    [
      'half of an answer',
      (request, response) => {
        if (request.method === 'HEAD') return void response.writeHead(404).end();
        response.writeHead(404, { 'content-type': 'application/json', 'content-length': '500' });
        response.write('{"errors":[{"code":"NAME_UNKNOWN"}]}');
        setImmediate(() => response.destroy());
      },
    ],
    [
      'tags that are none',
      (request, response) => {
        if (request.method === 'HEAD') return void response.writeHead(404).end();
        json(response, 200, { tags: 'none' });
      },
    ],
    [
      'a tag that is listed',
      (request, response) => {
        if (request.method === 'HEAD') return void response.writeHead(404).end();
        if (request.url?.includes('tags')) return json(response, 200, { tags: ['1'] });
        json(response, 404, {});
      },
    ],
    [
      'HTML with 200',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    ],
    ['a redirect in circles', (_, response) => void response.writeHead(302, { location: '/v2/' }).end()],
    [
      'a digest that is none',
      (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'application/json', 'docker-content-digest': 'x' })
          .end(),
    ],
  ];
  for (const [name, handle] of lies)
    test(name, async () => {
      const registry = await keep(serve(handle));
      const one = await verdict(ociAsker(), imageAt(registry.host, 'a', '1'));
      assert.equal(one.status, 'unreachable', `${one.status}: ${one.reason}`);
      assert.ok(one.reason.includes(registry.host));
    });

  test('another digest than the one that was asked for', async () => {
    const registry = await keep(serve((_, response) => present(response)));
    const one = await verdict(ociAsker(), imageAt(registry.host, 'a', null, `sha256:${'b'.repeat(64)}`));
    assert.equal(one.status, 'unreachable');
  });

  test('an endless answer is given up', async () => {
    const registry = await keep(
      serve((request, response) => {
        if (request.method === 'HEAD') return void response.writeHead(404).end();
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          while (response.write('x'.repeat(65_536)));
          response.once('drain', more);
        };
        more();
      }),
    );
    assert.equal((await verdict(ociAsker(), imageAt(registry.host, 'a', '1'))).status, 'unreachable');
  });
});

test('a registry without digests in its headers has them worked out', async () => {
  const registry = await keep(
    serve(
      (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' })
          .end('{"schemaVersion":2}'),
    ),
  );
  const one = await verdict(ociAsker(), imageAt(registry.host, 'a', '1'));
  assert.equal(brief(one), 'exists');
  assert.equal(one.digest, 'sha256:bafebd36189ad3688b7b3915ea55d461e0bfcfbdde11e54b0a123999fb6be50f');
});

describe('whose realm is whose', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['quay.io', 'https://quay.io/v2/auth', true],
    ['docker.io', 'https://auth.docker.io/token', true],
    ['registry.gitlab.com', 'https://gitlab.com/jwt/auth', true],
    ['gitlab.acme.com:5050', 'https://gitlab.acme.com/jwt/auth', true],
    ['registry.a.acme.com', 'https://auth.a.acme.com/t', true],
    ['quay.io', 'http://quay.io/v2/auth', false],
    ['quay.io', 'https://evil.example/token', false],
    ['quay.io', 'https://quay.io.evil.example/token', false],
    ['quay.io', 'https://evilquay.io/token', false],
    ['quay.io', 'https://user:pass@quay.io/token', false],
    ['a.co.uk', 'https://b.co.uk/token', false],
    ['acme.github.io', 'https://evil.github.io/token', false],
    ['r.us-east-1.elb.amazonaws.com', 'https://evil.us-east-1.elb.amazonaws.com/t', false],
    ['acme.azurecr.io', 'https://evil.azurecr.io/t', false],
    ['10.0.0.5', 'https://10.0.0.6/t', false],
    ['10.0.0.5', 'https://10.0.0.5/t', true],
    ['registry', 'https://other/t', false],
    ['acme.com', 'https://com/t', false],
    ['acme.com', 'https://169.254.169.254/t', false],
    ['localhost:5000', 'http://localhost:5000/t', true],
    ['localhost:5000', 'http://localhost:5001/t', false],
    ['acme.com', 'http://localhost:5001/t', false],
  ];
  for (const [host, realm, expected] of cases)
    test(`${host} and ${realm}`, () => {
      const endpoint = endpointOf(host);
      assert.ok(endpoint);
      assert.equal(isRealmOf(endpoint, new URL(realm)), expected);
    });
});

test('challenges are read as the standard has them', () => {
  const read = (header: string) =>
    readChallenges(header).map(({ scheme, params }) => [scheme, Object.fromEntries(params)]);
  assert.deepEqual(read('Basic realm="a, b=\\"c\\""'), [['basic', { realm: 'a, b="c"' }]]);
  assert.deepEqual(
    read('Negotiate, Bearer realm="https://a/t",service="s", scope="repository:x:pull,push", Basic realm=r'),
    [
      ['negotiate', {}],
      ['bearer', { realm: 'https://a/t', service: 's', scope: 'repository:x:pull,push' }],
      ['basic', { realm: 'r' }],
    ],
  );
  assert.deepEqual(read('Negotiate YII/abc==, BASIC Realm = "x"'), [
    ['negotiate', {}],
    ['basic', { realm: 'x' }],
  ]);
  assert.deepEqual(read('realm="x"'), []);
  assert.deepEqual(read(''), []);
  assert.deepEqual(read('Bearer realm="unclosed'), [['bearer', {}]]);
  for (const text of [
    '"'.repeat(100_000),
    'a='.repeat(50_000),
    'a '.repeat(50_000),
    `a="${'\\'.repeat(90_000)}`,
  ])
    assert.ok(readChallenges(text).length < 10_000);
});

test('endpoints are read once, and what is no endpoint is told and ignored', () => {
  const lines: string[] = [];
  const map = readEndpoints(
    JSON.stringify({
      'index.docker.io': 'http://127.0.0.1:5001/',
      'quay.io': 'ftp://x',
      'gcr.io': 'https://u:p@mirror.example',
      'a.example': 'http://169.254.169.254/',
      '*': 'https://mirror.example/all/',
    }),
    (line) => lines.push(line),
  );
  assert.equal(lines.length, 3);
  assert.equal(endpointOf('docker.io', map)?.base.href, 'http://127.0.0.1:5001/');
  assert.equal(endpointOf('ghcr.io', map)?.base.href, 'https://mirror.example/all');
  for (const text of ['{', '[]', '7', 'null']) {
    assert.equal(readEndpoints(text, (line) => lines.push(line)).size, 0);
    assert.match(lines.at(-1) ?? '', /^WAYBILL_REGISTRY_ENDPOINTS: ignored/);
  }
  assert.equal(endpointOf('docker.io')?.base.href, 'https://registry-1.docker.io/');
  assert.equal(endpointOf('localhost:5000')?.base.href, 'http://localhost:5000/');
  assert.equal(endpointOf('127.9.9.9:5000')?.base.href, 'http://127.9.9.9:5000/');
  assert.equal(endpointOf('[::1]:5000')?.base.href, 'http://[::1]:5000/');
  assert.equal(endpointOf('10.0.0.1:5000')?.base.href, 'https://10.0.0.1:5000/');
  assert.equal(endpointOf('127.0.0.1.evil.example')?.base.href, 'https://127.0.0.1.evil.example/');
  for (const host of ['a/b', 'u@h', 'h?x', 'h#x', '169.254.1.1', ''])
    assert.equal(endpointOf(host), null, host);
});
