import assert from 'node:assert/strict';
import { clickMessage, problem, show, trapped } from '../support/editor.ts';
import { test } from '../support/runner.ts';

test('a window on the sandbox sample starts the sandbox, and asks it instead of AWS', async () => {
  const { uri } = await show('api.yaml');
  await clickMessage('Ask ECR');
  const { message } = await problem(uri, 'tag-not-found');
  assert.match(message, /demo-apps\/api has no tag "v1\.4\.2"/);
  assert.equal(await trapped(), 0);
});
