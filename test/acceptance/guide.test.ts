import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../support/paths.ts';
import { type KillAt, writeKiller } from './support/kill-guide.ts';

const program = join(root, 'dist/server/waybill.mjs');

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
}

/** Runs the guide in a sandbox that is kept in a folder, killed where that is said. */
async function guide(data: string, kill?: KillAt): Promise<Ended> {
  const killer = kill === undefined ? {} : { NODE_OPTIONS: `--import=${writeKiller(data, kill)}` };
  const child = spawn(
    process.execPath,
    [program, 'guide', '--sandbox', '--yes', '--data', data, '--app', 'guided'],
    {
      cwd: data,
      env: { PATH: process.env.PATH, HOME: data, ...killer },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  const [code, signal] = await once(child, 'close');
  return { code, signal, out };
}

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** What the portal, IAM and the registry hold in the end: each thing once. */
function assertOnce(data: string): void {
  const portal = json(join(data, 'portal.json'));
  const app = portal.apps.filter((each: { slug: string }) => each.slug === 'guided');
  assert.equal(app.length, 1);
  const own = (list: readonly { readonly appId: string }[]) =>
    list.filter(({ appId }) => appId === app[0].id);
  assert.equal(own(portal.releases).length, 2);
  assert.equal(own(portal.promotions).length, 2);
  assert.equal(own(portal.customers).length, 1);
  assert.equal(portal.registries.length, 1);
  const iam = json(join(data, 'iam.json'));
  const users = iam.users.filter((each: { name: string }) => each.name === 'replicated-pull-guided');
  assert.equal(users.length, 1);
  assert.equal(users[0].keys.length, 1);
  assert.equal(portal.registries[0].username, users[0].keys[0].id);
}

const headings = (out: string): string[] =>
  [...out.matchAll(/^\d+ of \d+ {2}(.*)$/gm)].map(([, title]) => title ?? '');

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
    assertOnce(data);
  });

  test('taken again, everything is there already and nothing is made twice', async () => {
    const second = await guide(data);
    assert.equal(second.code, 0, second.out);
    assert.deepEqual(headings(second.out), headings(first.out));
    assert.match(second.out, /✓ The portal has the app guided\./);
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

/** Each step that changes something, by its title. */
const phases = [
  'Make the app in the vendor portal',
  'Begin a release',
  'Release it to Unstable as it is',
  'Create a customer and get the licence',
  'Install it',
  'Mirror the public images into your registry',
  'Name the private images',
  'Link the registry',
  'Release it to Unstable',
  'Upgrade the customer',
] as const;

/** Of what happens in a step, lines that are said and answers that come, at the how manieth it is killed. */
const moments = [1, 2, 4, 7, 12];

describe('the guide, killed', () => {
  for (const moment of moments)
    test(`at moment ${moment} of each step, and taken again until it ends`, async () => {
      const data = await mkdtemp(join(tmpdir(), 'waybill-guide-'));
      try {
        for (const phase of phases) {
          const killed = await guide(data, { phase, moment });
          assert.equal(killed.signal, 'SIGKILL', `${phase}: ${killed.out}`);
          assert.equal(headings(killed.out).at(-1), phase);
        }
        const { code, out } = await guide(data);
        assert.equal(code, 0, out);
        assert.match(out, /1 container, none wrong\./);
        assertOnce(data);
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
