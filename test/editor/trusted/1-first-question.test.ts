import { click, messageButton, problem, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

test('the first question to an AWS account takes one click', async () => {
  const { uri } = await show('deployment.yaml');
  await click(await messageButton('Ask ECR'));
  await problem(uri, 'tag-not-found');
});
