import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { CancellationTokenSource, type Diagnostic } from 'vscode-languageserver-protocol/node';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { briefly, type Client, itemsOf, withClient } from './client.ts';
import { imageColumn, imageLine, pod, registry, release, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };

interface Status {
  readonly registries: readonly { host: string; state: string; text: string; detail: string }[];
  readonly busy: boolean;
}
interface Counts {
  readonly images: number;
  readonly checked: number;
  readonly unchecked: number;
  readonly problems: number;
}

const check = (client: Client, ...args: string[]) =>
  client.request<Counts>('workspace/executeCommand', { command: 'waybill.check', arguments: args });
const refreshes = (client: Client): number =>
  client.heard.filter(({ method }) => method === 'workspace/diagnostic/refresh').length;
const status = (client: Client): Status | undefined =>
  client.heard.filter(({ method }) => method === 'waybill/status').at(-1)?.params as Status | undefined;
const described = (sandbox: Sandbox, repository: string): number =>
  sandbox.calls.filter((call) => call.operation === 'DescribeImages' && call.repository === repository)
    .length;

/** Pulls now and after each refresh, as an editor does, until there is a problem by this rule. */
async function pullUntil(client: Client, uri: string, rule: string): Promise<Diagnostic[]> {
  for (let seen = -1; ; ) {
    await client.until(rule, () => (refreshes(client) > seen ? true : undefined));
    seen = refreshes(client);
    const items = itemsOf(await client.pull(uri));
    if (items.some(({ code }) => code === rule)) return items;
  }
}

async function withSandbox(use: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox();
  try {
    await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** Runs `use` beside a server in ECR's place that only counts who connects. */
async function withTrap(
  use: (trap: { readonly url: string; readonly connections: () => number }) => Promise<void>,
): Promise<void> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    await use({ url: `http://127.0.0.1:${port}`, connections: () => connections });
  } finally {
    server.close();
  }
}

const credentials = { AWS_ACCESS_KEY_ID: 'TRAPACCESSKEYID00000', AWS_SECRET_ACCESS_KEY: 'not a secret' };

test(
  'pulled: a verdict of the registry brings a refresh, and then the problem with the right range',
  limit,
  async () => {
    await withSandbox(async (sandbox) => {
      await withFolder(release, async (folder) => {
        await withClient({ pull: true, folders: [folder.uri], env: sandbox.env }, async (client) => {
          const uri = folder.uriOf('pod.yaml');
          const image = `${registry}/demo-apps/api:9.9.9`;
          await client.open(uri, pod(image, `${registry}/demo-apps/api:1.4.0`));
          const items = await pullUntil(client, uri, 'tag-not-found');
          assert.deepEqual(briefly(items), [
            `tag-not-found ${imageLine(0)}:${imageColumn}-${imageLine(0)}:${imageColumn + image.length}`,
          ]);
          assert.equal(items[0]?.severity, 1);
          assert.match(String(items[0]?.message), /9\.9\.9/);
        });
      });
    });
  },
);

test('pushed: the verdict comes by itself, for files that are not open too', limit, async () => {
  await withSandbox(async (sandbox) => {
    const files = { ...release, 'closed.yaml': pod(`${registry}/demo-apps/nothing:1`) };
    await withFolder(files, async (folder) => {
      await withClient({ folders: [folder.uri], env: sandbox.env }, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        const has = (file: string, code: string) => () =>
          client.pushed(file)?.diagnostics.some((item) => item.code === code) ? true : undefined;
        await client.open(uri, pod(`${registry}/demo-apps/api:9.9.9`));
        await client.until('the open file’s verdict', has(uri, 'tag-not-found'));
        await client.until(
          'the closed file’s verdict',
          has(folder.uriOf('closed.yaml'), 'repository-not-found'),
        );
      });
    });
  });
});

