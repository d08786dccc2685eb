import { clickMessage, problem, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

test('the first question to an AWS account takes one click', async () => {
  const { uri } = await show('deployment.yaml');
  await clickMessage('Ask ECR');
  await problem(uri, 'tag-not-found');
});
