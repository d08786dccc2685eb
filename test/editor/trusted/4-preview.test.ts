import assert from 'node:assert/strict';
import { commands, TabInputTextDiff, window, workspace } from 'vscode';
import { eventually, file, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('Preview Deployment is a diff of the file and what is deployed', async () => {
  const document = await show('deployment.yaml');
  await commands.executeCommand('waybill.previewDeployment');
  const diff = await eventually('a diff', async () => {
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof TabInputTextDiff ? input : undefined;
  });
  assert.equal(diff.original.toString(), file('deployment.yaml').toString());
  assert.equal(diff.modified.scheme, 'waybill-deployed');
  const expected = document
    .getText()
    .replace(/^( +)containers:$/m, '$1imagePullSecrets:\n$1- name: mysampleecrapp-registry\n$&')
    .replace(`image: ${ecr}/`, `image: proxy.replicated.com/proxy/mysampleecrapp/${ecr}/`);
  // The registry was asked whether anybody can pull nginx, so nothing has to be assumed once it has answered.
  await eventually('a preview that assumes nothing', async () => {
    const deployed = (await workspace.openTextDocument(diff.modified)).getText();
    return deployed.startsWith('# Assumed') ? undefined : deployed;
  }).then((deployed) => assert.equal(deployed, expected));
  assert.ok(!document.isDirty);
});

test('Preview Kustomization shows what the app manager writes', async () => {
  await show('deployment.yaml');
  await commands.executeCommand('waybill.previewKustomization');
  const text = await eventually('the kustomization', async () => {
    const { document } = window.activeTextEditor ?? {};
    return document?.uri.scheme === 'waybill-midstream' ? document.getText() : undefined;
  });
  const images = text.split('\n').filter((line) => /^- name: |^ {2}newName: /.test(line));
  assert.deepEqual(images, [
    `- name: ${ecr}/demo-apps/api`,
    `  newName: proxy.replicated.com/proxy/mysampleecrapp/${ecr}/demo-apps/api`,
  ]);
});
