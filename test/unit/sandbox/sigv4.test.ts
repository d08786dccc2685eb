import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSignedBy, readSignature, sign, signatureHeaders } from '../../../sandbox/src/auth/sigv4.ts';

/** The example of the IAM user guide, "Create a signed AWS API request". */
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const request = {
  method: 'GET',
  url: new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'),
  headers: {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host: 'iam.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
  },
  body: Buffer.alloc(0),
};
const place = {
  date: '20150830',
  region: 'us-east-1',
  service: 'iam',
  signedHeaders: ['content-type', 'host', 'x-amz-date'],
};

test('a signature is the one that AWS’s own example has', () => {
  assert.equal(
    sign(secret, place, request),
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  );
});

test('a signature is of the secret, the path, the query, the headers and the body', () => {
  const signature = { ...place, accessKeyId: 'AKIDEXAMPLE', signature: sign(secret, place, request) };
  assert.ok(isSignedBy(secret, signature, request));
  const others = [
    { ...request, method: 'POST' },
    { ...request, url: new URL('https://iam.amazonaws.com/x?Action=ListUsers&Version=2010-05-08') },
    { ...request, url: new URL('https://iam.amazonaws.com/?Action=ListRoles&Version=2010-05-08') },
    { ...request, headers: { ...request.headers, host: 'sts.amazonaws.com' } },
    { ...request, body: Buffer.from('x') },
  ];
  for (const other of others) assert.ok(!isSignedBy(secret, signature, other));
  assert.ok(!isSignedBy(`${secret}x`, signature, request));
});

test('what signatureHeaders writes, readSignature reads and isSignedBy believes', () => {
  const url = new URL('http://127.0.0.1:1234/');
  const body = Buffer.from('{}');
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'T.Op' };
  const now = Date.UTC(2026, 10, 23, 1, 2, 3);
  const made = signatureHeaders(
    { id: 'AKIA1', secret },
    { region: 'eu-west-1', service: 'ecr', now },
    { method: 'POST', url, headers, body },
  );
  assert.equal(made['x-amz-date'], '20261123T010203Z');
  const signature = readSignature(made.authorization);
  assert.deepEqual(
    [signature?.accessKeyId, signature?.date, signature?.region, signature?.service],
    ['AKIA1', '20261123', 'eu-west-1', 'ecr'],
  );
  const sent = { ...headers, ...made, host: url.host };
  assert.ok(
    signature !== null && isSignedBy(secret, signature, { method: 'POST', url, headers: sent, body }),
  );
});
