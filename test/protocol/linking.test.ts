import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeAction } from 'vscode-languageserver-protocol/node';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { type Client, withClient } from './client.ts';
import { imageColumn, imageLine, pod, registry, release, type TestFolder, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };
const image = `${registry}/demo-apps/api:1.4.2`;
const linkCommand = 'client.link';

interface Facts {
  readonly imageInEcr: boolean;
  readonly registryLinked: boolean;
  readonly manifestRewritten: boolean;
}

/** Runs `use` with a server that has asked about the file, in a sandbox where no registry is linked. */
async function withUnlinked(
  text: string,
  options: object,
  use: (client: Client, folder: TestFolder, sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox({ linked: false });
  try {
    await withFolder({ ...release, 'pod.yaml': text }, async (folder) => {
      await withClient({ options, folders: [folder.uri], env: sandbox.env }, async (client) => {
        await check(client);
        await use(client, folder, sandbox);
      });
    });
  } finally {
    await sandbox.close();
  }
}

const check = (client: Client) => client.request('workspace/executeCommand', { command: 'waybill.check' });

/** The quick fixes of the image that have a command. */
async function commandFixes(client: Client, uri: string): Promise<CodeAction[]> {
  const at = { line: imageLine(0), character: imageColumn };
  const all = await client.request<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: at, end: at },
    context: { diagnostics: [] },
  });
  return all.filter(({ command }) => command !== undefined);
}

test('a client that can link a registry is offered to, where it is not linked', limit, async () => {
  await withUnlinked(pod(image), { linkCommand }, async (client, folder, sandbox) => {
    const uri = folder.uriOf('pod.yaml');
    const fixes = await commandFixes(client, uri);
    const title = `Link ${registry} in the vendor portal…`;
    assert.deepEqual(
      fixes.map(({ diagnostics, ...fix }) => [fix, diagnostics?.map(({ code }) => code)]),
      [
        [
          { title, kind: 'quickfix', command: { title, command: linkCommand, arguments: [registry, uri] } },
          ['registry-not-linked'],
        ],
      ],
    );
    link(sandbox);
    await check(client);
    assert.deepEqual(await commandFixes(client, uri), []);
  });
});

test('no other client is, nor one whose person wants nobody asked', limit, async () => {
  await withUnlinked(pod(image), {}, async (client, folder) => {
    assert.deepEqual(await commandFixes(client, folder.uriOf('pod.yaml')), []);
  });
  await withUnlinked(pod(image), { linkCommand, network: false }, async (client, folder) => {
    assert.deepEqual(await commandFixes(client, folder.uriOf('pod.yaml')), []);
  });
});

test('the status tells how far the way to the private image is gone, as it is proven', limit, async () => {
  const facts = (client: Client): Facts | undefined =>
    (
      client.heard.filter(({ method }) => method === 'waybill/status').at(-1)?.params as
        | { facts: Facts }
        | undefined
    )?.facts;
  const become = (client: Client, wanted: Facts) =>
    client.until(JSON.stringify(wanted), () =>
      JSON.stringify(facts(client)) === JSON.stringify(wanted) ? true : undefined,
    );
  await withUnlinked(pod('busybox:1.36'), { status: true }, async (client, folder, sandbox) => {
    // The sandbox's ECR has no busybox.
    await become(client, { imageInEcr: false, registryLinked: false, manifestRewritten: false });
    const uri = folder.uriOf('pod.yaml');
    await client.open(uri, pod('nginx:1.27'));
    await become(client, { imageInEcr: true, registryLinked: false, manifestRewritten: false });
    const start = { line: imageLine(0), character: imageColumn };
    const end = { ...start, character: imageColumn + 'nginx:1.27'.length };
    await client.edit(uri, 2, { start, end }, `${registry}/demo-apps/nginx:1.27`);
    await become(client, { imageInEcr: true, registryLinked: false, manifestRewritten: true });
    link(sandbox);
    await check(client);
    await become(client, { imageInEcr: true, registryLinked: true, manifestRewritten: true });
  });
});

test('a private image that does not exist proves nothing', limit, async () => {
  await withUnlinked(pod(`${registry}/demo-apps/api:9.9.9`), { status: true }, async (client) => {
    const [first] = await client.until('a status', () => {
      const said = client.heard.filter(({ method }) => method === 'waybill/status');
      return said.length > 0 ? said : undefined;
    });
    assert.deepEqual((first?.params as { facts: Facts } | undefined)?.facts, {
      imageInEcr: false,
      registryLinked: false,
      manifestRewritten: false,
    });
  });
});

test('the open releases, and which of them holds a file', limit, async () => {
  const files = {
    'one/.waybill.yaml': 'app: one\n',
    'one/application.yaml': release['application.yaml'],
    'one/README.md': '# one\n',
    'two/.waybill.yaml': 'app: two\n',
    'two/pod.yaml': pod('nginx'),
    'notes.txt': '',
  };
  await withFolder(files, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      const holds = async (name: string) => {
        const releases = await client.request<{ uri: string; app: string; holds: boolean }[]>(
          'workspace/executeCommand',
          { command: 'waybill.releases', arguments: [folder.uriOf(name)] },
        );
        assert.deepEqual(
          releases.map(({ uri, app }) => [uri, app]),
          [
            [folder.uriOf('one'), 'one'],
            [folder.uriOf('two'), 'two'],
          ],
        );
        return releases.filter((each) => each.holds).map(({ app }) => app);
      };
      assert.deepEqual(await holds('one/application.yaml'), ['one']);
      assert.deepEqual(await holds('one/README.md'), ['one']);
      assert.deepEqual(await holds('two/pod.yaml'), ['two']);
      assert.deepEqual(await holds('notes.txt'), []);
    });
  });
});

test('releases of two folders of the workspace are told apart', limit, async () => {
  const of = (app: string) => ({ ...release, '.waybill.yaml': `app: ${app}\n` });
  await withFolder(of('one'), async (first) => {
    await withFolder(of('two'), async (second) => {
      await withClient({ folders: [first.uri, second.uri] }, async (client) => {
        const releases = await client.request<{ uri: string; app: string; holds: boolean }[]>(
          'workspace/executeCommand',
          { command: 'waybill.releases', arguments: [second.uriOf('application.yaml')] },
        );
        assert.deepEqual(
          releases.map(({ uri, holds }) => [uri, holds]).sort(),
          [
            [first.uri, false],
            [second.uri, true],
          ].sort(),
        );
      });
    });
  });
});

/** Somebody links the registry in the portal. */
const link = ({ portal }: Sandbox): void =>
  void portal.registries.push({
    provider: 'ecr',
    endpoint: registry,
    slug: registry,
    authType: 'accesskey',
    username: 'AKIASANDBOXREADONLY0',
    password: 'sandbox-read-only-secret',
    appIds: null,
  });
