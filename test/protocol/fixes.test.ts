import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeAction, Range, TextDocumentEdit, TextEdit } from 'vscode-languageserver-protocol/node';
import { startSandbox } from '../../sandbox/src/index.ts';
import { applyEdits } from '../../server/src/core/text/edit.ts';
import { LineIndex } from '../../server/src/core/text/lines.ts';
import { type Client, type ClientOptions, withClient } from './client.ts';
import { imageColumn, imageLine, pod, registry, release, type TestFolder, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };
const whole: Range = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
const use = (index: number): Range => ({
  start: { line: imageLine(index), character: imageColumn },
  end: { line: imageLine(index), character: imageColumn },
});
const resolving: ClientOptions = {
  capabilities: {
    textDocument: {
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
        disabledSupport: true,
        dataSupport: true,
        resolveSupport: { properties: ['edit'] },
      },
    },
  },
};

const actions = (client: Client, uri: string, range: Range, context: object = {}) =>
  client.request<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range,
    context: { diagnostics: [], ...context },
  });
const titled = (all: readonly CodeAction[], pattern: RegExp): CodeAction => {
  const found = all.find(({ title }) => pattern.test(title));
  assert.ok(found, `none of ${all.map(({ title }) => title).join(' | ')} is like ${pattern}`);
  return found;
};
const documentEdits = ({ edit }: CodeAction): TextDocumentEdit[] =>
  (edit?.documentChanges ?? []).filter((change): change is TextDocumentEdit => 'textDocument' in change);

/** The text as an editor has it after the edits. */
function applied(text: string, edits: TextDocumentEdit['edits']): string {
  const lines = new LineIndex(text);
  const plain = edits.filter((edit): edit is TextEdit => 'newText' in edit);
  assert.equal(plain.length, edits.length);
  return applyEdits(
    text,
    plain.map(({ range, newText }) => ({ span: lines.spanOf(range), newText })),
  );
}

/** Runs `work` with a server that knows the sandbox's answers about the files. */
async function withKnowledge(
  files: Readonly<Record<string, string>>,
  options: ClientOptions,
  work: (client: Client, folder: TestFolder) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox();
  try {
    await withFolder({ ...release, ...files }, async (folder) => {
      await withClient({ ...options, folders: [folder.uri], env: sandbox.env }, async (client) => {
        await client.request('workspace/executeCommand', { command: 'waybill.check' });
        await work(client, folder);
      });
    });
  } finally {
    await sandbox.close();
  }
}

test(
  'a quick fix rewrites the image and nothing else, for the version that it was made for',
  limit,
  async () => {
    const text = pod('nginx:1.27 # keep me', 'redis:7').replaceAll('\n', '\r\n');
    await withKnowledge({ 'pod.yaml': text }, {}, async (client, folder) => {
      const uri = folder.uriOf('pod.yaml');
      await client.open(uri, text, 5);
      const fix = titled(await actions(client, uri, use(0)), /^Rewrite to .*demo-apps\/nginx$/);
      assert.equal(fix.kind, 'quickfix');
      assert.equal(fix.isPreferred, true);
      assert.deepEqual(
        fix.diagnostics?.map(({ code }) => code),
        ['public-image'],
      );
      const [edit, ...more] = documentEdits(fix);
      assert.deepEqual(more, []);
      assert.deepEqual(edit?.textDocument, { uri, version: 5 });
      assert.equal(
        applied(text, edit?.edits ?? []),
        text.replace('nginx:1.27 #', `${registry}/demo-apps/nginx:1.27 #`),
      );
    });
  },
);

test('a fix for the release edits its other files too, open or not', limit, async () => {
  const files = { 'a.yaml': pod('nginx:1.27'), 'b.yaml': pod('nginx:1.27'), 'c.yaml': pod('redis:7') };
  await withKnowledge(files, {}, async (client, folder) => {
    await client.open(folder.uriOf('a.yaml'), files['a.yaml'], 3);
    const fix = titled(await actions(client, folder.uriOf('a.yaml'), use(0)), /in this release \(2\)/);
    assert.deepEqual(
      documentEdits(fix)
        .map(({ textDocument }) => textDocument)
        .sort((a, b) => (a.uri < b.uri ? -1 : 1)),
      [
        { uri: folder.uriOf('a.yaml'), version: 3 },
        { uri: folder.uriOf('b.yaml'), version: null },
      ],
    );
  });
});

test('a client without versioned edits gets plain ones', limit, async () => {
  const capabilities = { workspace: { workspaceEdit: {} } };
  await withKnowledge({ 'pod.yaml': pod('nginx:1.27') }, { capabilities }, async (client, folder) => {
    const uri = folder.uriOf('pod.yaml');
    const fix = titled(await actions(client, uri, use(0)), /^Rewrite/);
    assert.deepEqual(Object.keys(fix.edit?.changes ?? {}), [uri]);
    assert.equal(fix.edit?.documentChanges, undefined);
  });
});

