import assert from 'node:assert/strict';
import { commands, type TextDocument, window, workspace } from 'vscode';
import {
  answerBox,
  boxSeen,
  change,
  chooseRow,
  clickMessage,
  closeBox,
  messageTextSeen,
  messageWithTextSeen,
  rangeOf,
  rowSeen,
  show,
  typeInList,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';
import { held, portal, registry } from './world.ts';

/** Puts another image into a release's manifest, on the disk too. */
async function name(document: TextDocument, before: string, image: string): Promise<void> {
  await change(document, rangeOf(document, before), image);
  assert.ok(await document.save());
}

/** Goes through the questions up to the last one. */
async function push(channel: string, version = '', notes = ''): Promise<PromiseLike<unknown>[]> {
  const pushed = commands.executeCommand('waybill.pushRelease');
  await boxSeen('Push a Release of hello');
  await chooseRow(channel);
  await answerBox(`Push to ${channel}: Version`, version);
  await answerBox(`Push to ${channel}: Release Notes`, notes);
  // In a list: else whoever waits for this waits for the push.
  return [pushed];
}

const api = (tag: string): string => `${registry}/demo-apps/api:${tag}`;

test('the same content is not pushed twice', async () => {
  await show('hello/web.yaml');
  const [pushed] = await push('Unstable', '1.0.0');
  await pushed;
  await messageTextSeen('Waybill: Unstable has exactly this release already. Nothing was done.');
  assert.deepEqual(await held('hello'), { releases: [1], promoted: { Unstable: [1] } });
});

test('a tag that does not exist stops it: the place is shown, and the portal has nothing', async () => {
  const document = await show('hello/web.yaml');
  await name(document, `${registry}/demo-apps/nginx:1.25`, api('9.9.9'));
  const [pushed] = await push('Unstable');
  await clickMessage('Show It');
  await pushed;
  const editor = window.activeTextEditor;
  assert.equal(editor?.document, document);
  assert.equal(document.getText(editor.selection), api('9.9.9'));
  assert.deepEqual(await held('hello'), { releases: [1], promoted: { Unstable: [1] } });
});

test('so does one of an image that CI was to push, which is no error while typing', async () => {
  const document = await show('hello/web.yaml');
  await name(document, api('9.9.9'), `${registry}/demo-apps/worker:9.9.9`);
  const [pushed] = await push('Unstable');
  await clickMessage('Show It');
  await pushed;
  assert.deepEqual(await held('hello'), { releases: [1], promoted: { Unstable: [1] } });
});

test('whoever cancels before it is promoted has created nothing', async () => {
  const document = await show('hello/web.yaml');
  await name(document, `${registry}/demo-apps/worker:9.9.9`, api('1.4.2'));
  for (const cancel of [() => chooseRow('Cancel'), closeBox]) {
    await show('hello/web.yaml');
    const [pushed] = await push('Unstable', '1.1.0');
    await boxSeen('Push This Release of hello?');
    await cancel();
    await pushed;
  }
  await messageTextSeen('Waybill: nothing was created, and nothing was promoted.');
  assert.deepEqual(await held('hello'), { releases: [1], promoted: { Unstable: [1] } });
});

test('cancelled on its way, it says what was done, and promotes nothing', async () => {
  await portal({ what: 'hang', operation: 'CreateRelease' });
  await show('hello/web.yaml');
  const [pushed] = await push('Unstable', '1.1.0');
  await boxSeen('Push This Release of hello?');
  await chooseRow('Promote to Unstable');
  await messageWithTextSeen('Creating the release …');
  await clickMessage('Cancel');
  await pushed;
  await messageTextSeen(
    'Waybill: Interrupted. It is not known whether the release was created; nothing was promoted. The same command goes on where this one stopped.',
  );
  assert.deepEqual((await held('hello')).promoted, { Unstable: [1] });
});

test('the same command goes on from there', async () => {
  await portal({ what: 'hang' });
  await show('hello/web.yaml');
  const [again] = await push('Unstable', '1.1.0');
  await boxSeen('Push This Release of hello?');
  await chooseRow('Promote to Unstable');
  await again;
  assert.deepEqual(await held('hello'), { releases: [1, 2], promoted: { Unstable: [1, 2] } });
});

test('a protected channel wants its name typed', async () => {
  await show('hello/web.yaml');
  const [refused] = await push('Stable', '1.1.0');
  await boxSeen('Stable Is a Protected Channel');
  await typeInList('stable');
  await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  // Still there: that is not its name.
  await boxSeen('Stable Is a Protected Channel');
  await closeBox();
  await refused;
  assert.deepEqual(await held('hello'), { releases: [1, 2], promoted: { Unstable: [1, 2] } });
  await show('hello/web.yaml');
  const [pushed] = await push('Stable', '1.1.0');
  await answerBox('Stable Is a Protected Channel', 'Stable');
  await pushed;
  assert.deepEqual(await held('hello'), { releases: [1, 2], promoted: { Unstable: [1, 2], Stable: [2] } });
});

test('a channel that wants semantic versions is given one', async () => {
  await portal({ what: 'change', app: 'hello', channel: 'Beta', change: { semverRequired: true } });
  await show('hello/web.yaml');
  const pushed = commands.executeCommand('waybill.pushRelease');
  await boxSeen('Push a Release of hello');
  await chooseRow('Beta');
  await answerBox('Push to Beta: Version', 'second');
  await answerBox('Push to Beta: Version', '1.1.0');
  await answerBox('Push to Beta: Release Notes', '');
  await boxSeen('Push This Release of hello?');
  await chooseRow('Promote to Beta');
  await pushed;
  const { promotions } = await portal();
  assert.equal(promotions.at(-1)?.versionLabel, '1.1.0');
  assert.deepEqual((await held('hello')).promoted.Beta, [2]);
});

test('what is not saved is not pushed unless it is said to be', async () => {
  const document = await show('hello/web.yaml');
  await change(document, rangeOf(document, api('1.4.2')), api('1.4.1'));
  const pushed = commands.executeCommand('waybill.pushRelease');
  await boxSeen('hello: A File Is Not Saved');
  await chooseRow('Go On with What Is on the Disk');
  await boxSeen('Push a Release of hello');
  await closeBox();
  await pushed;
  assert.ok(document.isDirty);
  await commands.executeCommand('workbench.action.files.revert');
});

test('where no document says which release is meant, the person does', async () => {
  const notes = await show('notes.txt');
  await window.showTextDocument(notes);
  const pushed = commands.executeCommand('waybill.pushRelease');
  await boxSeen('Push a Release');
  await rowSeen('hello');
  await chooseRow('fleetbook');
  await boxSeen('Push a Release of fleetbook');
  await chooseRow('Beta');
  await answerBox('Push to Beta: Version', '');
  await answerBox('Push to Beta: Release Notes', '');
  await boxSeen('Push This Release of fleetbook?');
  await chooseRow('Promote to Beta');
  await pushed;
  const { releases } = await portal();
  assert.deepEqual(
    releases.at(-1)?.files.map(({ path }) => path),
    ['api.yaml', 'application.yaml'],
  );
  assert.equal(workspace.workspaceFolders?.length, 1);
});
