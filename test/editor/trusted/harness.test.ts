import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { test } from '../support/runner.ts';

test('harness', async () => {
  assert.ok(vscode.workspace.isTrusted);
  const all = await vscode.commands.getCommands();
  console.log(all.filter((c) => /trust|notification/i.test(c)).join(' '));
  assert.equal(1, 1);
});