test('fix all rewrites what is known to exist, and only when it is asked for', limit, async () => {
  const text = pod('nginx:1.27', 'busybox:1.36', 'nginx:1.27.2');
  await withKnowledge({ 'pod.yaml': text }, {}, async (client, folder) => {
    const uri = folder.uriOf('pod.yaml');
    await client.open(uri, text);
    const found = await actions(client, uri, whole, { only: ['source.fixAll'] });
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['source.fixAll.waybill'],
    );
    const private_ = `${registry}/demo-apps/nginx`;
    assert.equal(
      applied(text, found.flatMap(documentEdits)[0]?.edits ?? []),
      text.replaceAll(/nginx:/g, `${private_}:`),
    );
    const kinds = async (context: object): Promise<string[]> => [
      ...new Set((await actions(client, uri, use(0), context)).map(({ kind }) => kind ?? '')),
    ];
    assert.deepEqual(await kinds({ triggerKind: 2 }), ['quickfix']);
    assert.deepEqual(await kinds({ triggerKind: 1 }), ['quickfix', 'source.fixAll.waybill']);
    assert.deepEqual(await kinds({ only: ['quickfix'] }), ['quickfix']);
    assert.deepEqual(await kinds({ only: ['source'] }), ['source.fixAll.waybill']);
    assert.deepEqual(await kinds({ only: ['source.organizeImports'] }), []);
    assert.deepEqual(await kinds({ only: ['refactor'] }), []);
  });
});

test('a fix to what does not exist is shown with the reason, or not at all', limit, async () => {
  const files = { 'pod.yaml': pod('busybox:1.36') };
  await withKnowledge(files, {}, async (client, folder) => {
    const fix = titled(await actions(client, folder.uriOf('pod.yaml'), use(0)), /^Rewrite/);
    assert.match(fix.disabled?.reason ?? '', /does not exist/);
    assert.equal(fix.edit, undefined);
  });
  const plain = { textDocument: { codeAction: { codeActionLiteralSupport: {} } } };
  await withKnowledge(files, { capabilities: plain }, async (client, folder) => {
    const offered = await actions(client, folder.uriOf('pod.yaml'), use(0));
    assert.deepEqual(
      offered.map(({ title }) => title),
      [`Mirror busybox:1.36 to ${registry}/demo-apps/busybox and rewrite`],
    );
  });
});

test('where clients resolve, the edit comes when the fix is chosen, and is the same', limit, async () => {
  const text = pod('nginx:1.27', 'nginx:1.27');
  let direct: CodeAction[] = [];
  await withKnowledge({ 'pod.yaml': text }, {}, async (client, folder) => {
    await client.open(folder.uriOf('pod.yaml'), text);
    direct = await actions(client, folder.uriOf('pod.yaml'), use(1));
  });
  await withKnowledge({ 'pod.yaml': text }, resolving, async (client, folder) => {
    const uri = folder.uriOf('pod.yaml');
    await client.open(uri, text);
    const offered = await actions(client, uri, use(1));
    assert.deepEqual(
      offered.map(({ title }) => title),
      direct.map(({ title }) => title),
    );
    assert.ok(offered.length >= 3);
    for (const [i, action] of offered.entries()) {
      assert.equal(action.edit, undefined);
      const resolved = await client.request<CodeAction>('codeAction/resolve', action);
      assert.deepEqual(
        documentEdits(resolved).map(({ edits }) => edits),
        documentEdits(direct[i] as CodeAction).map(({ edits }) => edits),
      );
    }
  });
});

test('a fix that was offered for another text is not resolved', limit, async () => {
  const text = pod('nginx:1.27');
  await withKnowledge({ 'pod.yaml': text }, resolving, async (client, folder) => {
    const uri = folder.uriOf('pod.yaml');
    await client.open(uri, text);
    const fix = titled(await actions(client, uri, use(0)), /^Rewrite/);
    const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    await client.edit(uri, 2, top, '# one more line\n');
    await assert.rejects(client.request('codeAction/resolve', fix), { code: -32801 });
  });
});

test(
  'a fix that was offered before its target was known is resolved to the same edit after',
  limit,
  async () => {
    const text = pod('nginx:1.27', 'busybox:1.36');
    const sandbox = await startSandbox();
    try {
      await withFolder({ ...release, 'pod.yaml': text }, async (folder) => {
        const options = { trusted: false };
        await withClient(
          { ...resolving, folders: [folder.uri], env: sandbox.env, options },
          async (client) => {
            const uri = folder.uriOf('pod.yaml');
            await client.open(uri, text);
            await client.until('problems', () => client.pushed(uri));
            const there = titled(await actions(client, uri, use(0)), /nginx \(not checked\)$/);
            const missing = titled(await actions(client, uri, use(1)), /busybox \(not checked\)$/);
            await client.notify('waybill/didGrantTrust');
            await client.request('workspace/executeCommand', { command: 'waybill.check' });
            const resolved = await client.request<CodeAction>('codeAction/resolve', there);
            assert.equal(
              applied(text, documentEdits(resolved)[0]?.edits ?? []),
              text.replace('nginx:', `${registry}/demo-apps/nginx:`),
            );
            await assert.rejects(client.request('codeAction/resolve', missing), { code: -32801 });
          },
        );
      });
    } finally {
      await sandbox.close();
    }
  },
);

test('an action that is none of ours comes back as it is', limit, async () => {
  await withClient(resolving, async (client) => {
    for (const data of [undefined, 3, { uri: 3 }, { uri: 'file:///x.yaml', version: 1 }]) {
      const action = { title: 'other', kind: 'quickfix', ...(data === undefined ? {} : { data }) };
      assert.deepEqual(await client.request('codeAction/resolve', action), action);
    }
  });
});

test('a misspelt tag is fixed to the nearest one that the registry has', limit, async () => {
  const text = pod(`${registry}/demo-apps/api:1.4.3`);
  await withKnowledge({ 'pod.yaml': text }, {}, async (client, folder) => {
    const uri = folder.uriOf('pod.yaml');
    await client.open(uri, text);
    const fixes = (await actions(client, uri, use(0))).filter(({ kind }) => kind === 'quickfix');
    const results = fixes.map((fix) => applied(text, documentEdits(fix)[0]?.edits ?? []));
    assert.ok(results.includes(text.replace('1.4.3', '1.4.2')), results.join('\n'));
  });
});
