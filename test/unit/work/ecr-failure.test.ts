import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Quirks, startSandbox } from '../../../sandbox/src/index.ts';
import { ecrError } from '../../../server/src/work/mirror/ecr-failure.ts';
import { inspectRepository } from '../../../server/src/work/mirror/ecr-target.ts';
import { MirrorError } from '../../../server/src/work/mirror/model.ts';
import { connectTo, signal } from './support/ecr.ts';

const operation = 'DescribeRepositories';
const renew = 'Sign in again: aws sso login --profile dev';

for (const [name, quirks, why, words] of [
  ['throttling', { throttle: [{ operation }] }, 'network', /ECR us-east-2 is limiting requests/],
  ['a reset', { reset: [{ operation }] }, 'network', /ECR us-east-2 could not be reached/],
  ['an error of the server', { fail5xx: [{ operation }] }, 'network', /ServerException, HTTP 500/],
  ['a sign-in page', { html200: [{ operation }] }, 'network', /a sign-in page perhaps/],
  ['an expired session', { expire: [{ operation }] }, 'target', /has expired\. Sign in again: aws sso login/],
] as const satisfies readonly (readonly [string, Partial<Quirks>, string, RegExp])[])
  test(`${name} is worded, with the exit code that fits`, async () => {
    const sandbox = await startSandbox({ quirks });
    try {
      const ecr = await connectTo(sandbox);
      const error = await inspectRepository(ecr, 'demo-apps/api', '1', signal()).then(
        () => assert.fail('nothing was thrown'),
        (thrown: unknown) => ecrError(thrown, 'Amazon ECR us-east-2', renew),
      );
      assert.equal(error.why, why);
      assert.match(error.message, words);
    } finally {
      await sandbox.close();
    }
  });

test('what is worded already stays as it is', () => {
  const error = new MirrorError('refused', 'An immutable tag.');
  assert.equal(ecrError(error, 'Amazon ECR us-east-2'), error);
});
