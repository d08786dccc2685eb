import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import { gzipStored } from '../../../sandbox/src/seed/gzip.ts';
import { tar } from '../../../sandbox/src/seed/tar.ts';
import {
  customerWithLicense,
  deployment,
  type PortalAnswer,
  portalCall,
  promoted,
  specOf,
} from '../../contract/support/portal.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const app = '/v3/app/app-1';
const unstable = `${app}/channel/app-1-unstable`;

describe('the vendor portal', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  const call = (method: string, path: string, body?: unknown): Promise<PortalAnswer> =>
    portalCall(sandbox, method, path, body);
  const refused = ({ status, body }: PortalAnswer) => `${status} ${body.message}`;
  const promote = (sequence: number, channelIds: readonly string[], more: object = {}) =>
    call('POST', `${app}/release/${sequence}/promote`, { channelIds, versionLabel: '1.0.0', ...more });
  const newChannel = async (name: string): Promise<string> =>
    (await call('POST', `${app}/channel`, { name })).body.channel.id as string;
  const newRelease = async (files: Readonly<Record<string, string>> = { 'a.yaml': 'kind: A\n' }) =>
    (await call('POST', `${app}/release`, specOf(files))).body.release.sequence as number;

  test('a token that is not the team’s is refused, whatever is asked for', async () => {
    for (const token of ['', 'else', `Bearer ${sandbox.env.REPLICATED_API_TOKEN}`])
      for (const path of ['/v3/apps', '/v3/nowhere']) {
        const answer = await portalCall(sandbox, 'GET', path, undefined, token);
        assert.deepEqual(answer, {
          status: 401,
          body: { message: 'Unauthorized', error_code: 'unauthorized' },
        });
      }
    const old = await portalCall(
      sandbox,
      'GET',
      '/v3/apps',
      undefined,
      'sandbox-replicated-api-token-expired',
    );
    assert.deepEqual([old.status, old.body.message], [401, 'The token has expired']);
  });

  test('what is not there is a 404 that says so', async () => {
    const paths = {
      '/v3/nowhere': 'Not found',
      '/v3/app/app-77/channels': 'App not found',
      '/v3/app/mysampleecrapp/channels': 'App not found',
      [`${app}/channel/else`]: 'Channel not found',
      [`${app}/release/77`]: 'Release not found',
      '/v3/customer/else': 'Customer not found',
      [`${unstable}/release/77/airgap/status`]: 'Channel release not found',
    };
    for (const [path, message] of Object.entries(paths)) {
      const answer = await call('GET', path);
      assert.deepEqual(answer, { status: 404, body: { message, error_code: 'not_found' } }, path);
    }
  });

  test('faults: no access, overload, errors, another’s page, a torn connection', async () => {
    const { quirks } = sandbox;
    const once = { plane: 'portal', operation: 'ListApps', times: 1 } as const;
    quirks.deny.push(once);
    assert.deepEqual(await call('GET', '/v3/apps'), {
      status: 403,
      body: { error: { code: 'forbidden', message: 'This token may not do that' } },
    });
    quirks.throttle.push({ ...once });
    assert.equal((await call('GET', '/v3/apps')).status, 429);
    quirks.fail5xx.push({ ...once, status: 503 });
    assert.equal(refused(await call('GET', '/v3/apps')), '503 Internal server error');
    quirks.fail5xx.push({ ...once, status: 502, html: true });
    const page = await call('GET', '/v3/apps');
    assert.equal(page.status, 502);
    assert.match(page.body, /<h1>502 Bad Gateway<\/h1>/);
    quirks.html200.push({ ...once });
    assert.match((await call('GET', '/v3/apps')).body, /<html>/);
    quirks.reset.push({ ...once });
    await assert.rejects(call('GET', '/v3/apps'), { code: 'ECONNRESET' });
    assert.equal((await call('GET', '/v3/apps')).status, 200);
  });

  test('an answer may be lost although its call was carried out', async () => {
    const before = (await call('GET', '/v3/apps')).body.apps.length;
    sandbox.quirks.lose.push({ plane: 'portal', operation: 'CreateApp', times: 1 });
    await assert.rejects(call('POST', '/v3/app', { name: 'Lost' }), { code: 'ECONNRESET' });
    assert.equal((await call('GET', '/v3/apps')).body.apps.length, before + 1);
  });

  test('apps with their channels, or without; a new one has three', async () => {
    const all = await call('GET', '/v3/apps');
    const [first] = all.body.apps;
    assert.deepEqual([first.slug, first.channels.length], ['mysampleecrapp', 3]);
    const bare = await call('GET', '/v3/apps?excludeChannels=true');
    assert.equal(bare.body.apps[0].channels, undefined);
    const made = await call('POST', '/v3/app', { name: 'Hello' });
    assert.deepEqual([made.status, made.body.app.slug], [201, 'hello-1']);
    const channels = await call('GET', `/v3/app/${made.body.app.id}/channels`);
    assert.deepEqual(
      channels.body.channels.map((each: { name: string }) => each.name),
      ['Stable', 'Beta', 'Unstable'],
    );
    assert.equal((await call('DELETE', `/v3/app/${made.body.app.id}`)).status, 200);
    assert.equal((await call('GET', `/v3/app/${made.body.app.id}/channels`)).status, 404);
  });

  test('channels: with and without detail, by name, archived', async () => {
    const id = await newChannel('Nightly Builds');
    assert.equal(
      refused(await call('POST', `${app}/channel`, { name: 'Nightly Builds' })),
      '400 a channel with the name Nightly Builds already exists',
    );
    const named = await call('GET', `${app}/channels?channelName=Nightly%20Builds&excludeDetail=true`);
    assert.deepEqual(
      named.body.channels.map((each: { id: string; channelSlug: string; releases: unknown }) => [
        each.id,
        each.channelSlug,
        each.releases,
      ]),
      [[id, 'nightly-builds', undefined]],
    );
    assert.deepEqual((await call('GET', `${app}/channel/${id}`)).body.channel.releases, []);
    await customerWithLicense(sandbox, {}, id);
    assert.match(refused(await call('DELETE', `${app}/channel/${id}`)), /400 .*active customers/);
    const other = await newChannel('Gone');
    assert.equal((await call('DELETE', `${app}/channel/${other}`)).status, 200);
    assert.equal((await call('GET', `${app}/channels?channelName=Gone`)).body.channels.length, 0);
    assert.equal((await call('GET', `${app}/channel/${other}`)).body.channel.isArchived, true);
  });

  test('a release holds the files that were sent, in folders or flat', async () => {
    const nested = [
      {
        name: 'web',
        path: 'web',
        content: '',
        children: [{ name: 'a.yaml', path: 'web/a.yaml', content: 'kind: A\n', children: [] }],
      },
      { name: 'ü.yaml', path: 'ü.yaml', content: 'kind: Ü\n', children: [] },
    ];
    const spec_gzip = gzipSync(JSON.stringify(nested)).toString('base64');
    const made = await call('POST', `${app}/release`, { spec_gzip });
    assert.equal(made.status, 201);
    const { sequence } = made.body.release;
    const kept = await call('GET', `${app}/release/${sequence}`);
    assert.deepEqual(JSON.parse(kept.body.release.spec), nested);
    const changed = await call('PUT', `${app}/release/${sequence}`, specOf({ 'b.yaml': 'kind: B\n' }));
    assert.equal(changed.status, 200);
    const again = await call('GET', `${app}/release/${sequence}`);
    assert.equal(JSON.parse(again.body.release.spec)[0].path, 'b.yaml');
    assert.equal((await call('POST', `${app}/release/${sequence}/test`)).status, 200);
  });

  test('releases are counted on, and listed page by page, the newest first', async () => {
    const made = [await newRelease(), await newRelease(), await newRelease()];
    const [first = 0] = made;
    assert.deepEqual(made, [first, first + 1, first + 2]);
    const pages: number[][] = [];
    for (let page = 0; ; page += 1) {
      const answer = await call('GET', `${app}/releases?currentPage=${page}&pageSize=2`);
      const found = answer.body.releases.map((each: { sequence: number }) => each.sequence);
      if (found.length === 0) break;
      pages.push(found);
    }
    assert.deepEqual(pages[0], [first + 2, first + 1]);
    assert.deepEqual(
      pages.flat(),
      Array.from({ length: first + 2 }, (_, index) => first + 2 - index),
    );
  });

  test('what is no release is refused with the reason', async () => {
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [{}, /spec or spec_gzip is required/],
      [{ spec_gzip: 'not gzip' }, /no base64 of a gzip file/],
      [{ spec_gzip: gzipSync('{').toString('base64') }, /spec is no JSON/],
      [{ spec_gzip: gzipSync('{}').toString('base64') }, /no list of files/],
      [{ spec: '[{"content":"x"}]' }, /no name or path/],
      ['[', /no JSON object/],
    ];
    for (const [body, reason] of bad) {
      const answer = await call('POST', `${app}/release`, body);
      assert.equal(answer.status, 400);
      assert.match(answer.body.message, reason);
    }
    const large = await call('POST', `${app}/release`, { spec: 'x'.repeat(33 * 1024 * 1024) });
    assert.equal(refused(large), '413 The request is larger than the portal takes');
  });

  test('charts are read, and one that cannot be is an error that stops a promotion', async () => {
    const chart = (files: Readonly<Record<string, string>>): string =>
      gzipStored(tar(files)).toString('base64');
    const good = chart({ 'api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.2.3\n' });
    const made = await call('POST', `${app}/release`, specOf({ 'api-1.2.3.tgz': good }));
    assert.deepEqual(made.body.release.charts, [{ name: 'api', version: '1.2.3', status: 'pushed' }]);
    const broken = await newRelease({
      'x.tgz': 'bm90IGd6aXA=',
      'y.tgz': chart({ 'y/values.yaml': 'a: 1\n' }),
    });
    const { body } = await call('GET', `${app}/release/${broken}`);
    assert.deepEqual(
      body.release.charts.map((each: { error: string }) => each.error),
      ['the archive cannot be unpacked', 'the archive has no Chart.yaml'],
    );
    assert.match(refused(await promote(broken, ['app-1-unstable'])), /400 Chart x.tgz cannot be pushed/);
  });

  test('promotion counts on each channel, and is what the channel and the release then say', async () => {
    const [one, two] = [await newChannel('One'), await newChannel('Two')];
    const sequence = await newRelease();
    const first = await promote(sequence, [one], { releaseNotes: 'Notes', isRequired: true });
    assert.equal(first.status, 200);
    assert.deepEqual(first.body.airgapBuilds, [
      {
        channelId: one,
        channelSequence: 1,
        channelName: 'One',
        airgapBuildStatus: 'none',
        fullAirgapBuild: false,
      },
    ]);
    const later = await newRelease();
    const notes = gzipSync(JSON.stringify('Zipped')).toString('base64');
    const brief = await promote(later, [one, two], {
      versionLabel: '2',
      releaseNotesGzip: notes,
      omitDetailsInResponse: true,
    });
    assert.deepEqual(Object.keys(brief.body.release), ['appId', 'sequence', 'created']);
    const of = async (id: string) => {
      const { channel } = (await call('GET', `${app}/channel/${id}`)).body;
      return [channel.releaseSequence, channel.channelSequence, channel.currentVersion, channel.releaseNotes];
    };
    assert.deepEqual(await of(one), [later, 2, '2', 'Zipped']);
    assert.deepEqual(await of(two), [later, 1, '2', 'Zipped']);
    const { release } = (await call('GET', `${app}/release/${later}`)).body;
    assert.deepEqual(
      release.channels.map((each: { name: string }) => each.name),
      ['One', 'Two'],
    );
    assert.equal(release.isReleaseNotEditable, true);
    const listed = await call('GET', `${app}/channel/${one}/releases?currentPage=0&pageSize=1`);
    assert.equal(listed.body.releases[0].sequence, later);
    const byLabel = await call('GET', `${app}/channel/${one}/releases?versionLabel=1.0.0`);
    assert.deepEqual(
      byLabel.body.releases.map((each: { sequence: number; isRequired: boolean }) => [
        each.sequence,
        each.isRequired,
      ]),
      [[sequence, true]],
    );
    assert.equal((await call('POST', `${app}/channel/${one}/release/2/demote`)).status, 200);
    assert.deepEqual((await of(one)).slice(0, 2), [sequence, 1]);
    assert.equal((await call('POST', `${app}/channel/${one}/release/2/undemote`)).status, 200);
    assert.deepEqual((await of(one)).slice(0, 2), [later, 2]);
  });

  test('a promotion that one channel refuses reaches none', async () => {
    const [good, archived, strict] = [
      await newChannel('Good'),
      await newChannel('Archived'),
      await newChannel('Strict'),
    ];
    await call('DELETE', `${app}/channel/${archived}`);
    await call('PATCH', `${app}/channel/${strict}`, { semverRequired: true });
    const sequence = await newRelease();
    const cases: readonly (readonly [readonly string[], string, RegExp])[] = [
      [[good, archived], '1.0.0', /400 .*archived channel Archived/],
      [[good, strict], 'seven', /400 .*Strict requires .* semantic version, and "seven" is none/],
      [[good, strict], '', /400 .*no version label was given/],
      [[good, 'else'], '1.0.0', /404 Channel not found/],
      [[], '1.0.0', /400 channelIds is required/],
    ];
    for (const [ids, versionLabel, reason] of cases) {
      assert.match(refused(await promote(sequence, ids, { versionLabel })), reason);
      assert.equal((await call('GET', `${app}/channel/${good}`)).body.channel.numReleases, 0);
    }
    assert.equal((await promote(sequence, [good, strict], { versionLabel: 'v1.0.0-rc.1' })).status, 200);
  });

  test('what is doubtful stops a promotion until warnings are ignored', async () => {
    const id = await newChannel('Doubtful');
    const old = await newRelease();
    const current = await newRelease();
    await promote(current, [id], { versionLabel: '2' });
    const stopped = await promote(old, [id], { versionLabel: '2' });
    assert.deepEqual(stopped.body, {
      message:
        `The release was not promoted: channel Doubtful has the newer release ${current}; ` +
        'version label 2 was used on channel Doubtful for another release',
      error_code: 'promotion_warnings',
      warnings: [
        `channel Doubtful has the newer release ${current}`,
        'version label 2 was used on channel Doubtful for another release',
      ],
    });
    assert.equal((await call('GET', `${app}/channel/${id}`)).body.channel.releaseSequence, current);
    const forced = await promote(old, [id], { versionLabel: '2', ignoreWarnings: true });
    assert.deepEqual([forced.status, forced.body.warnings.length], [200, 2]);
    assert.equal((await call('GET', `${app}/channel/${id}`)).body.channel.releaseSequence, old);
  });

  test('an air-gap bundle is built of every image, or fails with the first that cannot be pulled', async () => {
    const id = await newChannel('Air gap');
    await call('PATCH', `${app}/channel/${id}`, { buildAirgapAutomatically: true });
    const outcome = async (images: readonly string[], channelSequence: number) => {
      await promoted(sandbox, { 'web.yaml': deployment('web', ...images) }, id, `1.0.${channelSequence}`);
      for (let tries = 0; tries < 1000; tries += 1) {
        const { body } = await call('GET', `${app}/channel/${id}/release/${channelSequence}/airgap/status`);
        if (body.airgapBuildStatus !== 'building') return body;
      }
      return null;
    };
    assert.deepEqual(await outcome([`${ecr}/demo-apps/api:1.4.2`, 'nginx:1.25'], 1), {
      airgapBuildStatus: 'built',
      airgapBuildError: '',
    });
    assert.deepEqual(await outcome(['nginx:1.25', `${ecr}/demo-apps/api:9`], 2), {
      airgapBuildStatus: 'failed',
      airgapBuildError: `failed to pull image ${ecr}/demo-apps/api:9: not found`,
    });
    const listed = await call('GET', `${app}/channel/${id}/releases`);
    assert.deepEqual(listed.body.releases[0].airgapBundleImages, [`${ecr}/demo-apps/api:9`, 'nginx:1.25']);
  });

  test('customers and the licence file that each has', async () => {
    const { id, license } = await customerWithLicense(sandbox, {
      name: 'Ünder "Quote": Inc.',
      email: 'a@example.com',
      type: 'prod',
      expires_at: '2030-01-02T03:04:05Z',
      is_airgap_enabled: true,
      entitlementValues: [{ name: 'seats', value: '5' }],
    });
    const { customer } = (await call('GET', `/v3/customer/${id}`)).body;
    assert.deepEqual(
      [
        customer.name,
        customer.airgap,
        customer.isGitopsSupported,
        customer.expiresAt,
        customer.channels.length,
      ],
      ['Ünder "Quote": Inc.', true, false, '2030-01-02T03:04:05.000Z', 1],
    );
    assert.match(license, /^apiVersion: kots\.io\/v1beta1\nkind: License\n/);
    for (const line of [
      '  appSlug: "mysampleecrapp"',
      '  channelName: "Unstable"',
      '  customerName: "Ünder \\"Quote\\": Inc."',
      `  licenseID: "${customer.installationId}"`,
      '  licenseType: "prod"',
      '  isAirgapSupported: true',
      '    "seats":',
      '      value: "2030-01-02T03:04:05.000Z"',
    ])
      assert.ok(license.includes(`${line}\n`), `${line} in\n${license}`);
    const search = { app_id: 'app-1', query: 'name:ünder', offset: 0, page_size: 100 };
    assert.equal((await call('POST', '/v3/customers/search', search)).body.total_hits, 1);
    const before = (await call('GET', `${app}/customers?currentPage=0`)).body.totalCustomers;
    assert.equal((await call('POST', `/v3/customer/${id}/archive`)).status, 204);
    assert.equal((await call('GET', `${app}/customers?currentPage=0`)).body.totalCustomers, before - 1);
    assert.equal((await call('POST', '/v3/customers/search', search)).body.total_hits, 0);
  });

  test('customers that cannot be are refused', async () => {
    const bad: readonly (readonly [object, RegExp])[] = [
      [{ name: 'A' }, /app_id is required/],
      [{ app_id: 'app-1', name: ' ' }, /name is required/],
      [{ app_id: 'app-1', name: 'A', channel_id: 'else' }, /channel else does not exist/],
      [{ app_id: 'app-1', name: 'A', expires_at: 'soon' }, /expires_at is no time: soon/],
    ];
    for (const [body, reason] of bad) assert.match(refused(await call('POST', '/v3/customer', body)), reason);
  });

  test('custom and default hosts, and no features', async () => {
    sandbox.portal.hostnames.push({
      appId: 'app-2',
      service: 'proxy',
      hostname: 'images.hello.example',
      isDefault: true,
    });
    const custom = await call('GET', '/v3/app/app-2/custom-hostnames');
    assert.deepEqual(
      custom.body.proxy.map((each: { hostname: string; is_default: boolean }) => [
        each.hostname,
        each.is_default,
      ]),
      [['images.hello.example', true]],
    );
    assert.deepEqual(custom.body.registry, []);
    const channel = await call('GET', '/v3/app/app-2/channels');
    assert.equal(channel.body.channels[0].customHostNameOverrides.proxy.hostname, 'images.hello.example');
    assert.equal((await call('GET', `${app}/default-hostnames`)).body.proxy, 'proxy.replicated.com');
    assert.deepEqual((await call('GET', '/v1/apps')).body, []);
    assert.deepEqual((await call('GET', '/v1/user/features')).body, { features: [], futureFeatures: [] });
  });
});

