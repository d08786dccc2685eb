import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sign } from '../../sandbox/src/auth/sigv4.ts';
import { evaluate } from '../../sandbox/src/iam/evaluate.ts';
import { readPolicy } from '../../sandbox/src/iam/policy.ts';
import { ask } from './support/http.ts';
import { digestOf } from './support/images.ts';
import { findProgram, type Peer, runs, startPeer } from './support/peers.ts';

const program = findProgram('moto_server');
const missing = program === null || !runs(program, '--help');

/** Where moto asks for a resource: objects of S3. It knows no `?`, no `NotResource` and no case of actions. */
const requests = [
  { method: 'GET', path: '/alpha/one.txt', action: 's3:GetObject' },
  { method: 'GET', path: '/alpha/folder/two.txt', action: 's3:GetObject' },
  { method: 'GET', path: '/beta/one.txt', action: 's3:GetObject' },
  { method: 'PUT', path: '/alpha/one.txt', action: 's3:PutObject' },
  { method: 'PUT', path: '/beta/one.txt', action: 's3:PutObject' },
] as const;

const object = (path: string) => `arn:aws:s3:::${path}`;
const allow = (more: object): object => ({ Effect: 'Allow', Action: 's3:*', Resource: '*', ...more });
const deny = (more: object): object => ({ Effect: 'Deny', Action: 's3:*', Resource: '*', ...more });

const policies: Readonly<Record<string, readonly object[]>> = {
  everything: [allow({})],
  'another service': [allow({ Action: 'ecr:*' })],
  'one action': [allow({ Action: 's3:GetObject' })],
  'a list of actions': [allow({ Action: ['s3:PutObject', 's3:DeleteObject'] })],
  'the end of an action': [allow({ Action: 's3:*Object' })],
  'the beginning of an action': [allow({ Action: 's3:Get*' })],
  'all but an action': [{ Effect: 'Allow', NotAction: 's3:PutObject', Resource: '*' }],
  'all but a list of actions': [
    { Effect: 'Allow', NotAction: ['s3:PutObject', 's3:GetObject'], Resource: '*' },
  ],
  'one object': [allow({ Resource: object('alpha/one.txt') })],
  'one bucket': [allow({ Resource: object('alpha/*') })],
  'the name of a bucket alone': [allow({ Resource: object('alpha') })],
  'a list of resources': [allow({ Resource: [object('alpha/folder/*'), object('beta/*')] })],
  'the middle of a name': [allow({ Resource: object('*/one.*') })],
  'a beginning that is another name': [allow({ Resource: object('alph/*') })],
  'deny after allow': [allow({}), deny({ Resource: object('beta/*') })],
  'deny before allow': [deny({ Action: 's3:PutObject' }), allow({})],
  'deny alone': [deny({ Resource: object('beta/*') })],
  'deny of all but an action': [
    allow({}),
    { Effect: 'Deny', NotAction: 's3:GetObject', Resource: object('alpha/*') },
  ],
  'two statements for two things': [
    allow({ Action: 's3:GetObject', Resource: object('alpha/*') }),
    allow({ Action: 's3:PutObject', Resource: object('beta/*') }),
  ],
};

describe('what policies say, and what moto makes of them', {
  skip: missing && 'moto_server is not installed',
}, () => {
  let peer: Peer;
  let key: { id: string; secret: string };
  before(async () => {
    peer = await startPeer(program ?? '', ['-H', '127.0.0.1', '-p', '0'], /Running on http:\/\/([\d.]+:\d+)/);
    await checking(false);
    await iam({ Action: 'CreateUser', UserName: 'test' });
    const made = await iam({ Action: 'CreateAccessKey', UserName: 'test' });
    const text = (element: string) => new RegExp(`<${element}>([^<]*)<`).exec(made)?.[1] ?? '';
    key = { id: text('AccessKeyId'), secret: text('SecretAccessKey') };
    assert.ok(key.id !== '' && key.secret !== '', made);
    for (const path of ['/alpha', '/beta', ...requests.map((each) => each.path)]) await s3('PUT', path);
  });
  after(() => peer?.close());

  /** Whether moto holds calls to policies from now on. */
  const checking = async (on: boolean): Promise<void> => {
    await ask('POST', `${peer.url}/moto-api/reset-auth`, { body: on ? '0' : 'inf' });
  };

  const iam = async (params: Readonly<Record<string, string>>): Promise<string> => {
    const credential = 'AKIAADMIN/20261123/us-east-1/iam/aws4_request';
    const answer = await ask('POST', `${peer.url}/`, {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      },
      body: new URLSearchParams({ Version: '2010-05-08', ...params }).toString(),
    });
    assert.equal(answer.status, 200, answer.body.toString());
    return answer.body.toString();
  };

  const s3 = async (method: string, path: string): Promise<number> => {
    const url = new URL(`${peer.url}${path}`);
    const body = Buffer.alloc(0);
    const time = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
    const headers = {
      host: url.host,
      'x-amz-content-sha256': digestOf(body).slice('sha256:'.length),
      'x-amz-date': time,
    };
    const signedHeaders = ['host', 'x-amz-content-sha256', 'x-amz-date'];
    const place = { date: time.slice(0, 8), region: 'us-east-1', service: 's3', signedHeaders };
    const signature = sign(key.secret, place, { method, url, headers, body });
    const credential = `${key.id}/${place.date}/us-east-1/s3/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
    const answer = await ask(method, url.href, { headers: { ...headers, authorization }, body });
    return answer.status;
  };

  for (const [name, Statement] of Object.entries(policies))
    test(name, async () => {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await checking(false);
      await iam({ Action: 'PutUserPolicy', UserName: 'test', PolicyName: 'p', PolicyDocument });
      await checking(true);
      const theirs: Record<string, boolean> = {};
      for (const { method, path } of requests) {
        const status = await s3(method, path);
        assert.ok(status === 200 || status === 403, `${method} ${path}: HTTP ${status}`);
        theirs[`${method} ${path}`] = status === 200;
      }
      const ours = requests.map(({ method, path, action }) => {
        const question = { action, resource: object(path.slice(1)), context: {} };
        return [`${method} ${path}`, evaluate([readPolicy(PolicyDocument)], question) === 'allowed'];
      });
      assert.deepEqual(Object.fromEntries(ours), theirs);
    });
});
