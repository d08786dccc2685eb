import assert from 'node:assert/strict';
import { type CodeAction, CodeActionKind, commands } from 'vscode';
import { linkedKey } from '../../../sandbox/src/portal/state.ts';
import {
  answerBox,
  boxSeen,
  chooseRow,
  eventually,
  messageTextSeen,
  messageWithTextSeen,
  noProblem,
  problem,
  show,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';
import { portal, registry } from './world.ts';

test('a registry that is not linked any more is linked by its quick fix, with a key that the person has', async () => {
  await portal({ what: 'unlink' });
  const document = await show('fleet/api.yaml');
  await commands.executeCommand('waybill.checkRelease', document.uri);
  const { range } = await problem(document.uri, 'registry-not-linked');
  const title = `Link ${registry} in the vendor portal…`;
  const { command } = await eventually(`a quick fix ${title}`, async () => {
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      CodeActionKind.QuickFix.value,
    );
    return actions.find((each) => each.title === title);
  });
  assert.ok(command);
  const linked = commands.executeCommand(command.command, ...(command.arguments ?? []));
  await boxSeen(`Link ${registry}`);
  await chooseRow('Use an Access Key');
  await answerBox('Access Key ID', linkedKey.id);
  await answerBox(`Secret Access Key of ${linkedKey.id}`, linkedKey.secret);
  await linked;
  await messageTextSeen(
    `Waybill: Linked ${registry} as ${registry}, for all apps. Replicated can pull its one image of the release from it.`,
  );
  const { registries } = await portal();
  assert.deepEqual(
    registries.map(({ endpoint, username, password }) => ({ endpoint, username, password })),
    [{ endpoint: registry, username: linkedKey.id, password: linkedKey.secret }],
  );
  await noProblem(document.uri, 'registry-not-linked');
});

test('a key that can do more than pull is not taken, and nothing is linked', async () => {
  await portal({ what: 'unlink' });
  await show('fleet/api.yaml');
  const linked = commands.executeCommand('waybill.linkRegistry', registry);
  await boxSeen(`Link ${registry}`);
  await chooseRow('Use an Access Key');
  const own = String(process.env.AWS_ACCESS_KEY_ID);
  await answerBox('Access Key ID', own);
  await answerBox(`Secret Access Key of ${own}`, String(process.env.AWS_SECRET_ACCESS_KEY));
  await linked;
  await messageWithTextSeen('can do more than pull');
  await messageWithTextSeen('Nothing was linked.');
  assert.deepEqual((await portal()).registries, []);
});
