import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  DocumentDiagnosticReport,
  WorkspaceDiagnosticReport,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver-protocol/node';
import { briefly, type Client, itemsOf, withClient } from './client.ts';
import { imageColumn, imageLine, pod, registry, release, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };
const at = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});
const workspacePull = (client: Client, previousResultIds: { uri: string; value: string }[] = []) =>
  client.request<WorkspaceDiagnosticReport>('workspace/diagnostic', {
    identifier: 'waybill',
    previousResultIds,
  });
const idOf = (report: DocumentDiagnosticReport | WorkspaceDocumentDiagnosticReport): string => {
  assert.ok(report.resultId);
  return report.resultId;
};

test('pushed: all that a diagnostic says, for the version that it is about', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, pod('nginx:1.27', 'NOT VALID'), 7);
      const pushed = await client.until('diagnostics', () => client.pushed(uri));
      assert.equal(pushed.version, 7);
      const docs = 'https://github.com/waybill-dev/waybill/blob/main/docs/rules';
      assert.deepEqual(
        pushed.diagnostics.map(({ message: _, ...rest }) => rest),
        [
          {
            range: at(imageLine(0), imageColumn, imageColumn + 'nginx:1.27'.length),
            severity: 4,
            code: 'public-image',
            codeDescription: { href: `${docs}/public-image.md` },
            source: 'waybill',
          },
          {
            range: at(imageLine(1), imageColumn, imageColumn + 'NOT VALID'.length),
            severity: 1,
            code: 'invalid-reference',
            codeDescription: { href: `${docs}/invalid-reference.md` },
            source: 'waybill',
          },
        ],
      );
      assert.match(String(pushed.diagnostics[0]?.message), /demo-apps\/nginx/);

      await client.edit(
        uri,
        8,
        at(imageLine(1), imageColumn, imageColumn + 9),
        `${registry}/demo-apps/api:1.4.0`,
      );
      const next = await client.until('the next version', () => {
        const latest = client.pushed(uri);
        return latest?.version === 8 ? latest : undefined;
      });
      assert.deepEqual(briefly(next.diagnostics), ['public-image 6:13-6:23']);
    });
  });
});

test('pushed: files of the release that are not open have theirs, and lose them', limit, async () => {
  await withFolder({ ...release, 'closed.yaml': pod('redis:7') }, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('closed.yaml');
      const first = await client.until('diagnostics', () => client.pushed(uri));
      assert.deepEqual(briefly(first.diagnostics), ['public-image 6:13-6:20']);
      assert.equal(first.version, undefined);
      await folder.remove('closed.yaml');
      await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 3 }] });
      await client.until('none left', () =>
        client.pushed(uri)?.diagnostics.length === 0 ? true : undefined,
      );
    });
  });
});

test('pushed: when a folder goes away as a whole, so do the problems of its files', limit, async () => {
  await withFolder({ ...release, 'pods/deep/closed.yaml': pod('redis:7') }, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pods/deep/closed.yaml');
      await client.until('diagnostics', () => client.pushed(uri));
      await folder.remove('pods');
      const changes = [{ uri: folder.uriOf('pods'), type: 3 }];
      await client.notify('workspace/didChangeWatchedFiles', { changes });
      await client.until('none left', () =>
        client.pushed(uri)?.diagnostics.length === 0 ? true : undefined,
      );
    });
  });
});

test('pulled: an id for the same diagnostics, another one for others', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, pod('nginx:1.27'));
      const first = await client.pull(uri);
      assert.deepEqual(briefly(itemsOf(first)), ['public-image 6:13-6:23']);

      assert.deepEqual(await client.pull(uri, first.resultId), {
        kind: 'unchanged',
        resultId: first.resultId,
      });

      await client.edit(uri, 2, at(2, 22, 22), ' # no matter');
      assert.equal((await client.pull(uri, first.resultId)).kind, 'unchanged');

      await client.edit(uri, 3, at(0, 0, 0), '# one line more\n');
      const moved = await client.pull(uri, first.resultId);
      assert.deepEqual(briefly(itemsOf(moved)), ['public-image 7:13-7:23']);
      assert.notEqual(moved.resultId, first.resultId);
      assert.equal(client.pushed(uri), undefined);
    });
  });
});

