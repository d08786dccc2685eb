import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from '../../../sandbox/src/index.ts';
import { ask, json } from '../../contract/support/http.ts';
import { signedCall } from '../../contract/support/signed.ts';

const describe = { repositoryName: 'demo-apps/api', imageIds: [{ imageTag: '1.4.2' }] };

test('a call without a signature, with an unknown key or for another service is refused', async () => {
  const sandbox = await startSandbox();
  try {
    const bare = await ask('POST', sandbox.url, {
      headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeImages' },
      body: JSON.stringify(describe),
    });
    assert.equal((json(bare) as { __type: string }).__type, 'MissingAuthenticationTokenException');
    const stranger = await signedCall(sandbox, 'DescribeImages', describe, { accessKeyId: 'SOMEBODYELSE' });
    assert.deepEqual(stranger, {
      status: 400,
      body: {
        __type: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      },
    });
    const wrong = await signedCall(sandbox, 'DescribeImages', describe, { service: 's3' });
    assert.equal(wrong.body.__type, 'InvalidSignatureException');
    assert.equal((await signedCall(sandbox, 'DescribeImages', describe)).status, 200);
  } finally {
    await sandbox.close();
  }
});

test('the seeded denied and throttled repositories answer so until that is switched off', async () => {
  const sandbox = await startSandbox();
  try {
    const ask = (name: string) =>
      signedCall(sandbox, 'DescribeImages', { repositoryName: `demo-apps/${name}` });
    assert.deepEqual((await ask('denied')).body, {
      __type: 'AccessDeniedException',
      Message:
        'User: arn:aws:iam::429114214526:user/sandbox is not authorized to perform: ecr:DescribeImages on resource: ' +
        'arn:aws:ecr:us-east-2:429114214526:repository/demo-apps/denied because no identity-based policy allows ' +
        'the ecr:DescribeImages action',
    });
    const throttled = await ask('throttled');
    assert.equal(throttled.status, 400);
    assert.deepEqual(throttled.body, { __type: 'ThrottlingException', message: 'Rate exceeded' });
    sandbox.quirks.denied = false;
    sandbox.quirks.throttled = false;
    assert.equal((await ask('denied')).status, 200);
    assert.equal((await ask('throttled')).status, 200);
  } finally {
    await sandbox.close();
  }
});

test('another region is empty, and another account is closed', async () => {
  const sandbox = await startSandbox();
  try {
    const elsewhere = await signedCall(sandbox, 'DescribeImages', describe, { region: 'eu-west-1' });
    assert.equal(elsewhere.body.__type, 'RepositoryNotFoundException');
    const list = await signedCall(sandbox, 'DescribeRepositories', {}, { region: 'eu-west-1' });
    assert.deepEqual(list.body.repositories, []);
    const foreign = await signedCall(sandbox, 'DescribeImages', { ...describe, registryId: '123456789012' });
    assert.equal(foreign.body.__type, 'AccessDeniedException');
    assert.match(
      String(foreign.body.Message),
      /arn:aws:ecr:us-east-2:123456789012:repository\/demo-apps\/api/,
    );
  } finally {
    await sandbox.close();
  }
});

test('an operation that the sandbox does not have, and a body that cannot be read, are named', async () => {
  const sandbox = await startSandbox();
  try {
    for (const operation of ['GetRegistryPolicy', 'constructor', '__proto__', '']) {
      const answer = await signedCall(sandbox, operation, {});
      assert.equal(answer.body.__type, 'UnknownOperationException', operation);
    }
    for (const body of [
      '{',
      '[]',
      '"text"',
      '{"repositoryName":7}',
      '{"repositoryName":"aa","imageIds":{}}',
    ]) {
      const answer = await signedCall(sandbox, 'DescribeImages', body);
      const expected = body.includes('"aa"') ? 'RepositoryNotFoundException' : 'SerializationException';
      assert.equal(answer.body.__type, expected, body);
    }
  } finally {
    await sandbox.close();
  }
});

test('parameters are checked as the model of the API has them', async () => {
  const sandbox = await startSandbox();
  try {
    const repositoryName = 'demo-apps/api';
    const wrong: readonly object[] = [
      {},
      { repositoryName: 'a' },
      { repositoryName: 'a'.repeat(257) },
      { repositoryName, maxResults: 0 },
      { repositoryName, maxResults: 1001 },
      { repositoryName, nextToken: 'made up' },
      { repositoryName, imageIds: [] },
      { repositoryName, imageIds: [{}] },
      { repositoryName, imageIds: [{ imageTag: '' }] },
      { repositoryName, imageIds: [{ imageTag: 'not a tag' }] },
      { repositoryName, imageIds: [{ imageDigest: 'sha256' }] },
      { repositoryName, imageIds: [{ imageTag: '1.4.2' }], maxResults: 5 },
      { repositoryName, filter: { tagStatus: 'SOME' } },
    ];
    for (const input of wrong) {
      const { status, body } = await signedCall(sandbox, 'DescribeImages', input);
      assert.equal(status, 400);
      assert.equal(body.__type, 'InvalidParameterException', JSON.stringify(input));
    }
  } finally {
    await sandbox.close();
  }
});

test('a tag and a digest must be of one image', async () => {
  const sandbox = await startSandbox();
  try {
    const ask = (imageDigest: string, imageTag: string) =>
      signedCall(sandbox, 'DescribeImages', {
        repositoryName: 'demo-apps/api',
        imageIds: [{ imageDigest, imageTag }],
      });
    const { body } = await signedCall(sandbox, 'DescribeImages', describe);
    const [detail] = body.imageDetails as { imageDigest: string }[];
    const digest = detail?.imageDigest ?? '';
    assert.equal((await ask(digest, 'latest')).status, 200);
    assert.equal((await ask(digest, '1.4.0')).body.__type, 'ImageNotFoundException');
  } finally {
    await sandbox.close();
  }
});
