import { commands } from 'vscode';
import { clickMessage, languageStatusSeen, problem, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

test('an expired session is one status with a way to sign in, and no problem', async () => {
  await show('deployment.yaml');
  await clickMessage('Ask ECR');
  await languageStatusSeen('Waybill: AWS session expired', 'Sign In');
});

test('after the sign-in the release is checked by itself', async () => {
  const { uri } = await show('deployment.yaml');
  await commands.executeCommand('waybill.signIn', 'dev');
  await problem(uri, 'tag-not-found');
});
