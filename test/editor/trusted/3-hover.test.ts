import assert from 'node:assert/strict';
import { eventually, hoverText, rangeOf, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('the hover tells the verdict and what will be deployed', async () => {
  const document = await show('deployment.yaml');
  const { start } = rangeOf(document, `${ecr}/demo-apps/api`);
  const text = await eventually('a hover', async () => (await hoverText(document.uri, start)) || undefined);
  assert.match(text, /does not exist.*Amazon ECR us-east-2, account 429114214526/);
  assert.ok(text.includes(`proxy.replicated.com/proxy/mysampleecrapp/${ecr}/demo-apps/api:v1.4.2`), text);
});
