import assert from 'node:assert/strict';
import { commands, workspace } from 'vscode';
import { rowSeen, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

test('Show Registries lists whom Waybill asks, and what can be done', async () => {
  await show('deployment.yaml');
  const shown = commands.executeCommand('waybill.showStatus');
  await rowSeen('429114214526.dkr.ecr.us-east-2.amazonaws.com');
  await rowSeen('answers');
  await rowSeen('Turn network off');
  await commands.executeCommand('workbench.action.closeQuickOpen');
  await shown;
});

test('the network is turned off and on by a command', async () => {
  const network = () => workspace.getConfiguration('waybill').get('network');
  await commands.executeCommand('waybill.turnNetworkOff');
  assert.equal(network(), 'off');
  await commands.executeCommand('waybill.turnNetworkOn');
  assert.equal(network(), 'on');
});
