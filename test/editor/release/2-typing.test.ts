import assert from 'node:assert/strict';
import { commands, TabInputTextDiff, window, workspace } from 'vscode';
import {
  becomes,
  change,
  clickTreeAction,
  clickTreeRow,
  eventually,
  file,
  rangeOf,
  revert,
  seenInTree,
  show,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';

const service = (port: number, target = ''): string => `apiVersion: v1
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
  - port: ${port}
${target}  selector:
    app: web
`;

test('Compare with Source is a diff that follows typing, before anything is saved', async () => {
  const document = await show('app/web.yaml');
  await commands.executeCommand('waybill.release.focus');
  await seenInTree('web-service.yaml');
  await clickTreeAction('web-service.yaml', 'Compare with Source');
  const diff = await eventually('a diff', async () => {
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof TabInputTextDiff ? input : undefined;
  });
  assert.equal(diff.original.toString(), file('app/web.yaml').toString());
  const shown = await workspace.openTextDocument(diff.modified);
  await becomes(shown, service(80));
  await change(document, rangeOf(document, 'port: 80'), 'port: 81');
  await becomes(shown, service(81));
  await change(document, rangeOf(document, 'port: 81'), 'port: 81\n      targetPort: http');
  await becomes(shown, service(81, '    targetPort: http\n'));
  assert.ok(document.isDirty);
  await commands.executeCommand('workbench.action.closeActiveEditor');
  await show('app/web.yaml');
  await revert();
});

test('the tree follows typing: another name is another file', async () => {
  const document = await show('app/web.yaml');
  await change(
    document,
    rangeOf(document, 'kind: Deployment\nmetadata:\n  name: web'),
    'kind: Deployment\nmetadata:\n  name: site',
  );
  await seenInTree('site-deployment.yaml');
  await show('app/web.yaml');
  await revert();
  await seenInTree('web-deployment.yaml');
});

test('what cannot be rendered is named with the reason, opens at a click, and hides nothing else', async () => {
  const document = await show('app/cache.yaml');
  await change(document, rangeOf(document, 'ConfigOption'), 'NoSuchFunction');
  await show('app/web.yaml');
  await seenInTree('Problems');
  await seenInTree(/function "NoSuchFunction" not defined/);
  await seenInTree('web-deployment.yaml');
  await clickTreeRow('cache.yaml');
  await eventually('the file', async () =>
    window.activeTextEditor?.document.uri.toString() === document.uri.toString() ? true : undefined,
  );
  await revert();
});
