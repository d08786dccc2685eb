import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancellationTokenSource,
  type CompletionItem,
  type CompletionList,
  type DocumentLink,
  type InlayHint,
} from 'vscode-languageserver-protocol/node';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { type Client, withClient } from './client.ts';
import { imageColumn, imageLine, pod, registry, release, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };
const api = `${registry}/demo-apps/api`;

async function withSandbox(use: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox();
  try {
    await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

const caretBehind = (image: string) => ({
  line: imageLine(0),
  character: imageColumn + image.length,
});

const complete = (client: Client, uri: string, image: string): Promise<CompletionList | null> =>
  client.request('textDocument/completion', {
    textDocument: { uri },
    position: caretBehind(image),
  });

const command = <T>(client: Client, name: string, ...args: unknown[]): Promise<T> =>
  client.request('workspace/executeCommand', { command: name, arguments: args });

/** Completes again whenever the server has learnt something, as somebody does who goes on typing. */
async function completeAll(client: Client, uri: string, image: string): Promise<CompletionItem[]> {
  for (;;) {
    const seen = client.heard.length;
    const list = await complete(client, uri, image);
    if (list === null) throw new Error('Nothing is completed there.');
    if (!list.isIncomplete) return list.items;
    await client.until('something new', () => (client.heard.length > seen ? true : undefined));
  }
}

test('the tags of a repository: asked for when they are first wanted, never waited for', limit, async () => {
  await withSandbox(async (sandbox) => {
    await withFolder(release, async (folder) => {
      await withClient(
        { pull: true, folders: [folder.uri], env: sandbox.env, options: { status: true } },
        async (client) => {
          const uri = folder.uriOf('pod.yaml');
          await client.open(uri, pod(`${api}:`));
          const items = await completeAll(client, uri, `${api}:`);
          assert.deepEqual(
            items.map(({ label }) => label),
            ['1.4.2', '1.4.1', '1.4.0', 'latest'],
          );
          const end = caretBehind(`${api}:`);
          assert.deepEqual(items[0]?.textEdit, { range: { start: end, end }, newText: '1.4.2' });
          const inOrder = items.map(({ sortText }) => sortText);
          assert.deepEqual(inOrder, [...inOrder].sort());
        },
      );
    });
  });
});

test('the repositories of a registry', limit, async () => {
  await withSandbox(async (sandbox) => {
    await withFolder(release, async (folder) => {
      await withClient(
        { pull: true, folders: [folder.uri], env: sandbox.env, options: { status: true } },
        async (client) => {
          const uri = folder.uriOf('pod.yaml');
          await client.open(uri, pod(`${registry}/`));
          const labels = (await completeAll(client, uri, `${registry}/`)).map(({ label }) => label);
          assert.ok(labels.includes('demo-apps/api') && labels.includes('demo-apps/worker'), labels.join());
        },
      );
    });
  });
});

test('without the network completion is at hand at once, and nobody is asked', limit, async () => {
  await withSandbox(async (sandbox) => {
    await withFolder(release, async (folder) => {
      await withClient(
        { folders: [folder.uri], env: sandbox.env, options: { network: 'off' } },
        async (client) => {
          const uri = folder.uriOf('pod.yaml');
          await client.open(uri, pod('docker'));
          const list = await complete(client, uri, 'docker');
          assert.deepEqual(
            list?.items.slice(0, 2).map(({ label }) => label),
            [registry, 'docker.io'],
          );
          assert.deepEqual(sandbox.calls, []);
        },
      );
    });
  });
});

test('the pickers’ lists wait for the registry', limit, async () => {
  await withSandbox(async (sandbox) => {
    await withFolder(release, async (folder) => {
      await withClient({ folders: [folder.uri], env: sandbox.env }, async (client) => {
        assert.deepEqual(await command(client, 'waybill.registries'), [
          { host: registry, account: '429114214526', region: 'us-east-2', partition: 'aws', linked: true },
        ]);
        const found = await command<{ items: { name: string }[]; complete: boolean; reason: string | null }>(
          client,
          'waybill.repositories',
          registry,
        );
        assert.ok(found.items.some(({ name }) => name === 'demo-apps/api'));
        assert.deepEqual([found.complete, found.reason], [true, null]);
        const tags = await command<{ items: { name: string }[] }>(
          client,
          'waybill.tags',
          registry,
          'demo-apps/api',
        );
        assert.deepEqual(
          tags.items.map(({ name }) => name),
          ['1.4.2', '1.4.1', '1.4.0', 'latest'],
        );
      });
    });
  });
});

test('a list that cannot be had comes with the reason', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ folders: [folder.uri], options: { network: false } }, async (client) => {
      assert.deepEqual(await command(client, 'waybill.repositories', registry), {
        items: [],
        complete: false,
        reason: 'Waybill is offline: it was told not to use the network.',
      });
      await assert.rejects(command(client, 'waybill.tags', registry), /name of a repository/);
    });
  });
});

