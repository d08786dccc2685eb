import assert from 'node:assert/strict';
import { test } from 'node:test';
import { questionsOf } from '../../../server/src/core/features/questions.ts';
import { Session } from '../../../server/src/core/session/session.ts';
import { pod } from '../../support/release.ts';

const ours = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

/** Whether the host of an image would be asked about it. */
function isAsked(host: string): boolean {
  const session = new Session();
  session.setFile('.waybill.yaml', `app: acme\nregistries:\n  - endpoint: ${ours}\n`);
  session.setFile('pod.yaml', pod(`${host}/app:1`));
  // Fixes may have others asked: the registered registry for a copy of the image.
  return questionsOf(session.snapshot, null, 'all').some(
    (question) => question.kind === 'image' && question.image.host === host,
  );
}

test('the registered account and other registries are asked', () => {
  assert.ok(isAsked(ours));
  assert.ok(isAsked('quay.io'));
});

test('an account that is not registered is not asked', () => {
  assert.equal(isAsked('111122223333.dkr.ecr.us-east-2.amazonaws.com'), false);
});

test('a host that only looks like ECR is not asked', () => {
  assert.equal(isAsked(`${ours}.evil.example`), false);
});
