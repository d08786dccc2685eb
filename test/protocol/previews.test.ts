import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hover } from 'vscode-languageserver-protocol/node';
import { startSandbox } from '../../sandbox/src/index.ts';
import { type Client, withClient } from './client.ts';
import { imageColumn, imageLine, pod, registry, release, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };
const image = `${registry}/demo-apps/api:1.4.0`;
const proxied = `proxy.replicated.com/proxy/mysampleecrapp/${image}`;

const hoverAt = (client: Client, uri: string, line: number, character: number) =>
  client.request<Hover | null>('textDocument/hover', {
    textDocument: { uri },
    position: { line, character },
  });
const textOf = (hover: Hover | null): string =>
  (hover?.contents as { value: string } | undefined)?.value ?? '';
const content = (client: Client, uri: string) =>
  client.request<{ text: string }>('workspace/textDocumentContent', { uri });
const made = (client: Client, command: string, uri: string) =>
  client.request<string | null>('workspace/executeCommand', { command, arguments: [uri] });

test(
  'hover says what the image is, whether it exists, who said so, and what is deployed',
  limit,
  async () => {
    const sandbox = await startSandbox();
    try {
      await withFolder({ ...release, 'pod.yaml': pod(image) }, async (folder) => {
        await withClient({ folders: [folder.uri], env: sandbox.env }, async (client) => {
          await client.request('workspace/executeCommand', { command: 'waybill.check' });
          const hover = await hoverAt(client, folder.uriOf('pod.yaml'), imageLine(0), imageColumn + 4);
          const line = imageLine(0);
          assert.deepEqual(hover?.range, {
            start: { line, character: imageColumn },
            end: { line, character: imageColumn + image.length },
          });
          assert.equal((hover?.contents as { kind: string } | undefined)?.kind, 'markdown');
          for (const part of [image, 'us-east-2', 'exists', 'sha256:', proxied])
            assert.ok(textOf(hover).includes(part), `${part} is not in ${textOf(hover)}`);
          assert.match(textOf(hover), /Amazon ECR.*(just now|seconds ago)/);
        });
      });
    } finally {
      await sandbox.close();
    }
  },
);

test('hover beside an image, outside a release or of an unknown file says nothing', limit, async () => {
  const files = {
    'app/x.yaml': pod(image),
    'app/a.yaml': release['application.yaml'],
    'compose.yaml': pod(image),
  };
  await withFolder(files, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      await client.request('workspace/executeCommand', { command: 'waybill.check' });
      assert.ok(await hoverAt(client, folder.uriOf('app/x.yaml'), imageLine(0), imageColumn));
      assert.equal(await hoverAt(client, folder.uriOf('app/x.yaml'), 0, 0), null);
      assert.equal(await hoverAt(client, folder.uriOf('app/x.yaml'), 4000, 4000), null);
      assert.equal(await hoverAt(client, folder.uriOf('compose.yaml'), imageLine(0), imageColumn), null);
      assert.equal(await hoverAt(client, folder.uriOf('nothing.yaml'), 0, 0), null);
      assert.equal(await hoverAt(client, 'untitled:Untitled-1', 0, 0), null);
    });
  });
});

test('a client without Markdown gets a hover as plain text', limit, async () => {
  const capabilities = { textDocument: { hover: { contentFormat: ['plaintext'] } } };
  await withFolder({ ...release, 'pod.yaml': pod(image) }, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      await client.request('workspace/executeCommand', { command: 'waybill.check' });
      const hover = await hoverAt(client, folder.uriOf('pod.yaml'), imageLine(0), imageColumn);
      assert.equal((hover?.contents as { kind: string } | undefined)?.kind, 'plaintext');
      assert.ok(textOf(hover).includes(image));
      assert.doesNotMatch(textOf(hover), /\*\*|`/);
    });
  });
});

test(
  'a manifest as deployed and the kustomization, as documents and as answers to commands',
  limit,
  async () => {
    await withFolder({ ...release, 'pod.yaml': pod(image) }, async (folder) => {
      await withClient({ folders: [folder.uri] }, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        for (const rest of [uri.slice('file:'.length), uri.slice('file://'.length)]) {
          const deployed = (await content(client, `waybill-deployed:${rest}`)).text;
          assert.ok(deployed.includes(`image: ${proxied}\n`), deployed);
          const midstream = (await content(client, `waybill-midstream:${rest}`)).text;
          assert.match(midstream, /kind: Kustomization/);
          assert.ok(midstream.includes(`newName: ${proxied.replace(':1.4.0', '')}`), midstream);
          assert.equal(await made(client, 'waybill.deployedText', uri), deployed);
          assert.equal(await made(client, 'waybill.midstreamText', uri), midstream);
        }
        const elsewhere = folder.uriOf('nothing.yaml');
        assert.equal(await made(client, 'waybill.deployedText', elsewhere), null);
        await assert.rejects(
          content(client, elsewhere.replace('file:', 'waybill-deployed:')),
          /in no release/,
        );
        await assert.rejects(
          client.request('workspace/executeCommand', { command: 'waybill.deployedText' }),
          /URI/,
        );
        await assert.rejects(
          client.request('workspace/executeCommand', { command: 'other' }),
          /no command other/,
        );
      });
    });
  },
);

test('the client is told when what it shows is another text now, and not when it is not', limit, async () => {
  const capabilities = { workspace: { textDocumentContent: {} } };
  await withFolder(release, async (folder) => {
    await withClient({ folders: [folder.uri], capabilities }, async (client) => {
      const told = () =>
        client.heard
          .filter(({ method }) => method === 'workspace/textDocumentContent/refresh')
          .map(({ params }) => (params as { uri: string }).uri);
      const uri = folder.uriOf('pod.yaml');
      const shown = uri.replace('file:', 'waybill-deployed:');
      await client.open(uri, pod(image));
      const before = (await content(client, shown)).text;
      // Clients announce what they show like any document; it must not be taken for a manifest.
      await client.open(shown, before);

      const tag = imageColumn + image.length - '1.4.0'.length;
      const line = imageLine(0);
      await client.edit(
        uri,
        2,
        { start: { line, character: tag }, end: { line, character: tag + 5 } },
        '1.4.1',
      );
      await client.until('a refresh', () => (told().length > 0 ? true : undefined));
      assert.deepEqual(told(), [shown]);
      assert.equal((await content(client, shown)).text, before.replace('1.4.0', '1.4.1'));
      assert.equal(client.pushed(shown), undefined);

      await client.notify('textDocument/didClose', { textDocument: { uri: shown } });
      await client.edit(
        uri,
        3,
        { start: { line, character: tag }, end: { line, character: tag + 5 } },
        '1.4.2',
      );
      await client.until('the edit', () => (client.pushed(uri)?.version === 3 ? true : undefined));
      await client.request('workspace/executeCommand', { command: 'waybill.check' });
      assert.deepEqual(told(), [shown]);
    });
  });
});