test(
  'a name that changes has no verdict of the old one, and each name is asked about once',
  limit,
  async () => {
    await withSandbox(async (sandbox) => {
      await withFolder(release, async (folder) => {
        await withClient({ pull: true, folders: [folder.uri], env: sandbox.env }, async (client) => {
          const uri = folder.uriOf('pod.yaml');
          await client.open(uri, pod(`${registry}/demo-apps/api:9.9.9`));
          await check(client);
          const tag = imageColumn + `${registry}/demo-apps/api:`.length;
          const asked = described(sandbox, 'demo-apps/api');
          const range = {
            start: { line: imageLine(0), character: tag },
            end: { line: imageLine(0), character: tag + 5 },
          };
          await client.edit(uri, 2, range, '1.4.2');
          assert.deepEqual(itemsOf(await client.pull(uri)), []);
          // Back again: what was learnt is still known, and nobody is asked.
          await client.edit(uri, 3, range, '9.9.9');
          assert.equal(itemsOf(await client.pull(uri))[0]?.code, 'tag-not-found');
          await client.request('textDocument/hover', {
            textDocument: { uri },
            position: { line: imageLine(0), character: tag },
          });
          assert.ok(described(sandbox, 'demo-apps/api') <= asked + 1);
        });
      });
    });
  },
);

test('the same question of several documents goes out once', limit, async () => {
  await withSandbox(async (sandbox) => {
    const image = `${registry}/demo-apps/worker:0.9.0`;
    await withFolder({ ...release, 'a.yaml': pod(image), 'b.yaml': pod(image) }, async (folder) => {
      await withClient(
        { folders: [folder.uri], env: sandbox.env, options: { status: true } },
        async (client) => {
          await client.open(folder.uriOf('a.yaml'), pod(image));
          await client.open(folder.uriOf('b.yaml'), pod(image, image));
          const done = await client.until('an answer', () => {
            const now = status(client);
            return now?.busy === false && now.registries.length === 1 ? now : undefined;
          });
          assert.equal(done.registries[0]?.state, 'ok');
          assert.equal(described(sandbox, 'demo-apps/worker'), 1);
        },
      );
    });
  });
});

test('a check asks anew and says what came of it', limit, async () => {
  await withSandbox(async (sandbox) => {
    const files = {
      ...release,
      'pod.yaml': pod(
        `${registry}/demo-apps/api:9.9.9`,
        `${registry}/demo-apps/web:2.0.0`,
        `${registry}/demo-apps/denied:1.0.0`,
        'redis:7',
      ),
    };
    await withFolder(files, async (folder) => {
      await withClient({ pull: true, folders: [folder.uri], env: sandbox.env }, async (client) => {
        assert.deepEqual(await check(client), { images: 4, checked: 3, unchecked: 1, problems: 2 });
        const asked = described(sandbox, 'demo-apps/web');
        assert.deepEqual(await check(client, folder.uriOf('pod.yaml')), {
          images: 4,
          checked: 3,
          unchecked: 1,
          problems: 2,
        });
        assert.equal(described(sandbox, 'demo-apps/web'), asked + 1);
      });
    });
  });
});

test('a check shows progress to clients that can, and ends it', limit, async () => {
  await withFolder(release, async (folder) => {
    const capabilities = { window: { workDoneProgress: true } };
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      await check(client);
      const kinds = await client.until('the end', () => {
        const all = client.heard
          .filter(({ method }) => method === '$/progress')
          .map(({ params }) => (params as { value: { kind: string } }).value.kind);
        return all.includes('end') ? all : undefined;
      });
      assert.deepEqual(kinds, ['begin', 'end']);
    });
  });
});

test('without credentials: no problem for any image, one status for the registry', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri], options: { status: true } }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      const images = ['api:9.9.9', 'web:1', 'nothing:1'].map((name) => `${registry}/demo-apps/${name}`);
      await client.open(uri, pod(...images));
      assert.deepEqual(await check(client), { images: 3, checked: 0, unchecked: 3, problems: 0 });
      assert.deepEqual(itemsOf(await client.pull(uri)), []);
      const { registries } = await client.until('a status', () => {
        const now = status(client);
        return now?.busy === false && now.registries.length > 0 ? now : undefined;
      });
      assert.deepEqual(
        registries.map(({ host, state, text }) => ({ host, state, text })),
        [{ host: registry, state: 'no-credentials', text: 'no AWS credentials' }],
      );
    });
  });
});

