import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { boxSeen, clickMessage, closeBox, problem, rowSeen, show, trapped } from '../support/editor.ts';
import { test } from '../support/runner.ts';

test('a window on the sandbox sample starts the sandbox, and asks it instead of AWS', async () => {
  const { uri } = await show('api.yaml');
  await clickMessage('Ask ECR');
  const { message } = await problem(uri, 'tag-not-found');
  assert.match(message, /demo-apps\/api has no tag "v1\.4\.2"/);
  assert.equal(await trapped(), 0);
});

test('a push from there goes to the vendor portal of the sandbox', async () => {
  await show('api.yaml');
  const pushed = commands.executeCommand('waybill.pushRelease');
  await boxSeen('Push a Release of hello');
  await rowSeen('Unstable');
  await closeBox();
  await pushed;
  assert.equal(await trapped(), 0);
});
