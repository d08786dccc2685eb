import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from 'vscode';
import { linkedKey } from '../../../sandbox/src/portal/state.ts';
import { test } from '../support/runner.ts';

test('no token or key that was typed is in a file, a setting or a log', async () => {
  const userData = process.env.WAYBILL_EDITOR_USER_DATA;
  const [folder] = workspace.workspaceFolders ?? [];
  assert.ok(userData !== undefined && folder !== undefined);
  const secrets = [String(process.env.WAYBILL_EDITOR_TOKEN), linkedKey.secret];
  const files = [userData, folder.uri.fsPath].flatMap(filesIn);
  // What the extension keeps is among them: it is looked for in the right place.
  assert.ok(files.some((path) => /[\\/]waybill\.waybill[\\/]/.test(path)));
  for (const path of files) {
    const bytes = readFileSync(path);
    for (const secret of secrets) assert.ok(!bytes.includes(secret), `${path} holds a secret`);
  }
  const settings = JSON.stringify(workspace.getConfiguration());
  for (const secret of secrets) assert.ok(!settings.includes(secret), 'a setting holds a secret');
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}
