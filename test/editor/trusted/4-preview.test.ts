import assert from 'node:assert/strict';
import { commands, Range, TabInputTextDiff, window, workspace } from 'vscode';
import { becomes, change, eventually, file, rangeOf, revert, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

/** The fixture's Deployment as it is installed. */
const installed = (api: string, web = 'nginx:1.27'): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    kots.io/app-slug: mysampleecrapp
  labels:
    kots.io/app-slug: mysampleecrapp
    kots.io/backup: velero
  name: hello
spec:
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      annotations:
        kots.io/app-slug: mysampleecrapp
      labels:
        app: hello
        kots.io/app-slug: mysampleecrapp
        kots.io/backup: velero
    spec:
      containers:
      - image: ${web}
        name: web
      - image: ${api}
        name: api
      imagePullSecrets:
      - name: mysampleecrapp-registry
`;

const proxied = `proxy.replicated.com/proxy/mysampleecrapp/${ecr}/demo-apps/api`;

test('Preview Deployment is a diff of the file and what is installed, and follows typing', async () => {
  const document = await show('deployment.yaml');
  await commands.executeCommand('waybill.previewDeployment');
  const diff = await eventually('a diff', async () => {
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof TabInputTextDiff ? input : undefined;
  });
  assert.equal(diff.original.toString(), file('deployment.yaml').toString());
  assert.equal(diff.modified.scheme, 'waybill-deployed');
  const shown = await workspace.openTextDocument(diff.modified);
  assert.equal(shown.languageId, 'yaml');
  // The registry was asked whether anybody can pull nginx, so nothing has to be assumed once it has answered.
  await becomes(shown, installed(`${proxied}:v1.4.2`));
  assert.ok(!document.isDirty);

  const { end } = rangeOf(document, 'demo-apps/api:v1.4.2');
  await change(document, new Range(end, end), '7');
  await becomes(shown, installed(`${proxied}:v1.4.27`));
  await change(document, rangeOf(document, '"nginx:1.27"'), `${ecr}/demo-apps/web:2.0.0`);
  await becomes(shown, installed(`${proxied}:v1.4.27`, `${proxied.replace('/api', '/web')}:2.0.0`));
  await commands.executeCommand('workbench.action.closeActiveEditor');
  await show('deployment.yaml');
  await revert();
});

test('Preview Kustomization shows what the app manager writes', async () => {
  await show('deployment.yaml');
  await commands.executeCommand('waybill.previewKustomization');
  const text = await eventually('the kustomization', async () => {
    const { document } = window.activeTextEditor ?? {};
    return document?.uri.scheme === 'waybill-midstream' ? document.getText() : undefined;
  });
  const images = text.split('\n').filter((line) => /^- name: |^ {2}newName: /.test(line));
  assert.deepEqual(images, [`- name: ${ecr}/demo-apps/api`, `  newName: ${proxied}`]);
});
