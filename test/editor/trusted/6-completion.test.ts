import assert from 'node:assert/strict';
import { type CompletionItem, CompletionItemKind, type CompletionList, commands } from 'vscode';
import { change, eventually, rangeOf, revert, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('a tag is completed from what ECR has, the newest first', async () => {
  const document = await show('deployment.yaml');
  await change(document, rangeOf(document, `${ecr}/demo-apps/api:1.4.2`), `${ecr}/demo-apps/api:`);
  const { end } = rangeOf(document, `${ecr}/demo-apps/api:`);
  const items = await eventually('the list of all tags', async () => {
    const list = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      end,
    );
    const tags = list.items.filter(({ kind }) => kind === CompletionItemKind.Value);
    return list.isIncomplete || tags.length === 0 ? undefined : tags;
  });
  assert.deepEqual(items.map(labelOf), ['1.4.2', '1.4.1', '1.4.0', 'latest']);
  assert.equal(items[0]?.insertText, '1.4.2');
  await revert();
});

const labelOf = ({ label }: CompletionItem): string => (typeof label === 'string' ? label : label.label);
