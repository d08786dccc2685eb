import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate } from '../../../sandbox/src/iam/evaluate.ts';
import { MalformedPolicy, readPolicy } from '../../../sandbox/src/iam/policy.ts';
import { matchesPattern } from '../../../sandbox/src/iam/wildcard.ts';

const repository = (name: string, region = 'us-east-2') =>
  `arn:aws:ecr:${region}:429114214526:repository/${name}`;
const context = {
  'aws:username': 'replicated',
  'aws:requestedregion': 'us-east-2',
  'aws:securetransport': 'true',
  'aws:principalarn': 'arn:aws:iam::429114214526:user/replicated',
};

/** A fact of the request, as policies name it. */
const variable = (name: string) => `$\{${name}}`;

type Case = readonly [
  name: string,
  statements: readonly object[],
  action: string,
  resource: string,
  decision: 'allowed' | 'explicitDeny' | 'implicitDeny',
];

const allow = (more: object): object => ({ Effect: 'Allow', Action: 'ecr:*', Resource: '*', ...more });
const deny = (more: object): object => ({ Effect: 'Deny', Action: 'ecr:*', Resource: '*', ...more });
const api = repository('demo-apps/api');
const pull = 'ecr:BatchGetImage';

/** Cases of the IAM user guide: "Policy evaluation logic", and of its pages on each element of a policy. */
const cases: readonly Case[] = [
  ['nothing is allowed by default', [], pull, api, 'implicitDeny'],
  ['an allow overrides the default', [allow({})], pull, api, 'allowed'],
  ['an explicit deny overrides every allow', [allow({}), deny({})], pull, api, 'explicitDeny'],
  ['the order of statements makes no difference', [deny({}), allow({})], pull, api, 'explicitDeny'],
  [
    'a deny of something else leaves the allow',
    [allow({}), deny({ Action: 'ecr:PutImage' })],
    pull,
    api,
    'allowed',
  ],
  ['another service', [allow({})], 's3:GetObject', 'arn:aws:s3:::a/b', 'implicitDeny'],

  ['actions: a list', [allow({ Action: ['ecr:PutImage', pull] })], pull, api, 'allowed'],
  ['actions: case makes no difference', [allow({ Action: 'ECR:batchgetimage' })], pull, api, 'allowed'],
  ['actions: * for a part', [allow({ Action: 'ecr:Batch*' })], pull, api, 'allowed'],
  ['actions: * within', [allow({ Action: 'ecr:*Image' })], pull, api, 'allowed'],
  ['actions: ? for one character', [allow({ Action: 'ecr:BatchGetImag?' })], pull, api, 'allowed'],
  ['actions: ? is not none', [allow({ Action: 'ecr:BatchGetImage?' })], pull, api, 'implicitDeny'],
  ['actions: everything', [allow({ Action: '*' })], pull, api, 'allowed'],
  ['NotAction: all but that', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], pull, api, 'allowed'],
  [
    'NotAction: not that',
    [{ Effect: 'Allow', NotAction: 'ecr:*', Resource: '*' }],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'NotAction with deny: denies all others, and allows nothing by itself',
    [allow({}), { Effect: 'Deny', NotAction: 'ecr:Describe*', Resource: '*' }],
    pull,
    api,
    'explicitDeny',
  ],
  [
    'NotAction with deny leaves what it names',
    [allow({}), { Effect: 'Deny', NotAction: pull, Resource: '*' }],
    pull,
    api,
    'allowed',
  ],

  ['resources: the very one', [allow({ Resource: api })], pull, api, 'allowed'],
  [
    'resources: another repository',
    [allow({ Resource: repository('demo-apps/web') })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'resources: another region',
    [allow({ Resource: repository('demo-apps/api', 'us-east-1') })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'resources: a name that only begins so',
    [allow({ Resource: repository('demo-apps/ap') })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'resources: case makes a difference',
    [allow({ Resource: repository('demo-apps/API') })],
    pull,
    api,
    'implicitDeny',
  ],
  ['resources: * reaches over slashes', [allow({ Resource: repository('*') })], pull, api, 'allowed'],
  ['resources: * in the middle', [allow({ Resource: repository('demo-*/api') })], pull, api, 'allowed'],
  [
    'resources: ? for one character',
    [allow({ Resource: repository('demo-apps/ap?') })],
    pull,
    api,
    'allowed',
  ],
  [
    'resources: * for region and account',
    [allow({ Resource: 'arn:aws:ecr:*:*:repository/demo-apps/api' })],
    pull,
    api,
    'allowed',
  ],
  ['resources: a list', [allow({ Resource: [repository('x1'), api] })], pull, api, 'allowed'],
  [
    'an action about nothing in particular needs *',
    [allow({ Resource: repository('*') })],
    'ecr:GetAuthorizationToken',
    '*',
    'implicitDeny',
  ],
  ['and has it', [allow({})], 'ecr:GetAuthorizationToken', '*', 'allowed'],
  [
    'NotResource: all but that',
    [{ Effect: 'Allow', Action: 'ecr:*', NotResource: repository('x1') }],
    pull,
    api,
    'allowed',
  ],
  [
    'NotResource: not that',
    [{ Effect: 'Allow', Action: 'ecr:*', NotResource: api }],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'NotResource with deny: only that is left',
    [allow({}), { Effect: 'Deny', Action: 'ecr:*', NotResource: api }],
    pull,
    repository('demo-apps/web'),
    'explicitDeny',
  ],
  [
    'a variable in a resource',
    [allow({ Resource: repository(`${variable('aws:username')}/*`) })],
    pull,
    repository('replicated/a'),
    'allowed',
  ],
  [
    'a variable that is not known fits nothing',
    [allow({ Resource: repository(`${variable('aws:else')}*`) })],
    pull,
    api,
    'implicitDeny',
  ],

  [
    'StringEquals',
    [allow({ Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-2' } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'StringEquals: keys have no case',
    [allow({ Condition: { StringEquals: { 'AWS:requestedregion': 'us-east-2' } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'StringEquals: values have',
    [allow({ Condition: { StringEquals: { 'aws:username': 'Replicated' } } })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'StringEquals: any of several values',
    [allow({ Condition: { StringEquals: { 'aws:RequestedRegion': ['x', 'us-east-2'] } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'StringEquals takes * as it is',
    [allow({ Condition: { StringEquals: { 'aws:RequestedRegion': 'us-*' } } })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'StringEquals: a key that is not there',
    [allow({ Condition: { StringEquals: { 'aws:else': 'x' } } })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'StringEqualsIfExists: a key that is not there',
    [allow({ Condition: { StringEqualsIfExists: { 'aws:else': 'x' } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'StringEqualsIgnoreCase',
    [allow({ Condition: { StringEqualsIgnoreCase: { 'aws:username': 'REPLICATED' } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'StringNotEquals',
    [allow({ Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-2' } } })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'StringNotEquals: none of several',
    [allow({ Condition: { StringNotEquals: { 'aws:RequestedRegion': ['a', 'us-east-2'] } } })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'StringNotEquals: a key that is not there',
    [allow({ Condition: { StringNotEquals: { 'aws:else': 'x' } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'StringLike',
    [allow({ Condition: { StringLike: { 'aws:RequestedRegion': 'us-*' } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'StringNotLike',
    [allow({ Condition: { StringNotLike: { 'aws:RequestedRegion': 'us-*' } } })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'Bool',
    [deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }), allow({})],
    pull,
    api,
    'allowed',
  ],
  [
    'Bool as a truth value',
    [allow({ Condition: { Bool: { 'aws:SecureTransport': true } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'Null: the key is there',
    [allow({ Condition: { Null: { 'aws:username': 'false' } } })],
    pull,
    api,
    'allowed',
  ],
  ['Null: the key is not', [allow({ Condition: { Null: { 'aws:else': 'true' } } })], pull, api, 'allowed'],
  ['Null: wrong', [allow({ Condition: { Null: { 'aws:username': 'true' } } })], pull, api, 'implicitDeny'],
  [
    'ArnLike',
    [allow({ Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/repl*' } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'ArnLike: no * over colons',
    [allow({ Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:*:user/replicated' } } })],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'all conditions must hold',
    [
      allow({
        Condition: {
          StringEquals: { 'aws:username': 'replicated' },
          StringLike: { 'aws:RequestedRegion': 'eu-*' },
        },
      }),
    ],
    pull,
    api,
    'implicitDeny',
  ],
  [
    'a condition that fails takes a deny away too',
    [allow({}), deny({ Condition: { StringEquals: { 'aws:username': 'x' } } })],
    pull,
    api,
    'allowed',
  ],
  [
    'an operator that is not known takes its statement away',
    [allow({ Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } })],
    pull,
    api,
    'implicitDeny',
  ],
];

describe('what policies say', () => {
  for (const [name, Statement, action, resource, decision] of cases)
    test(name, () => {
      const policy = readPolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
      assert.equal(evaluate([policy], { action, resource, context }), decision);
      // Each statement in a policy of its own says the same: policies add up.
      const apart = Statement.map((each) => readPolicy(JSON.stringify({ Statement: each })));
      assert.equal(evaluate(apart, { action, resource, context }), decision);
    });
});

test('documents that IAM does not take', () => {
  const statement = { Effect: 'Allow', Action: 'ecr:*', Resource: '*' };
  const bad: readonly (readonly [unknown, RegExp])[] = [
    ['', /Syntax errors/],
    [[], /Syntax errors/],
    [{ Version: '2012-10-17' }, /statement must be provided/],
    [{ Version: '2013-10-17', Statement: [statement] }, /valid version/],
    [{ Statement: [{ ...statement, Effect: 'allow' }] }, /Syntax errors/],
    [{ Statement: [{ ...statement, Action: undefined }] }, /must contain actions/],
    [{ Statement: [{ ...statement, Resource: undefined }] }, /must contain resources/],
    [{ Statement: [{ ...statement, Resource: [] }] }, /must contain resources/],
    [{ Statement: [{ ...statement, NotAction: 'iam:*' }] }, /Syntax errors/],
    [{ Statement: [{ ...statement, Action: 'BatchGetImage' }] }, /prefaced by a vendor/],
    [{ Statement: [{ ...statement, Resource: 'repository/x' }] }, /must be in ARN format/],
    [{ Statement: [{ ...statement, Principal: '*' }] }, /Syntax errors/],
    [{ Statement: [{ ...statement, Sid: 'a b' }] }, /alpha-numeric/],
    [
      {
        Statement: [
          { ...statement, Sid: 'a' },
          { ...statement, Sid: 'a' },
        ],
      },
      /must be unique/,
    ],
    [{ Statement: [{ ...statement, Condition: [] }] }, /Syntax errors/],
  ];
  for (const [document, reason] of bad) {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    assert.throws(
      () => readPolicy(text),
      (error) => error instanceof MalformedPolicy && reason.test(error.message),
      text,
    );
  }
});

test('two documents one after the other, as the guide prints them, are none', () => {
  const one = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*' }] });
  assert.throws(() => readPolicy(`${one}\n${one}`), MalformedPolicy);
});

test('patterns agree with regular expressions', () => {
  const texts = ['', 'a', 'b', 'ab', 'ba', 'aab', 'abab', 'abcabc', 'a*b', 'a?b'];
  const patterns = [
    '',
    '*',
    '?',
    'a*',
    '*a',
    'a*b',
    '*a*b*',
    'a?b',
    '??',
    '*?',
    '?*',
    '**',
    'ab*ab',
    'a**b',
    '*abc',
  ];
  for (const pattern of patterns)
    for (const text of texts) {
      const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
      assert.equal(matchesPattern(pattern, text), new RegExp(`^${source}$`).test(text), `${pattern} ${text}`);
    }
});