test(
  'pulled for the workspace: every file of a release, what has changed since, what is gone',
  limit,
  async () => {
    const files = {
      'app/application.yaml': release['application.yaml'],
      'app/.waybill.yaml': `${release['.waybill.yaml']}colour: blue\n`,
      'app/closed.yaml': pod('redis:7'),
      'elsewhere/compose.yaml': 'services:\n  web:\n    image: NOT VALID\n',
    };
    await withFolder(files, async (folder) => {
      await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
        const { items } = await workspacePull(client);
        const found = Object.fromEntries(
          items.map((report) => [report.uri, report.kind === 'full' ? briefly(report.items) : report.kind]),
        );
        assert.deepEqual(found, {
          [folder.uriOf('app/.waybill.yaml')]: ['invalid-config 4:0-4:6'],
          [folder.uriOf('app/application.yaml')]: [],
          [folder.uriOf('app/closed.yaml')]: ['public-image 6:13-6:20'],
        });
        assert.ok(items.every(({ version }) => version === null));

        const known = items.map((report) => ({ uri: report.uri, value: idOf(report) }));
        const again = await workspacePull(client, known);
        assert.deepEqual(
          again.items.map(({ kind }) => kind),
          ['unchanged', 'unchanged', 'unchanged'],
        );

        const uri = folder.uriOf('app/closed.yaml');
        await folder.remove('app/closed.yaml');
        await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 3 }] });
        const last = await workspacePull(client, known);
        assert.deepEqual(
          last.items.filter(({ kind }) => kind === 'full'),
          [{ kind: 'full', uri, version: null, items: [] }],
        );
      });
    });
  },
);

test('pulled for the workspace in portions, where the client takes them', limit, async () => {
  const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`pods/${i}.yaml`, pod('redis:7')]));
  await withFolder({ ...release, ...many }, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const portions = () => client.heard.filter(({ method }) => method === '$/progress');
      const result = await client.request<WorkspaceDiagnosticReport>('workspace/diagnostic', {
        previousResultIds: [],
        partialResultToken: 'portions',
      });
      assert.deepEqual(result, { items: [] });
      const sizes = portions().map(
        ({ params }) => (params as { value: WorkspaceDiagnosticReport }).value.items.length,
      );
      assert.deepEqual(sizes, [100, 100, 52]);
    });
  });
});

test('edits with CRLF, lone CR and letters beyond the basic plane keep their places', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      const text = pod('nginx:1.27', 'redis:7').replaceAll('\n', '\r\n').replace('web', '"𝕨𝕖𝕓 🚢"');
      await client.open(uri, text);
      assert.deepEqual(briefly(itemsOf(await client.pull(uri))), [
        'public-image 6:13-6:23',
        'public-image 8:13-8:20',
      ]);
      // Behind the ship, which is two units wide, on the line of metadata.
      const ship = (text.split('\r\n')[2] ?? '').indexOf('🚢');
      await client.edit(uri, 2, at(2, ship, ship + 2), '⛵');
      await client.edit(uri, 3, at(imageLine(0), imageColumn, imageColumn + 5), 'quay.io/𝔸');
      assert.deepEqual(briefly(itemsOf(await client.pull(uri))), [
        'invalid-reference 6:13-6:28',
        'public-image 8:13-8:20',
      ]);
      await client.notify('textDocument/didChange', {
        textDocument: { uri, version: 4 },
        contentChanges: [
          { range: at(imageLine(0), imageColumn, imageColumn + 15), text: 'nginx' },
          { range: { start: { line: 7, character: 0 }, end: { line: 9, character: 0 } }, text: '' },
          { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '#\r#\r\n' },
        ],
      });
      const items = itemsOf(await client.pull(uri));
      assert.deepEqual(briefly(items).sort(), ['latest-tag 8:13-8:18', 'public-image 8:13-8:18']);
    });
  });
});

test('the editor’s text counts while a document is open, the disk’s before and after', limit, async () => {
  await withFolder({ ...release, 'pod.yaml': pod('redis:7') }, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      assert.deepEqual(briefly(itemsOf(await client.pull(uri))), ['public-image 6:13-6:20']);
      await client.open(uri, pod('nginx:1.27'));
      await folder.write('pod.yaml', pod('redis:7.4'));
      await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
      assert.deepEqual(briefly(itemsOf(await client.pull(uri))), ['public-image 6:13-6:23']);
      await client.notify('textDocument/didClose', { textDocument: { uri } });
      assert.deepEqual(briefly(itemsOf(await client.pull(uri))), ['public-image 6:13-6:22']);
      await folder.write('pod.yaml', pod('redis'));
      await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
      assert.deepEqual(briefly(itemsOf(await client.pull(uri))).sort(), [
        'latest-tag 6:13-6:18',
        'public-image 6:13-6:18',
      ]);
      await client.until('a refresh', () =>
        client.heard.find(({ method }) => method === 'workspace/diagnostic/refresh'),
      );
    });
  });
});

