import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  assertEnds,
  assertOnce,
  type Ended,
  guide,
  headings,
  json,
  killedIn,
  phases,
} from './support/guide.ts';

describe('the guide, from an empty folder to verified pods', () => {
  let data = '';
  let first: Ended;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'waybill-guide-'));
    first = await guide(data);
  });
  after(() => rm(data, { recursive: true, force: true }));

  test('ends well, and the cluster runs the private image through the proxy', () => {
    assert.equal(first.code, 0, first.out);
    assert.match(first.out, /The sandbox's cluster runs release 1: nginx\n/);
    assert.match(
      first.out,
      /runs release 2: proxy\.replicated\.com\/proxy\/guided\/429114214526\.dkr\.ecr\.us-east-2\.amazonaws\.com\/demo-apps\/nginx\n/,
    );
    assert.match(first.out, /1 container, none wrong\./);
    // Nothing that is no matter of who follows the guide.
    assert.doesNotMatch(first.out, /Warning|undefined|\[object/);
    assertOnce(data);
  });

  test('taken again, everything is there already and nothing is made twice', async () => {
    const second = await guide(data);
    assert.equal(second.code, 0, second.out);
    assert.deepEqual(headings(second.out), headings(first.out));
    assert.match(second.out, /✓ The portal has the app guided\./);
    assert.equal(second.out.match(/✓ The release names its private images\./g)?.length, 2);
    assert.match(second.out, /✓ 429114214526\.dkr\.ecr\.us-east-2\.amazonaws\.com is linked\./);
    assertOnce(data);
  });

  test('no secret is said, or written where it does not belong', () => {
    const iam = json(join(data, 'iam.json'));
    const portal = json(join(data, 'portal.json'));
    const secrets = [
      ...iam.users.flatMap((user: { keys: { secret: string | null }[] }) =>
        user.keys.map(({ secret }) => secret),
      ),
      ...portal.customers.map((customer: { licenseId: string }) => customer.licenseId),
      'sandbox-cluster-token',
    ].filter((secret) => typeof secret === 'string' && secret.length > 8);
    assert.ok(secrets.length >= 3);
    const release = filesIn(join(data, 'release'));
    assert.ok(release.size >= 9);
    for (const secret of secrets) {
      assert.ok(!first.out.includes(secret), 'a secret was said');
      for (const [path, text] of release) assert.ok(!text.includes(secret), `${path} holds a secret`);
    }
    assert.equal(statSync(join(data, 'release-licence.yaml')).mode & 0o077, 0);
  });
});

/** Of what happens in a step, lines that are said and answers that come, at the how manieth it is killed. */
const moments = [1, 2, 4, 7, 12];

describe('the guide, killed', () => {
  for (const moment of moments)
    test(`at moment ${moment} of each step, and taken again until it ends`, async () => {
      const data = await mkdtemp(join(tmpdir(), 'waybill-guide-'));
      try {
        for (const phase of phases) await killedIn(data, { phase, moment });
        await assertEnds(data);
      } finally {
        await rm(data, { recursive: true, force: true });
      }
    });
});

/** Texts of all files below a folder. */
function filesIn(folder: string, found = new Map<string, string>()): Map<string, string> {
  if (!existsSync(folder)) return found;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) filesIn(path, found);
    else found.set(path, readFileSync(path, 'utf8'));
  }
  return found;
}
