import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import type { PortalRegistries } from '../../../server/src/core/knowledge/knowledge.ts';
import { Session } from '../../../server/src/core/session/session.ts';
import { pod } from '../../support/release.ts';

const ours = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const west = '429114214526.dkr.ecr.us-west-2.amazonaws.com';
const theirs = '111122223333.dkr.ecr.us-east-2.amazonaws.com';

const registry = (endpoint: string, slug: string, apps: string[] | null) => ({
  endpoint,
  slug,
  provider: 'ecr',
  apps,
});

/** What the rules about linking say of one image of each of these hosts. */
function said(config: string, portal: PortalRegistries | null, ...images: string[]): string[] {
  const session = new Session();
  session.setFile('.waybill.yaml', config);
  session.setFile('pod.yaml', pod(...images));
  if (portal !== null)
    session.learn([{ kind: 'linked', found: { value: portal, reason: '', checkedAt: 1 } }]);
  return problemsOf(session.snapshot, 'pod.yaml')
    .filter(({ problem }) => problem.rule.includes('linked'))
    .map(({ problem }) => `${problem.severity} ${problem.rule}`);
}

const listing = `app: acme\nregistries:\n  - endpoint: ${ours}\n`;
const portal: PortalRegistries = {
  registries: [registry(west, 'west', null), registry(theirs, 'theirs', ['other'])],
  apps: ['acme', 'other'],
};

test('the portal says what is linked: in neither list is an error, only in .waybill.yaml a warning', () => {
  assert.deepEqual(said(listing, portal, `${west}/a:1`), []);
  assert.deepEqual(said(listing, portal, `${ours}/a:1`), ['warning registry-not-linked']);
  assert.deepEqual(said(listing, portal, '999900001111.dkr.ecr.us-east-2.amazonaws.com/a:1'), [
    'error registry-not-linked',
  ]);
});

test('linked for another app is not linked for this one, and is said once', () => {
  assert.deepEqual(said(listing, portal, `${theirs}/a:1`), ['warning linked-for-another-app']);
  assert.deepEqual(said(listing.replace('acme', 'other'), portal, `${theirs}/a:1`), []);
});

test('without an app that is known, what is linked for any app counts', () =>
  assert.deepEqual(said('channel: Unstable\n', portal, `${theirs}/a:1`), []));

test('the portal of another team says nothing', () =>
  assert.deepEqual(said(listing, { ...portal, apps: ['else'] }, `${ours}/a:1`, `${west}/a:1`), [
    'warning registry-not-linked',
  ]));

test('the name of a linked registry stands for its host behind the proxy', () => {
  const session = new Session();
  session.setFile('.waybill.yaml', 'app: acme\n');
  session.setFile('pod.yaml', pod('proxy.replicated.com/proxy/acme/west/team/app:1'));
  session.learn([{ kind: 'linked', found: { value: portal, reason: '', checkedAt: 1 } }]);
  assert.deepEqual(problemsOf(session.snapshot, 'pod.yaml'), []);
});
