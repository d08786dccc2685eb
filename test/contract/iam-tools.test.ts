import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startSandbox } from '../../sandbox/src/index.ts';
import { userWith } from './support/iam.ts';
import { findProgram, runs } from './support/peers.ts';

const run = promisify(execFile);
const aws = findProgram('aws');
const noAws = runs(aws, '--version') ? false : 'the aws command is not installed';

test('the aws command makes a user who may pull one repository, and their key is held to it', {
  skip: noAws,
}, async () => {
  const sandbox = await startSandbox();
  const as = async (args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const endpoint = args[0] === 'ecr' ? sandbox.url : sandbox.iamUrl;
    const env = { ...process.env, ...sandbox.env, ...more, AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1' };
    const { stdout } = await run(aws ?? '', ['--endpoint-url', endpoint, '--output', 'json', ...args], {
      env,
    });
    return stdout === '' ? {} : JSON.parse(stdout);
  };
  try {
    assert.equal((await as(['sts', 'get-caller-identity'])).Account, sandbox.accountId);
    await as(['iam', 'create-user', '--user-name', 'pull']);
    const document = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['ecr:DescribeImages'],
          Resource: `arn:aws:ecr:us-east-2:${sandbox.accountId}:repository/demo-apps/api`,
        },
      ],
    };
    const policy = ['--user-name', 'pull', '--policy-name', 'pull'];
    await as(['iam', 'put-user-policy', ...policy, '--policy-document', JSON.stringify(document)]);
    assert.deepEqual((await as(['iam', 'get-user-policy', ...policy])).PolicyDocument, document);
    const { AccessKey } = await as(['iam', 'create-access-key', '--user-name', 'pull']);
    const own = {
      AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey,
    };
    const images = await as(['ecr', 'describe-images', '--repository-name', 'demo-apps/api'], own);
    assert.equal(images.imageDetails.length > 0, true);
    await assert.rejects(
      as(['ecr', 'describe-images', '--repository-name', 'demo-apps/web'], own),
      /\(AccessDeniedException\).*user\/pull is not authorized to perform: ecr:DescribeImages/s,
    );
    await assert.rejects(
      as(['ecr', 'describe-images', '--repository-name', 'demo-apps/api'], {
        ...own,
        AWS_SECRET_ACCESS_KEY: 'x',
      }),
      /\(InvalidSignatureException\)/,
    );
    await assert.rejects(as(['iam', 'get-user', '--user-name', 'nobody']), /\(NoSuchEntity\)/);
  } finally {
    await sandbox.close();
  }
});

test('the AWS SDK signs as the sandbox reckons, and is held to its key', async () => {
  const sandbox = await startSandbox();
  try {
    const key = await userWith(sandbox, 'sdk', [
      { Effect: 'Allow', Action: 'ecr:DescribeRepositories', Resource: '*' },
    ]);
    const client = (secretAccessKey: string) =>
      new ECRClient({
        endpoint: sandbox.url,
        region: sandbox.region,
        maxAttempts: 1,
        credentials: { accessKeyId: key.id, secretAccessKey },
      });
    const { repositories } = await client(key.secret).send(
      new DescribeRepositoriesCommand({ maxResults: 2 }),
    );
    assert.equal(repositories?.length, 2);
    const wrong = client('else').send(new DescribeRepositoriesCommand({}));
    await assert.rejects(wrong, { name: 'InvalidSignatureException' });
    const denied = client(key.secret).send(new CreateRepositoryCommand({ repositoryName: 'demo-apps/new' }));
    await assert.rejects(denied, (error: Error) => {
      return error.name === 'AccessDeniedException' && /user\/sdk is not authorized/.test(error.message);
    });
  } finally {
    await sandbox.close();
  }
});
