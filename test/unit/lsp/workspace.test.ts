import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isIgnored } from '../../../server/src/lsp/workspace/disk.ts';
import { createWorkspace, type Workspace } from '../../../server/src/lsp/workspace/workspace.ts';
import { pod, release, type TestFolder, withFolder } from '../../protocol/workspace.ts';

const create = (): Workspace =>
  createWorkspace({ settings: {}, onChange: () => {}, onFolder: () => {}, log: () => {} });
const ready = async ({ folders }: Workspace): Promise<void> => {
  for (const folder of folders) await folder.ready();
};
const homeOf = (workspace: Workspace, uri: string): string | undefined => workspace.document(uri)?.folder.uri;

async function withWorkspace(
  files: Readonly<Record<string, string>>,
  use: (workspace: Workspace, folder: TestFolder) => Promise<void>,
): Promise<void> {
  await withFolder(files, async (folder) => {
    const workspace = create();
    try {
      await use(workspace, folder);
    } finally {
      workspace.dispose();
    }
  });
}

test('a file belongs to the innermost folder that holds it', async () => {
  await withWorkspace({ 'in/a.yaml': '', 'b.yaml': '' }, async (workspace, folder) => {
    workspace.setFolders([folder.uri, folder.uriOf('in')], []);
    workspace.load();
    await ready(workspace);
    const inner = workspace.find(folder.uriOf('in/a.yaml'));
    assert.equal(inner?.folder.uri, folder.uriOf('in'));
    assert.equal(inner?.path, 'a.yaml');
    assert.equal(workspace.find(folder.uriOf('b.yaml'))?.folder.uri, folder.uri);
    const [, outer] = workspace.folders;
    assert.ok(outer);
    assert.ok(outer.snapshot.files.has('in/a.yaml'));
    assert.equal(workspace.owns({ folder: outer, path: 'in/a.yaml' }), false);
    assert.equal(workspace.owns({ folder: outer, path: 'b.yaml' }), true);
  });
});

test('a folder whose name starts like another one is not inside it', async () => {
  await withWorkspace({ 'a/x.yaml': '', 'ab/x.yaml': '' }, async (workspace, folder) => {
    workspace.setFolders([folder.uriOf('a')], []);
    assert.equal(workspace.find(folder.uriOf('ab/x.yaml')), null);
  });
});

test('URIs that are written in other ways name the same file', async () => {
  await withWorkspace({ 'a b/é.yaml': 'x: 1\n' }, async (workspace, folder) => {
    workspace.setFolders([`${folder.uri}/`], []);
    workspace.load();
    await ready(workspace);
    const uri = `${folder.uri}/a%20b/%C3%A9.yaml`;
    for (const written of [
      uri,
      uri.toLowerCase().replace(folder.uri.toLowerCase(), folder.uri),
      `${folder.uri}/%61%20b/%C3%A9.yaml`,
    ]) {
      const place = workspace.find(written);
      assert.equal(place?.path, 'a b/é.yaml');
      assert.equal(place?.folder.snapshot.files.get('a b/é.yaml')?.text, 'x: 1\n');
    }
    workspace.open(uri.replace('%C3%A9', '%c3%a9'), 1, 'x: 2\n');
    const document = workspace.document(uri);
    assert.equal(document?.version, 1);
    // The client is answered in its own spelling.
    assert.match(document === null ? '' : workspace.uriOf(document), /%c3%a9/);
  });
});

test('documents from elsewhere get the folder of their release, and it goes with the last of them', async () => {
  const files = { ...release, 'deep/a.yaml': '', 'deep/er/b.yaml': '' };
  await withWorkspace(files, async (workspace, folder) => {
    const [a, b] = [folder.uriOf('deep/a.yaml'), folder.uriOf('deep/er/b.yaml')];
    workspace.open(a, 1, pod('nginx:1'));
    workspace.open(b, 1, pod('nginx:1'));
    assert.equal(homeOf(workspace, a), folder.uri);
    assert.equal(homeOf(workspace, b), folder.uri);
    assert.equal(workspace.folders.length, 1);
    await ready(workspace);
    assert.ok(workspace.folders[0]?.snapshot.files.has('application.yaml'));
    workspace.close(a);
    assert.equal(workspace.folders.length, 1);
    workspace.close(b);
    assert.equal(workspace.folders.length, 0);
  });
});