test('a client that does not show a status is sent none', limit, async () => {
  await withFolder({ ...release, 'pod.yaml': pod(`${registry}/demo-apps/api:1`) }, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      await check(client);
      assert.equal(status(client), undefined);
    });
  });
});

test('when the registry dies, nothing turns absent', limit, async () => {
  const sandbox = await startSandbox();
  await withFolder(release, async (folder) => {
    await withClient(
      { pull: true, folders: [folder.uri], env: sandbox.env, options: { status: true } },
      async (client) => {
        const uri = folder.uriOf('pod.yaml');
        const there = `${registry}/demo-apps/api:1.4.0`;
        await client.open(uri, pod(there));
        assert.equal((await check(client)).checked, 1);
        await sandbox.close();
        await client.edit(
          uri,
          2,
          { start: { line: imageLine(1) - 1, character: 0 }, end: { line: imageLine(1) - 1, character: 0 } },
          `    - name: new\n      image: ${registry}/demo-apps/new:1\n`,
        );
        assert.deepEqual(await check(client), { images: 2, checked: 0, unchecked: 2, problems: 0 });
        assert.deepEqual(itemsOf(await client.pull(uri)), []);
        await client.until('a status', () =>
          status(client)?.registries[0]?.state === 'unreachable' ? true : undefined,
        );
      },
    );
  });
});

/** How the registry of ECR fares, as the client was told last. */
const ecrStatus = (client: Client) => status(client)?.registries.find(({ host }) => host === registry);

test('an untrusted workspace connects to nobody, and to ECR as soon as it is trusted', limit, async () => {
  await withTrap(async (trap) => {
    await withFolder(release, async (folder) => {
      const env = { ...credentials, AWS_ENDPOINT_URL_ECR: trap.url };
      const options = { trusted: false, status: true };
      await withClient({ pull: true, folders: [folder.uri], env, options }, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        await client.open(uri, pod('nginx', `${registry}/demo-apps/api:1.4.0`));
        await check(client);
        assert.ok(itemsOf(await client.pull(uri)).length > 0);
        const untrusted = await client.until('a status', () => ecrStatus(client));
        assert.equal(untrusted.state, 'untrusted');
        assert.equal(trap.connections(), 0);

        await client.notify('waybill/didGrantTrust');
        await client.until('an answer', () =>
          ecrStatus(client)?.state === 'unreachable' ? true : undefined,
        );
        assert.ok(trap.connections() > 0);
      });
    });
  });
});

test('with the network turned off nobody is asked, and turned on again somebody is', limit, async () => {
  await withTrap(async (trap) => {
    await withFolder({ ...release, 'pod.yaml': pod(`${registry}/demo-apps/api:1`) }, async (folder) => {
      const env = { ...credentials, AWS_ENDPOINT_URL_ECR: trap.url };
      const options = { network: 'off', status: true };
      await withClient({ pull: true, folders: [folder.uri], env, options }, async (client) => {
        await client.open(folder.uriOf('pod.yaml'), pod(`${registry}/demo-apps/api:1`));
        await check(client);
        await client.until('a status', () =>
          status(client)?.registries[0]?.state === 'offline' ? true : undefined,
        );
        assert.equal(trap.connections(), 0);
        await client.notify('workspace/didChangeConfiguration', { settings: { waybill: { network: 'on' } } });
        await client.until('an answer', () =>
          status(client)?.registries[0]?.state === 'unreachable' ? true : undefined,
        );
        assert.ok(trap.connections() > 0);
      });
    });
  });
});

