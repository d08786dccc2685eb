import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate } from '../../../sandbox/src/iam/evaluate.ts';
import { readPolicy } from '../../../sandbox/src/iam/policy.ts';
import { ecrHost } from '../../../server/src/core/image/hosts.ts';
import {
  type PullGrant,
  pullActions,
  pullPolicy,
  trustPolicy,
} from '../../../server/src/work/link/policy.ts';
import { asCommands, asJson, isTooLong, type PullIdentity } from '../../../server/src/work/link/print.ts';

const host = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const grant = (repositories: readonly string[] | null, at = host): PullGrant => {
  const ecr = ecrHost(at);
  assert.ok(ecr !== null);
  return { ecr, repositories };
};
const arn = (name: string, region = 'us-east-2'): string =>
  `arn:aws:ecr:${region}:429114214526:repository/${name}`;
/** What AWS would say, by the sandbox's evaluator. */
const decision = (grants: readonly PullGrant[], action: string, resource: string): string =>
  evaluate([readPolicy(JSON.stringify(pullPolicy(grants)))], { action, resource, context: {} });
const identity = (grants: readonly PullGrant[], more: Partial<PullIdentity> = {}): PullIdentity => ({
  kind: 'user',
  name: 'replicated-pull-hello',
  ecr: grant(null).ecr,
  host,
  policy: pullPolicy(grants),
  trust: null,
  ...more,
});

describe('the policy for the repositories of a release', () => {
  const scoped = [grant(['demo-apps/api', 'demo-apps/web'])];
  const everything = [
    'GetAuthorizationToken',
    'PutImage',
    'InitiateLayerUpload',
    'BatchDeleteImage',
    'DescribeImages',
  ];
  test('allows all that pulling takes', () => {
    assert.equal(decision(scoped, 'ecr:GetAuthorizationToken', '*'), 'allowed');
    for (const action of pullActions)
      for (const name of ['demo-apps/api', 'demo-apps/web'])
        assert.equal(decision(scoped, action, arn(name)), 'allowed');
  });
  test('allows nothing else: no other repository, region or account, no push, no delete', () => {
    for (const resource of [
      arn('demo-apps/api2'),
      arn('demo-apps'),
      arn('demo-apps/api', 'us-east-1'),
      arn('demo-apps/api').replace('429114214526', '111122223333'),
    ])
      for (const action of pullActions) assert.equal(decision(scoped, action, resource), 'implicitDeny');
    for (const action of everything.slice(1))
      assert.equal(decision(scoped, `ecr:${action}`, arn('demo-apps/api')), 'implicitDeny');
  });
  test('for all repositories it allows each of the registry, and nothing else either', () => {
    const all = [grant(null)];
    assert.equal(decision(all, 'ecr:BatchGetImage', arn('any/thing')), 'allowed');
    assert.equal(decision(all, 'ecr:BatchGetImage', arn('any/thing', 'eu-west-1')), 'implicitDeny');
    assert.equal(decision(all, 'ecr:PutImage', arn('any/thing')), 'implicitDeny');
  });
});

test('it is one document with two statements, with partition, region and account of the host', () => {
  const china = '429114214526.dkr.ecr.cn-north-1.amazonaws.com.cn';
  const gov = '429114214526.dkr.ecr.us-gov-west-1.amazonaws.com';
  assert.deepEqual(JSON.parse(JSON.stringify(pullPolicy([grant(['a'], china)]))), {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'LogIn', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      {
        Sid: 'Pull',
        Effect: 'Allow',
        Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        Resource: ['arn:aws-cn:ecr:cn-north-1:429114214526:repository/a'],
      },
    ],
  });
  const [, pull] = pullPolicy([grant(['b', 'a'], gov), grant(['a'], gov)]).Statement;
  assert.deepEqual(pull?.Resource, [
    'arn:aws-us-gov:ecr:us-gov-west-1:429114214526:repository/a',
    'arn:aws-us-gov:ecr:us-gov-west-1:429114214526:repository/b',
  ]);
});

test('the role is taken by the vendor portal for one team only', () => {
  const trust = trustPolicy(grant(null).ecr, 'team-42');
  assert.deepEqual(trust.Statement, [
    {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::429114214526:oidc-provider/api.replicated.com/vendor' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'api.replicated.com/vendor:aud': 'sts.amazonaws.com',
          'api.replicated.com/vendor:sub': 'team-42',
        },
      },
    },
  ]);
  const printed = JSON.parse(asJson(identity([grant(['a'])], { kind: 'role', trust })));
  assert.deepEqual(Object.keys(printed), ['policy', 'trustPolicy']);
});

describe('commands', () => {
  test('a short policy is inline; the key goes straight to the portal', () => {
    const commands = asCommands(identity([grant(['a'])]));
    assert.match(
      commands,
      /^aws iam create-user --user-name replicated-pull-hello\naws iam put-user-policy /,
    );
    assert.match(
      commands,
      /create-access-key --user-name replicated-pull-hello --output json \| waybill registry add 429114214526\.dkr\.ecr\.us-east-2\.amazonaws\.com --key-stdin\n$/,
    );
  });
  test('a long one is a policy of its own, and one that IAM does not take is known', () => {
    const many = (count: number) =>
      identity([grant(Array.from({ length: count }, (_, i) => `team/service-${i}`))]);
    assert.match(
      asCommands(many(40)),
      /create-policy .*\naws iam attach-user-policy .*:policy\/replicated-pull-hello\n/,
    );
    assert.equal(isTooLong(many(40)), false);
    assert.equal(isTooLong(many(400)), true);
  });
  test('other partitions are named by a region', () => {
    const china = grant(['a'], '429114214526.dkr.ecr.cn-north-1.amazonaws.com.cn');
    const commands = asCommands(identity([china], { ecr: china.ecr }));
    for (const line of commands.split('\n').filter((one) => one.startsWith('aws')))
      assert.match(line, /--region cn-north-1/);
  });
});