test('a document from a folder without a release has its own folder only', async () => {
  await withWorkspace({ 'a.yaml': '', 'b.yaml': '', 'deep/c.yaml': '' }, async (workspace, folder) => {
    await mkdir(join(folder.path, '.git'));
    workspace.open(folder.uriOf('a.yaml'), 1, 'x: 1\n');
    await ready(workspace);
    assert.deepEqual([...(workspace.folders[0]?.snapshot.files.keys() ?? [])].sort(), ['a.yaml', 'b.yaml']);
  });
});

test('documents on no disk have a folder of their own, in memory', async () => {
  await withWorkspace({}, async (workspace) => {
    const uri = 'vscode-vfs://github/acme/app/pod.yaml';
    workspace.setFolders(['vscode-vfs://github/acme'], []);
    workspace.load();
    workspace.open(uri, 1, 'x: 1\n');
    await ready(workspace);
    assert.equal(homeOf(workspace, uri), 'vscode-vfs://github/acme');
    assert.equal(workspace.document(uri)?.path, 'app/pod.yaml');
    const place = workspace.find(uri);
    assert.equal(place && workspace.uriOf(place), uri);
  });
});

test('when a folder joins the workspace, open documents move into it with their text', async () => {
  await withWorkspace({ 'a.yaml': 'on disk: 1\n' }, async (workspace, folder) => {
    const uri = folder.uriOf('a.yaml');
    workspace.open(uri, 1, 'x: 1\n');
    workspace.edit(uri, 2, [{ text: 'y: 2\n' }]);
    workspace.load();
    workspace.setFolders([folder.uri], []);
    await ready(workspace);
    assert.equal(workspace.folders.length, 1);
    assert.equal(workspace.folders[0]?.inWorkspace, true);
    assert.equal(workspace.document(uri)?.version, 2);
    assert.equal(workspace.folders[0]?.snapshot.files.get('a.yaml')?.text, 'y: 2\n');
    workspace.setFolders([], [folder.uri]);
    await ready(workspace);
    assert.equal(workspace.folders[0]?.inWorkspace, false);
    assert.equal(workspace.folders[0]?.snapshot.files.get('a.yaml')?.text, 'y: 2\n');
  });
});

test('what Git leaves out: by every .gitignore from Git’s root down to the file', async () => {
  const files = {
    '.gitignore': '*.tmp.yaml\n/app/made/\n',
    'app/.gitignore': 'vendored/*\n!vendored/keep.yaml\n',
    'app/deep/.gitignore': '!x.tmp.yaml\n',
  };
  await withFolder(files, async (folder) => {
    await mkdir(join(folder.path, '.git'));
    const app = join(folder.path, 'app');
    const found: Record<string, boolean> = {};
    for (const path of [
      'a.yaml',
      'x.tmp.yaml',
      'made/a.yaml',
      'made/deep/a.yaml',
      'vendored/a.yaml',
      'vendored/keep.yaml',
      'deep/x.tmp.yaml',
      'deep/y.tmp.yaml',
      'node_modules/a.yaml',
    ])
      found[path] = await isIgnored(app, path);
    assert.deepEqual(found, {
      'a.yaml': false,
      'x.tmp.yaml': true,
      'made/a.yaml': true,
      'made/deep/a.yaml': true,
      'vendored/a.yaml': true,
      'vendored/keep.yaml': false,
      'deep/x.tmp.yaml': false,
      'deep/y.tmp.yaml': true,
      'node_modules/a.yaml': true,
    });
  });
});
