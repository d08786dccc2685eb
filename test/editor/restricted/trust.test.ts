import assert from 'node:assert/strict';
import { commands, workspace } from 'vscode';
import {
  click,
  clickMessage,
  eventually,
  hoverText,
  messageSeen,
  messageTextSeen,
  problem,
  rangeOf,
  show,
  trapped,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';

test('an untrusted workspace is read, and nobody is asked', async () => {
  assert.equal(workspace.isTrusted, false);
  const document = await show('deployment.yaml');
  // What the files alone can tell is there: the server is at work.
  await problem(document.uri, 'public-image');
  const { start } = rangeOf(document, '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/api');
  await eventually('a hover', async () => (await hoverText(document.uri, start)) || undefined);
  await commands.executeCommand('waybill.checkRelease');
  // Nothing is pushed, linked or verified either, and no token is asked for.
  for (const name of ['pushRelease', 'linkRegistry', 'verifyInstallation', 'signInToPortal']) {
    await commands.executeCommand('notifications.clearAll');
    await commands.executeCommand(`waybill.${name}`);
    await messageTextSeen('Waybill: trust this workspace first: no program is started in Restricted Mode.');
  }
  assert.equal(await trapped(), 0);
});

test('with trust, the first question to an account waits for one click', async () => {
  await show('deployment.yaml');
  await commands.executeCommand('workbench.trust.manage');
  await click('.workspace-trust-editor >> text="Trust"');
  await eventually('trust', async () => workspace.isTrusted || undefined);
  await messageSeen('Ask ECR');
  assert.equal(await trapped('aws'), 0);
});

test('after that click the account is asked', async () => {
  await clickMessage('Ask ECR');
  await eventually('a connection to the trap', async () => ((await trapped('aws')) > 0 ? true : undefined));
});
