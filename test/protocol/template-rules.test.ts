import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeAction, TextDocumentEdit, TextEdit } from 'vscode-languageserver-protocol/node';
import { itemsOf, withClient } from './client.ts';
import { pod, release, withFolder } from './workspace.ts';

const limit = { timeout: 60_000 };
const config = `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: config }
spec:
  groups:
    - name: web
      items:
        - { name: tag, type: text, default: "1.0" }
`;

test(
  'a template that cannot be rendered is told and mended, as the text and its Config are now',
  limit,
  async () => {
    const files = { ...release, 'config.yaml': config };
    await withFolder(files, async (folder) => {
      await withClient({ folders: [folder.uri], pull: true }, async (client) => {
        const uri = folder.uriOf('pod.yaml');
        const text = pod(`'quay.io/acme/web:{{repl ConfigOptoin "tga" }}'`);
        await client.open(uri, text, 1);
        const told = async () =>
          itemsOf(await client.pull(uri)).flatMap(({ code, severity, range }) =>
            /function|option/.test(String(code)) ? [{ code, severity, range }] : [],
          );
        const line = text.split('\n').findIndex((one) => one.includes('ConfigOptoin'));
        const column = (part: string) => (text.split('\n')[line] as string).indexOf(part);
        const rangeOf = (part: string) => ({
          start: { line, character: column(part) },
          end: { line, character: column(part) + part.length },
        });
        assert.deepEqual(await told(), [
          { code: 'unknown-function', severity: 1, range: rangeOf('ConfigOptoin') },
        ]);

        const actions = (part: string) =>
          client.request<CodeAction[]>('textDocument/codeAction', {
            textDocument: { uri },
            range: rangeOf(part),
            context: { diagnostics: [] },
          });
        const found = await actions('ConfigOptoin');
        const action = found.find(({ title }) => title === 'Change to ConfigOption');
        assert.ok(action, found.map(({ title }) => title).join(' | '));
        assert.equal(action.isPreferred, true);
        assert.deepEqual(
          action.diagnostics?.map(({ code }) => code),
          ['unknown-function'],
        );
        const [change] = (action.edit?.documentChanges ?? []) as TextDocumentEdit[];
        assert.ok(change);
        assert.deepEqual(change.textDocument, { uri, version: 1 });
        const [edit] = change.edits as TextEdit[];
        assert.ok(edit);
        await client.edit(uri, 2, edit.range, edit.newText);

        const option = { line, character: column('tga') };
        const range = { start: option, end: { line, character: option.character + 'tga'.length } };
        assert.deepEqual(await told(), [{ code: 'unknown-config-option', severity: 2, range }]);
        const other = folder.uriOf('config.yaml');
        await client.open(other, config, 1);
        const at = config.split('\n').findIndex((one) => one.includes('tag'));
        const start = { line: at, character: (config.split('\n')[at] as string).indexOf('tag') };
        await client.edit(other, 2, { start, end: { ...start, character: start.character + 3 } }, 'tga');
        assert.deepEqual(await told(), []);
      });
    });
  },
);