test('an account that no registry of the release is of is not asked', limit, async () => {
  await withTrap(async (trap) => {
    await withFolder(
      { ...release, 'pod.yaml': pod(`111122223333.dkr.ecr.eu-west-1.amazonaws.com/x:1`) },
      async (folder) => {
        const env = { ...credentials, AWS_ENDPOINT_URL_ECR: trap.url };
        await withClient({ folders: [folder.uri], env }, async (client) => {
          await check(client);
          assert.equal(trap.connections(), 0);
        });
      },
    );
  });
});

test(
  'the person is asked once before an account is, and a no holds until the next check',
  limit,
  async () => {
    await withSandbox(async (sandbox) => {
      await withFolder(release, async (folder) => {
        const options = { confirm: true };
        await withClient({ pull: true, folders: [folder.uri], env: sandbox.env, options }, async (client) => {
          const asked = () => client.heard.filter(({ method }) => method === 'waybill/confirmAccount');
          let yes = false;
          client.answer('waybill/confirmAccount', () => yes);
          const uri = folder.uriOf('pod.yaml');
          await client.open(uri, pod(`${registry}/demo-apps/api:9.9.9`));
          await client.until('the question', () => asked()[0]);
          assert.deepEqual(asked()[0]?.params, {
            account: '429114214526',
            region: 'us-east-2',
            host: registry,
          });
          await client.notify('textDocument/didSave', { textDocument: { uri } });
          assert.equal((await check(client)).checked, 0);
          assert.deepEqual(
            sandbox.calls.filter(({ plane }) => plane === 'control' || plane === 'registry'),
            [],
          );
          const before = asked().length;
          assert.ok(before <= 2);

          yes = true;
          assert.equal((await check(client)).checked, 1);
          assert.equal(asked().length, before + 1);
          assert.equal((await check(client)).checked, 1);
          assert.equal(asked().length, before + 1);
        });
      });
    });
  },
);

test('a client that cannot ask the person is not made to', limit, async () => {
  await withSandbox(async (sandbox) => {
    await withFolder({ ...release, 'pod.yaml': pod(`${registry}/demo-apps/api:1.4.0`) }, async (folder) => {
      await withClient({ folders: [folder.uri], env: sandbox.env }, async (client) => {
        assert.equal((await check(client)).checked, 1);
        assert.ok(client.heard.every(({ method }) => method !== 'waybill/confirmAccount'));
      });
    });
  });
});

test('a check that is cancelled ends at once, though the registry never answers', limit, async () => {
  await withSandbox(async (sandbox) => {
    sandbox.quirks.hang.push({ plane: 'control' });
    const files = { ...release, 'pod.yaml': pod(`${registry}/demo-apps/api:1.4.0`) };
    await withFolder(files, async (folder) => {
      const options = { status: true };
      await withClient({ folders: [folder.uri], env: sandbox.env, options }, async (client) => {
        const source = new CancellationTokenSource();
        const asked = client.request('workspace/executeCommand', { command: 'waybill.check' }, source.token);
        await client.until('the question to be out', () => (status(client)?.busy ? true : undefined));
        source.cancel();
        await assert.rejects(asked, { code: -32800 });
      });
    });
  });
});

test('no request waits for a registry that never answers', limit, async () => {
  await withSandbox(async (sandbox) => {
    sandbox.quirks.hang.push({ plane: 'control' });
    await withFolder(release, async (folder) => {
      const options = { status: true };
      await withClient({ pull: true, folders: [folder.uri], env: sandbox.env, options }, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        await client.open(uri, pod(`${registry}/demo-apps/api:9.9.9`, 'redis:7'));
        await client.until('the question to be out', () => (status(client)?.busy ? true : undefined));
        const textDocument = { uri };
        const position = { line: imageLine(0), character: imageColumn + 3 };
        const range = { start: position, end: position };
        assert.equal(briefly(itemsOf(await client.pull(uri))).length, 1);
        assert.ok(await client.request('textDocument/hover', { textDocument, position }));
        await client.request('textDocument/codeAction', {
          textDocument,
          range,
          context: { diagnostics: [] },
        });
        assert.equal(status(client)?.busy, true);
      });
    });
  });
});
