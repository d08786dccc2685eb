import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../support/paths.ts';
import { withClient } from './client.ts';
import { pod, release, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };

test('a client that pulls is offered to pull, and told what else there is', limit, async () => {
  await withClient({ pull: true }, async ({ result }) => {
    assert.deepEqual(result, {
      serverInfo: { name: 'waybill', version: result.serverInfo?.version },
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: 2, save: { includeText: false } },
        hoverProvider: true,
        completionProvider: {
          triggerCharacters: ['/', ':', '@', '"', '`', ' ', '(', '{'],
          completionItem: { labelDetailsSupport: true },
        },
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: { prepareProvider: true },
        documentLinkProvider: {},
        inlayHintProvider: true,
        codeActionProvider: {
          codeActionKinds: ['quickfix', 'source.fixAll.waybill'],
          resolveProvider: false,
        },
        diagnosticProvider: {
          identifier: 'waybill',
          interFileDependencies: true,
          workspaceDiagnostics: true,
        },
        executeCommandProvider: {
          commands: [
            'waybill.check',
            'waybill.deployedText',
            'waybill.midstreamText',
            'waybill.releases',
            'waybill.layers',
            'waybill.layerText',
            'waybill.registries',
            'waybill.repositories',
            'waybill.tags',
            'waybill.insertion',
            'waybill.mirror',
            'waybill.mirrorRelease',
          ],
          workDoneProgress: true,
        },
        workspace: {
          workspaceFolders: { supported: true, changeNotifications: true },
          textDocumentContent: { schemes: ['waybill-deployed', 'waybill-midstream', 'waybill-layer'] },
        },
      },
    });
    assert.match(result.serverInfo?.version ?? '', /^\d+\.\d+\.\d+/);
  });
});

test('a client that cannot be told to pull again is not asked to pull', limit, async () => {
  const capabilities = { textDocument: { diagnostic: {} } };
  await withClient({ capabilities }, async ({ result }) => {
    assert.equal(result.capabilities.diagnosticProvider, undefined);
  });
});

test('a client that resolves edits is offered that', limit, async () => {
  const codeAction = { dataSupport: true, resolveSupport: { properties: ['edit'] } };
  await withClient({ capabilities: { textDocument: { codeAction } } }, async ({ result }) => {
    assert.deepEqual(result.capabilities.codeActionProvider, {
      codeActionKinds: ['quickfix', 'source.fixAll.waybill'],
      resolveProvider: true,
    });
  });
});

test('files that make a release are watched', limit, async () => {
  await withClient({}, async (client) => {
    const registered = await client.until('a registration', () =>
      client.heard.find(({ method }) => method === 'client/registerCapability'),
    );
    const { registrations } = registered.params as {
      registrations: { method: string; registerOptions: { watchers: unknown[] } }[];
    };
    assert.equal(registrations[0]?.method, 'workspace/didChangeWatchedFiles');
    assert.deepEqual(registrations[0]?.registerOptions.watchers, [
      { globPattern: '**/*.{yaml,yml}' },
      { globPattern: '**/.waybill.yaml' },
      { globPattern: '**/.replicated' },
      { globPattern: '**/.gitignore' },
      { globPattern: '**/*.tgz' },
      { globPattern: '**/*.tpl' },
      { globPattern: '**/*', kind: 4 },
    ]);
  });
});

for (const transport of ['stdio', 'node-ipc', 'socket'] as const)
  test(
    `over ${transport}: diagnostics come, and after a goodbye the process ends with 0`,
    limit,
    async () => {
      await withFolder(release, async (folder) => {
        await withClient({ transport, folders: [folder.uri] }, async (client) => {
          const uri = folder.uriOf('pod.yaml');
          await client.open(uri, pod('nginx:1.27'));
          const { diagnostics } = await client.until('diagnostics', () => client.pushed(uri));
          assert.equal(diagnostics[0]?.code, 'public-image');
          assert.equal(await client.stop(), 0);
        });
      });
    },
  );

test('when the client goes away without a goodbye, the process ends with 1', limit, async () => {
  await withClient({}, async (client) => {
    client.process.stdin?.end();
    assert.equal(await new Promise((resolve) => client.process.once('exit', resolve)), 1);
  });
});

test('without a transport it says which there are', limit, async () => {
  const child = spawn(process.execPath, [join(root, 'dist/server/waybill.cjs'), 'lsp']);
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  assert.equal(await new Promise((resolve) => child.once('close', resolve)), 2);
  assert.match(said, /--stdio, --node-ipc or --socket=PORT/);
});
