import assert from 'node:assert/strict';
import { type CodeAction, CodeActionKind, commands, Selection, window } from 'vscode';
import { seededDigests } from '../../../sandbox/src/seed/digests.ts';
import {
  change,
  clickMessage,
  eventually,
  messageTextSeen,
  noProblem,
  problem,
  rangeOf,
  revert,
  show,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const digest = seededDigests.upstream['library/nginx']['1.25'];
const plan = `nginx:1.25 → ${ecr}/demo-apps/nginx:1.25 · digest ${digest} · 2 platforms: linux/amd64, linux/arm64 · to send: 4 blobs, 6.4 kB at most; 2 blobs of 14 kB in all are there already`;

test('Mirror Image… says what it will do, and does nothing where that is declined', async () => {
  const document = await show('deployment.yaml');
  await change(document, rangeOf(document, `${ecr}/demo-apps/nginx:1.27`), 'nginx:1.25');
  const before = document.getText();
  await problem(document.uri, 'public-image');
  const { start } = rangeOf(document, 'nginx:1.25');
  const editor = window.activeTextEditor;
  assert.ok(editor);
  editor.selection = new Selection(start, start);
  const mirrored = commands.executeCommand('waybill.mirrorImage');
  await messageTextSeen(plan);
  await clickMessage('Cancel');
  await mirrored;
  assert.equal(document.getText(), before);
});

test('a quick fix mirrors an image that is not at its private path yet, and rewrites it', async () => {
  const document = await show('deployment.yaml');
  const before = document.getText();
  const { range } = await problem(document.uri, 'public-image');
  const title = `Mirror nginx:1.25 to ${ecr}/demo-apps/nginx and rewrite`;
  const { command } = await eventually('the quick fix that mirrors, before all others', async () => {
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      CodeActionKind.QuickFix.value,
    );
    const [first] = actions;
    return first?.title === title && first.isPreferred === true ? first : undefined;
  });
  assert.ok(command);
  const mirrored = commands.executeCommand<boolean>(command.command, ...(command.arguments ?? []));
  await messageTextSeen(plan);
  await clickMessage('Mirror and Rewrite');
  assert.equal(await mirrored, true);
  assert.equal(document.getText(), before.replace('nginx:1.25', `${ecr}/demo-apps/nginx:1.25`));
  await noProblem(document.uri, 'public-image');
  await noProblem(document.uri, 'tag-not-found');
  await revert();
});
