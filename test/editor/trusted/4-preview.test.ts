import assert from 'node:assert/strict';
import { commands, TabInputTextDiff, window, workspace } from 'vscode';
import { eventually, file, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

test('Preview Deployment is a diff of the file and what is deployed', async () => {
  const document = await show('deployment.yaml');
  await commands.executeCommand('waybill.previewDeployment');
  const diff = await eventually('a diff', async () => {
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof TabInputTextDiff ? input : undefined;
  });
  assert.equal(diff.original.toString(), file('deployment.yaml').toString());
  assert.equal(diff.modified.scheme, 'waybill-deployed');
  const deployed = (await workspace.openTextDocument(diff.modified)).getText();
  const registry = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
  const images = deployed.split('\n').filter((line) => line.includes('image:'));
  assert.deepEqual(images, [
    '          image: "nginx:1.27"',
    `          image: proxy.replicated.com/proxy/mysampleecrapp/${registry}/demo-apps/api:v1.4.2`,
  ]);
  assert.ok(deployed.includes('imagePullSecrets'), deployed);
  assert.ok(!document.isDirty);
});

test('Preview Kustomization shows what the app manager writes', async () => {
  await show('deployment.yaml');
  await commands.executeCommand('waybill.previewKustomization');
  const text = await eventually('the kustomization', async () => {
    const { document } = window.activeTextEditor ?? {};
    return document?.uri.scheme === 'waybill-midstream' ? document.getText() : undefined;
  });
  assert.ok(
    text.includes(
      'newName: proxy.replicated.com/proxy/mysampleecrapp/429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/api',
    ),
    text,
  );
});
