import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startSandbox } from '../../sandbox/src/index.ts';
import { gzipStored } from '../../sandbox/src/seed/gzip.ts';
import { tar } from '../../sandbox/src/seed/tar.ts';
import { portalCall } from './support/portal.ts';
import { callLibrary, noLibrary } from './support/replicated-lib.ts';

test('replicated-lib works with the sandbox’s portal', { skip: noLibrary }, async () => {
  const sandbox = await startSandbox();
  const release = mkdtempSync(join(tmpdir(), 'waybill-lib-'));
  const call = (operation: string, ...args: readonly unknown[]) => callLibrary(sandbox, operation, ...args);
  try {
    assert.deepEqual(await call('getApplicationDetails', 'mysampleecrapp'), {
      name: 'mysampleecrapp',
      id: 'app-1',
      slug: 'mysampleecrapp',
    });
    await assert.rejects(call('getApplicationDetails', 'nowhere'));
    const channel = await call('createChannel', 'mysampleecrapp', 'From The Library');
    assert.equal(channel.slug, 'from-the-library');
    assert.deepEqual(
      (await call('getChannelDetails', 'mysampleecrapp', { slug: 'from-the-library' })).id,
      channel.id,
    );

    writeFileSync(join(release, 'deployment.yaml'), 'kind: Deployment\n');
    mkdirSync(join(release, 'charts'));
    const chart = gzipStored(tar({ 'api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.2.3\n' }));
    writeFileSync(join(release, 'charts', 'api-1.2.3.tgz'), chart);
    const made = await call('createRelease', 'mysampleecrapp', release);
    assert.deepEqual(made, { sequence: 1, charts: [{ name: 'api', version: '1.2.3', status: 'pushed' }] });
    const kept = await portalCall(sandbox, 'GET', '/v3/app/app-1/release/1');
    assert.deepEqual(JSON.parse(kept.body.release.spec), [
      {
        name: 'charts',
        path: 'charts',
        content: '',
        children: [
          {
            name: 'api-1.2.3.tgz',
            path: 'charts/api-1.2.3.tgz',
            content: chart.toString('base64'),
            children: [],
          },
        ],
      },
      { name: 'deployment.yaml', path: 'deployment.yaml', content: 'kind: Deployment\n', children: [] },
    ]);

    await call('promoteRelease', 'mysampleecrapp', channel.id, 1, '1.0.0');
    const after = await call('getChannelDetails', 'mysampleecrapp', { name: 'From The Library' });
    assert.equal(after.releaseSequence, 1);
    await assert.rejects(
      call('promoteRelease', 'mysampleecrapp', 'nowhere', 1, '1.0.0'),
      /404: .*Channel not found/,
    );

    const customer = await call(
      'createCustomer',
      'mysampleecrapp',
      'Acme',
      'a@example.com',
      'prod',
      channel.slug,
      7,
      [{ name: 'seats', value: '5' }],
      true,
    );
    assert.match(customer.license, /^apiVersion: kots\.io\/v1beta1\nkind: License\n/);
    assert.ok(customer.license.includes(`licenseID: "${customer.licenseId}"`));
    await call('archiveCustomer', customer.customerId);
    await call('archiveChannel', 'mysampleecrapp', channel.slug);
    await assert.rejects(call('getChannelDetails', 'mysampleecrapp', { slug: channel.slug }));
  } finally {
    await sandbox.close();
    rmSync(release, { recursive: true, force: true });
  }
});