test('what Git leaves out is left alone, open or not, until Git takes it in', limit, async () => {
  const files = { ...release, '.gitignore': 'made/\n', 'made/pod.yaml': pod('redis:7') };
  await withFolder(files, async (folder) => {
    await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('made/pod.yaml');
      await client.open(uri, pod('redis:7'));
      assert.deepEqual(itemsOf(await client.pull(uri)), []);
      await client.edit(uri, 2, at(0, 0, 0), '# more\n');
      await folder.write('.gitignore', '');
      const changes = [{ uri: folder.uriOf('.gitignore'), type: 2 }];
      await client.notify('workspace/didChangeWatchedFiles', { changes });
      assert.deepEqual(briefly(itemsOf(await client.pull(uri))), ['public-image 7:13-7:20']);
    });
  });
});

test('a document outside the workspace belongs to the release around it', limit, async () => {
  await withFolder({ ...release, 'deep/er/pod.yaml': pod('redis:7') }, async (folder) => {
    await withClient({ pull: true }, async (client) => {
      const uri = folder.uriOf('deep/er/pod.yaml');
      await client.open(uri, pod('redis:7'));
      assert.deepEqual(briefly(itemsOf(await client.pull(uri))), ['public-image 6:13-6:20']);
    });
  });
});

test('folders come and go with the workspace, and documents with them', limit, async () => {
  await withFolder(release, async (folder) => {
    await withFolder({ 'pod.yaml': pod('redis:7') }, async (plain) => {
      await withClient({ folders: [plain.uri] }, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        const change = (event: object) => client.notify('workspace/didChangeWorkspaceFolders', { event });
        await change({ added: [{ uri: folder.uri, name: 'a' }], removed: [] });
        await client.open(uri, pod('redis:7'));
        await client.until('diagnostics', () =>
          client.pushed(uri)?.diagnostics.length === 1 ? true : undefined,
        );
        await folder.remove('.waybill.yaml');
        await folder.remove('application.yaml');
        await change({ added: [], removed: [{ uri: folder.uri, name: 'a' }] });
        await client.until('none', () => (client.pushed(uri)?.diagnostics.length === 0 ? true : undefined));
      });
    });
  });
});

test('a setting turns problems off and on', limit, async () => {
  await withFolder(release, async (folder) => {
    await withClient({ folders: [folder.uri] }, async (client) => {
      const uri = folder.uriOf('pod.yaml');
      const count = (n: number) => () => (client.pushed(uri)?.diagnostics.length === n ? true : undefined);
      await client.open(uri, pod('redis:7'));
      await client.until('one', count(1));
      await client.notify('workspace/didChangeConfiguration', { settings: { waybill: { enable: false } } });
      await client.until('none', count(0));
      await client.notify('workspace/didChangeConfiguration', { settings: { waybill: { enable: true } } });
      await client.until('one again', count(1));
    });
  });
});

test('settings are asked for where the client has them', limit, async () => {
  await withFolder(release, async (folder) => {
    const capabilities = { workspace: { configuration: true } };
    await withClient({ pull: true, folders: [folder.uri], capabilities }, async (client) => {
      client.answer('workspace/configuration', () => [{ enable: false }]);
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, pod('redis:7'));
      await client.until('a refresh', () =>
        client.heard.find(({ method }) => method === 'workspace/diagnostic/refresh'),
      );
      await client.notify('workspace/didChangeConfiguration', { settings: null });
      await client.until('asked twice', () =>
        client.heard.filter(({ method }) => method === 'workspace/configuration').length === 2
          ? true
          : undefined,
      );
      await client.request('workspace/executeCommand', { command: 'waybill.check' });
      assert.deepEqual(itemsOf(await client.pull(uri)), []);
    });
  });
});

test(
  'of thousands of problems in one file the worst thousand are sent, and the count of the others',
  limit,
  async () => {
    await withFolder(release, async (folder) => {
      await withClient({ pull: true, folders: [folder.uri] }, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        const images = Array.from({ length: 1200 }, (_, i) => (i === 1199 ? 'NOT VALID' : `redis:${i}`));
        await client.open(uri, pod(...images));
        const items = itemsOf(await client.pull(uri));
        assert.equal(items.length, 1001);
        assert.equal(items[0]?.message, '200 more problems of this file are not shown.');
        assert.equal(items.filter(({ code }) => code === 'invalid-reference').length, 1);
      });
    });
  },
);