test('pickers and completion ask no account that the release does not list', limit, async () => {
  await withSandbox(async (sandbox) => {
    await withFolder(release, async (folder) => {
      await withClient({ folders: [folder.uri], env: sandbox.env }, async (client) => {
        const other = '111122223333.dkr.ecr.us-east-2.amazonaws.com';
        const found = await command<{ items: unknown[]; reason: string }>(
          client,
          'waybill.tags',
          other,
          'demo-apps/api',
        );
        assert.deepEqual(found.items, []);
        assert.match(found.reason, /^AWS account 111122223333 is not registered/);
        const uri = folder.uriOf('pod.yaml');
        const image = `${other}/demo-apps/api:`;
        await client.open(uri, pod(image));
        assert.deepEqual(await complete(client, uri, image), { isIncomplete: false, items: [] });
        // Whatever was wanted before it is answered by now.
        await command(client, 'waybill.repositories', registry);
        assert.deepEqual(
          sandbox.calls.filter(({ operation }) => operation !== 'DescribeRepositories'),
          [],
        );
      });
    });
  });
});

test('a picker that was closed waits no longer', limit, async () => {
  await withSandbox(async (sandbox) => {
    await withFolder(release, async (folder) => {
      const options = { folders: [folder.uri], env: sandbox.env, options: { confirm: true } };
      await withClient(options, async (client) => {
        // The person never says whether the account may be asked.
        client.answer('waybill/confirmAccount', () => new Promise(() => {}));
        const source = new CancellationTokenSource();
        const pending = client.request(
          'workspace/executeCommand',
          { command: 'waybill.repositories', arguments: [registry] },
          source.token,
        );
        await client.until('the question to the person', () =>
          client.heard.some(({ method }) => method === 'waybill/confirmAccount') ? true : undefined,
        );
        source.cancel();
        await assert.rejects(pending, /cancelled/i);
      });
    });
  });
});

test('an image is inserted for the version of the document that it was worked out for', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, pod('nginx:1.27'), 7);
      const image = { host: registry, repository: 'demo-apps/nginx', tag: '1.27', digest: null };
      const start = { line: imageLine(0), character: imageColumn };
      assert.deepEqual(await command(client, 'waybill.insertion', uri, start, image), {
        version: 7,
        edits: [{ range: { start, end: start }, newText: `${registry}/demo-apps/` }],
      });
    });
  });
});

test('images are links to their pages', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, pod('nginx:1.27', 'registry.example.com/x:1'));
      const start = { line: imageLine(0), character: imageColumn };
      assert.deepEqual(
        await client.request<DocumentLink[]>('textDocument/documentLink', { textDocument: { uri } }),
        [
          {
            range: { start, end: caretBehind('nginx:1.27') },
            target: 'https://hub.docker.com/_/nginx',
            tooltip: 'Open nginx in Docker Hub',
          },
        ],
      );
    });
  });
});

test('inlay hints come when the setting says so, and the client is told to ask for them', limit, async () => {
  await withSandbox(async (sandbox) => {
    await withFolder(release, async (folder) => {
      const options = {
        pull: true,
        folders: [folder.uri],
        env: sandbox.env,
        capabilities: { workspace: { inlayHint: { refreshSupport: true } } },
      };
      await withClient(options, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        const hints = (): Promise<InlayHint[]> =>
          client.request('textDocument/inlayHint', {
            textDocument: { uri },
            range: { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } },
          });
        const refreshes = (method: string): number =>
          client.heard.filter((each) => each.method === method).length;
        await client.open(uri, pod(`${api}:1.4.2`));
        await client.until('the verdict', () =>
          refreshes('workspace/diagnostic/refresh') > 1 ? true : undefined,
        );
        assert.deepEqual(await hints(), []);
        assert.equal(refreshes('workspace/inlayHint/refresh'), 0);
        await client.notify('workspace/didChangeConfiguration', {
          settings: { waybill: { inlayHints: 'on' } },
        });
        for (let seen = 0, found: InlayHint[] = []; found.length === 0; found = await hints())
          seen = await client.until('a refresh', () => {
            const count = refreshes('workspace/inlayHint/refresh');
            return count > seen ? count : undefined;
          });
        const [hint] = await hints();
        assert.match(String(hint?.label), /^sha256:7b17356\b/);
        assert.deepEqual(hint?.position, caretBehind(`${api}:1.4.2`));
      });
    });
  });
});

test('after a sign-in what an expired session kept unknown is asked again', limit, async () => {
  await withSandbox(async (sandbox) => {
    sandbox.quirks.expire.push({ plane: 'control' });
    await withFolder(release, async (folder) => {
      const options = { folders: [folder.uri], env: sandbox.env, options: { status: true } };
      await withClient(options, async (client) => {
        const state = (wanted: string) => () => {
          const sent = client.heard.findLast(({ method }) => method === 'waybill/status')?.params as
            | { registries: { state: string }[] }
            | undefined;
          return sent?.registries[0]?.state === wanted ? true : undefined;
        };
        await client.open(folder.uriOf('pod.yaml'), pod(`${api}:1.4.2`));
        await client.until('the end of the session', state('session-expired'));
        sandbox.quirks.expire.length = 0;
        await client.notify('waybill/didSignIn');
        await client.until('an answer', state('ok'));
      });
    });
  });
});