test('whatever was answered is still there after a kill', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-portal-'));
  const copy = `${folder}-copy`;
  const first = await startSandbox({ dataDir: folder });
  try {
    await promoted(first, { 'web.yaml': deployment('web', 'nginx:1.25') });
    const { id } = await customerWithLicense(first);
    await portalCall(first, 'DELETE', '/v3/external_registry/other-ecr');
    // What a killed process leaves: the folder as it is now, not as closing would leave it.
    cpSync(folder, copy, { recursive: true });
    const second = await startSandbox({ dataDir: copy });
    try {
      const channel = await portalCall(second, 'GET', unstable);
      assert.deepEqual(
        [channel.body.channel.releaseSequence, channel.body.channel.currentVersion],
        [1, '1.0.0'],
      );
      const release = await portalCall(second, 'GET', `${app}/release/1`);
      assert.match(JSON.parse(release.body.release.spec)[0].content, /nginx:1\.25/);
      assert.equal((await portalCall(second, 'GET', `/v3/customer/${id}`)).body.customer.name, 'Acme');
      const { body } = await portalCall(second, 'GET', '/v3/external_registries');
      assert.deepEqual(
        body.external_registries.map((each: { slug: string }) => each.slug),
        ['demo-ecr'],
      );
    } finally {
      await second.close();
    }
  } finally {
    await first.close();
    for (const each of [folder, copy]) rmSync(each, { recursive: true, force: true });
  }
});
