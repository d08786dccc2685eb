import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { commands, Uri, window, workspace } from 'vscode';
import { becomes, clickTreeRow, eventually, file, seenInTree, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

interface Listed {
  readonly files: readonly { readonly path: string; readonly uri: string }[];
}

/** What the command line writes for the same release, by path. */
function written(...flags: string[]): Map<string, string> {
  const out = join(mkdtempSync(join(tmpdir(), 'waybill-editor-')), 'out');
  execFileSync(
    process.execPath,
    [
      join(process.env.WAYBILL_ROOT ?? '', 'dist/server/waybill.cjs'),
      ...['preview', file('app').fsPath, '--out', out, ...flags],
    ],
    { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, stdio: 'pipe' },
  );
  return new Map(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(out, path), readFileSync(path, 'utf8')]),
  );
}

test('every layer opens as YAML with the text that waybill preview writes', async () => {
  const expected = written();
  // The extension starts with the first YAML file.
  await show('app/web.yaml');
  const [listed] = await eventually('the layers', async () => {
    if (!(await commands.getCommands()).includes('waybill.layers')) return undefined;
    const found = await commands.executeCommand<Listed[]>('waybill.layers');
    return found.length > 0 ? found : undefined;
  });
  assert.deepEqual(listed?.files.map(({ path }) => path).sort(), [...expected.keys()].sort());
  assert.ok(expected.size > 15, `${expected.size} files`);
  for (const { path, uri } of listed?.files ?? []) {
    const document = await workspace.openTextDocument(Uri.parse(uri));
    assert.equal(document.getText(), expected.get(path), path);
    assert.equal(document.languageId, 'yaml');
  }
});

test('the view Release shows the layers, and a click opens a file of them, to read', async () => {
  await commands.executeCommand('waybill.release.focus');
  await seenInTree('KOTS · online');
  for (const layer of ['upstream', 'base', 'overlays', 'rendered', 'kotsKinds', 'helm'])
    await seenInTree(layer);
  for (const row of ['rendered', 'this-cluster', 'web-deployment.yaml']) await clickTreeRow(row);
  const shown = await eventually('the layer', async () => {
    const { document } = window.activeTextEditor ?? {};
    return document?.uri.scheme === 'waybill-layer' ? document : undefined;
  });
  await becomes(shown, rendered);
  await commands.executeCommand('type', { text: 'x' });
  assert.equal(shown.getText(), rendered);
});

const rendered = `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    kots.io/app-slug: acme
  labels:
    kots.io/app-slug: acme
    kots.io/backup: velero
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      annotations:
        kots.io/app-slug: acme
      labels:
        app: web
        kots.io/app-slug: acme
        kots.io/backup: velero
    spec:
      containers:
      - image: proxy.replicated.com/proxy/acme/429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/web:2.0.0
        name: web
      imagePullSecrets:
      - name: acme-registry
`;
