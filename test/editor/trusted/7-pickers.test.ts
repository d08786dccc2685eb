import assert from 'node:assert/strict';
import { commands, env, Selection, window } from 'vscode';
import { chooseRow, eventually, rangeOf, revert, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('Insert ECR Image puts the chosen repository and tag in the place of the image at the caret', async () => {
  const document = await show('deployment.yaml');
  const before = document.getText();
  const { start } = rangeOf(document, `${ecr}/demo-apps/nginx:1.27`);
  const editor = window.activeTextEditor;
  assert.ok(editor);
  editor.selection = new Selection(start, start);
  const inserted = commands.executeCommand('waybill.insertImage');
  await chooseRow('demo-apps/web');
  await chooseRow('2.0.1');
  await inserted;
  assert.equal(document.getText(), before.replace('demo-apps/nginx:1.27', 'demo-apps/web:2.0.1'));
  await revert();
});

test('Copy ECR Endpoint copies the host of the linked registry', async () => {
  await show('deployment.yaml');
  await env.clipboard.writeText('');
  await commands.executeCommand('waybill.copyEndpoint');
  const copied = await eventually(
    'a text in the clipboard',
    async () => (await env.clipboard.readText()) || undefined,
  );
  assert.equal(copied, ecr);
});
