import assert from 'node:assert/strict';
import { commands, TabInputTextDiff, Uri, window, workspace } from 'vscode';
import {
  becomes,
  chooseRow,
  eventually,
  file,
  hoverText,
  rangeOf,
  rowSeen,
  seenInTree,
  show,
  typeInList,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const online = `proxy.replicated.com/proxy/acme/${ecr}/demo-apps/web:2.0.0`;
const local = 'registry.corp:5000/team/web:2.0.0';

/** The objects of web.yaml as they are installed. */
const installed = (image: string, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    kots.io/app-slug: acme
  labels:
    kots.io/app-slug: acme
    kots.io/backup: velero
  name: web
spec:
  replicas: ${replicas}
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
      - image: ${image}
        name: web
      imagePullSecrets:
      - name: acme-registry
---
apiVersion: v1
kind: Service
metadata:
  annotations:
    kots.io/app-slug: acme
  labels:
    kots.io/app-slug: acme
    kots.io/backup: velero
  name: web
spec:
  ports:
  - port: 80
  selector:
    app: web
`;

const values = (replicas: string): string => `replicas: ${replicas}\n`;

test('the scenario that is chosen changes diff, layers, view and hover at once, and can be reset', async () => {
  const source = await show('app/web.yaml');
  await commands.executeCommand('waybill.previewDeployment');
  const diff = await eventually('a diff', async () => {
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof TabInputTextDiff ? input : undefined;
  });
  const deployed = await workspace.openTextDocument(diff.modified);
  const [listed] =
    await commands.executeCommand<{ files: { path: string; uri: string }[] }[]>('waybill.layers');
  const found = listed?.files.find(({ path }) => path === 'helm/cache/values.yaml');
  const chart = await workspace.openTextDocument(Uri.parse(found?.uri ?? ''));
  const hovered = async (image: string): Promise<true> =>
    eventually(`a hover with ${image}`, async () => {
      const text = await hoverText(file('app/web.yaml'), rangeOf(source, `${ecr}/demo-apps/web`).start);
      return text.includes(image) ? true : undefined;
    });
  await becomes(deployed, installed(online, 2));
  await becomes(chart, values('2'));
  await hovered(online);

  const choosing = commands.executeCommand('waybill.chooseScenario');
  await chooseRow('Network');
  await chooseRow('Air Gap');
  await rowSeen('air gap');
  await chooseRow('Local Registry');
  await rowSeen('None');
  await typeInList('registry.corp:5000/team');
  await chooseRow('registry.corp:5000/team');
  await rowSeen('Config Values');
  await chooseRow('Config Values');
  await chooseRow('customers/values.yaml');
  await rowSeen('customers/values.yaml');
  await becomes(deployed, installed(local, 5));
  await becomes(chart, values('5'));
  await hovered(local);
  await commands.executeCommand('workbench.action.closeQuickOpen');
  await choosing;
  await commands.executeCommand('waybill.release.focus');
  await seenInTree('KOTS · air gap · registry.corp:5000/team · values.yaml');

  // A new server is told of it.
  await commands.executeCommand('waybill.restartServer');
  await eventually('the layers of the new server', async () => {
    const found = await commands.executeCommand<{ scenario: string }[]>('waybill.layers');
    return found[0]?.scenario === 'KOTS · air gap · registry.corp:5000/team · values.yaml' ? true : undefined;
  });

  const again = commands.executeCommand('waybill.chooseScenario');
  await chooseRow('Reset to Default');
  await rowSeen('online');
  await commands.executeCommand('workbench.action.closeQuickOpen');
  await again;
  await seenInTree('KOTS · online');
  await becomes(deployed, installed(online, 2));
  await becomes(chart, values('2'));
  assert.ok(!source.isDirty);
});
