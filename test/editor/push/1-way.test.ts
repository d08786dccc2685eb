import assert from 'node:assert/strict';
import { commands, window, workspace } from 'vscode';
import {
  answerBox,
  boxSeen,
  chooseRow,
  clickMessage,
  closeBox,
  messageTextSeen,
  openWalkthrough,
  problem,
  show,
  walkthroughTicked,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';
import { held, portal, registry } from './world.ts';

test('the walkthrough begins with nothing ticked off', async () => {
  const document = await show('hello/web.yaml');
  await problem(document.uri, 'public-image');
  await openWalkthrough();
  await walkthroughTicked();
});

test('mirroring puts the image into ECR and into the manifest', async () => {
  const document = await show('hello/web.yaml');
  await clickMessage('Ask ECR');
  const mirrored = commands.executeCommand('waybill.mirrorImages');
  await clickMessage('Mirror and Rewrite');
  await mirrored;
  assert.match(document.getText(), new RegExp(`image: ${registry}/demo-apps/nginx:1\\.25`));
  assert.ok(document.isDirty);
  await openWalkthrough();
  await walkthroughTicked('mirror', 'rewrite');
});

test('linking begins with what is not saved and with a token; without one nothing happens', async () => {
  const document = await show('hello/web.yaml');
  const linked = commands.executeCommand('waybill.linkRegistry', registry);
  await boxSeen('hello: A File Is Not Saved');
  await chooseRow('Save and Go On');
  await boxSeen('Vendor Portal: Team');
  await closeBox();
  await linked;
  assert.ok(!document.isDirty);
  assert.deepEqual((await portal()).registries, []);
});

test('a registry is linked with the key of a user that is made for it', async () => {
  await show('hello/web.yaml');
  const linked = commands.executeCommand('waybill.linkRegistry', registry);
  await answerBox('Vendor Portal: Team', 'acme');
  await answerBox('Vendor Portal: Token of acme', 'mistyped');
  await clickMessage('Give Another Token…');
  await answerBox('Vendor Portal: Token of acme', String(process.env.WAYBILL_EDITOR_TOKEN));
  await boxSeen(`Link ${registry}`);
  await chooseRow('Make a Read-Only User');
  await linked;
  const { registries } = await portal();
  assert.deepEqual(
    registries.map(({ provider, endpoint, appIds }) => ({ provider, endpoint, appIds })),
    [{ provider: 'ecr', endpoint: registry, appIds: null }],
  );
  await messageTextSeen(
    `Waybill: Linked ${registry} as ${registry}, for all apps. Replicated can pull its one image of the release from it.`,
  );
  await openWalkthrough();
  await walkthroughTicked('mirror', 'rewrite', 'link');
});

test('the release is shown, and pushed when the person says so', async () => {
  const document = await show('hello/web.yaml');
  const pushed = commands.executeCommand('waybill.pushRelease');
  await boxSeen('Push a Release of hello');
  await chooseRow('Unstable');
  await answerBox('Push to Unstable: Version', '1.0.0');
  await answerBox('Push to Unstable: Release Notes', 'The *first* one');
  await boxSeen('Push This Release of hello?');
  const report = window.activeTextEditor?.document;
  assert.equal(report?.uri.path, '/Push of hello to Unstable');
  assert.match(
    report.getText(),
    /^Push of hello to Unstable\n\nVersion: 1\.0\.0\nNotes: {3}The \*first\* one\n\nApp hello, channel Unstable: no release was promoted to it yet\n/,
  );
  assert.match(report.getText(), /\nFiles: 2, 1 kB\n/);
  assert.deepEqual(await held('hello'), { releases: [], promoted: {} });
  await chooseRow('Promote to Unstable');
  await pushed;
  await messageTextSeen('Waybill: release 1 is current on Unstable of hello.');
  const { releases, promotions } = await portal();
  const application = await workspace.openTextDocument(
    document.uri.with({ path: document.uri.path.replace('web', 'application') }),
  );
  assert.deepEqual(
    releases.map(({ files }) => files.map(({ path, content }) => ({ path, content }))),
    [
      [
        { path: 'application.yaml', content: application.getText() },
        { path: 'web.yaml', content: document.getText() },
      ],
    ],
  );
  assert.deepEqual(
    promotions.map(({ versionLabel, notes, isRequired }) => ({ versionLabel, notes, isRequired })),
    [{ versionLabel: '1.0.0', notes: 'The *first* one', isRequired: false }],
  );
  await openWalkthrough();
  await walkthroughTicked('mirror', 'rewrite', 'link', 'push');
});

test('a cluster that runs nothing of it verifies nothing', async () => {
  await show('hello/web.yaml');
  const verified = commands.executeCommand('waybill.verifyInstallation');
  await messageTextSeen('Waybill: the cluster (sandbox) runs no pod of hello, not in the namespace default.');
  await clickMessage('Look in All Namespaces');
  await messageTextSeen('Waybill: the cluster (sandbox) runs no pod of hello, in no namespace.');
  await verified;
});

test('what the customer’s cluster pulled is verified', async () => {
  await portal({ what: 'install', app: 'hello', channel: 'Unstable' });
  await show('hello/web.yaml');
  await commands.executeCommand('waybill.verifyInstallation');
  const report = window.activeTextEditor?.document;
  assert.equal(report?.uri.path, '/Verification of hello');
  assert.match(
    report.getText(),
    new RegExp(`\\n    cluster +proxy\\.replicated\\.com/proxy/hello/${registry}/demo-apps/nginx`),
  );
  assert.match(report.getText(), /\n1 container, none wrong\.\n$/);
  await messageTextSeen('Waybill: what the cluster (sandbox) pulled is right.');
  await openWalkthrough();
  await walkthroughTicked('mirror', 'rewrite', 'link', 'push', 'verify');
});
