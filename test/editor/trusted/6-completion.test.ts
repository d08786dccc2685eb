import assert from 'node:assert/strict';
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  commands,
  Selection,
  window,
} from 'vscode';
import { change, eventually, rangeOf, revert, show, suggested } from '../support/editor.ts';
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
    const isAll = !list.isIncomplete && tags.every(({ detail }) => detail?.includes('linux/'));
    return isAll && tags.length > 0 ? tags : undefined;
  });
  assert.deepEqual(items.map(labelOf), ['1.4.2', '1.4.1', '1.4.0', 'latest']);
  assert.equal(items[0]?.insertText, '1.4.2');
  assert.equal(items[0]?.detail, 'pushed 2026-01-03 · 6.8 kB · linux/amd64, linux/arm64');
  await revert();
});

test('the list of suggestions fills when ECR has answered, though nobody types', async () => {
  const document = await show('deployment.yaml');
  const image = `${ecr}/demo-apps/worker:`;
  await change(document, rangeOf(document, `${ecr}/demo-apps/api:1.4.2`), image);
  const { end } = rangeOf(document, image);
  const editor = window.activeTextEditor;
  assert.ok(editor);
  editor.selection = new Selection(end, end);
  await commands.executeCommand('editor.action.triggerSuggest');
  await suggested('0.9.0');
  await commands.executeCommand('acceptSelectedSuggestion');
  await eventually('the accepted tag', async () =>
    document.getText().includes(`${image}0.9.0\n`) ? true : undefined,
  );
  await revert();
});

const labelOf = ({ label }: CompletionItem): string => (typeof label === 'string' ? label : label.label);
