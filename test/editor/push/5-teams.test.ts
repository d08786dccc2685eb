import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { answerBox, boxSeen, chooseRow, closeBox, messageWithTextSeen, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';
import { portal, registry } from './world.ts';

test('of several teams the chosen one’s token is used', async () => {
  // Of a long list of messages not all are drawn.
  await commands.executeCommand('notifications.clearAll');
  await show('hello/web.yaml');
  const added = commands.executeCommand('waybill.signInToPortal');
  await boxSeen('Vendor Portal');
  await chooseRow('Another Team…');
  await answerBox('Vendor Portal: Team', 'other');
  await answerBox('Vendor Portal: Token of other', 'sandbox-replicated-api-token-expired');
  await added;
  const refused = commands.executeCommand('waybill.pushRelease');
  await messageWithTextSeen('Waybill: The vendor portal refuses the token of other (The token has expired).');
  const chosen = commands.executeCommand('waybill.signInToPortal');
  await boxSeen('Vendor Portal');
  await chooseRow('acme');
  await chosen;
  await commands.executeCommand('notifications.clearAll');
  await refused;
  const pushed = commands.executeCommand('waybill.pushRelease');
  await boxSeen('Push a Release of hello');
  await closeBox();
  await pushed;
});

test('a token that is forgotten is asked for again', async () => {
  for (const team of ['acme', 'other']) {
    const chosen = commands.executeCommand('waybill.signInToPortal');
    await boxSeen('Vendor Portal');
    await chooseRow(team);
    await chosen;
    const forgotten = commands.executeCommand('waybill.signInToPortal');
    await boxSeen('Vendor Portal');
    await chooseRow(`Forget the Token of ${team}`);
    await forgotten;
  }
  await show('hello/web.yaml');
  const linked = commands.executeCommand('waybill.linkRegistry', registry);
  await boxSeen('Vendor Portal: Team');
  await closeBox();
  await linked;
  assert.deepEqual((await portal()).registries, []);
});
