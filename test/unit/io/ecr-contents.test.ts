import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { type Sandbox, seededDigests, startSandbox } from '../../../sandbox/src/index.ts';
import { ecrRegistry } from '../../../sandbox/src/store/repository.ts';
import type { Learnt, Question, ScanFindings } from '../../../server/src/core/knowledge/knowledge.ts';
import { readManifest } from '../../../server/src/io/aws/manifest.ts';
import { answersOf, ecrAsker, host } from './support/ask.ts';
import { startFakeEcr } from './support/fake-ecr.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const { ecr } = seededDigests;
const asker = () => ecrAsker(sandbox.url, { env: sandbox.env });
const about = (kind: 'platforms' | 'findings', repository: string, digest: string): Question => ({
  kind,
  image: { host, repository, digest },
});

async function platformsOf(one = asker(), ...questions: readonly Question[]) {
  return (await answersOf(one, questions)).map((answer) => {
    assert.ok(answer.kind === 'platforms');
    return answer.found;
  });
}

async function findingsOf(...questions: readonly Question[]): Promise<Learnt<ScanFindings>[]> {
  return (await answersOf(asker(), questions)).map((answer) => {
    assert.ok(answer.kind === 'findings');
    return answer.found;
  });
}

const operations = (): string[] => sandbox.calls.map(({ operation }) => operation);

/** Puts bytes as a manifest into a new repository and gives their digest. */
function put(name: string, manifest: object): string {
  const repository = sandbox.store.createRepository(ecrRegistry(sandbox.accountId, sandbox.region), name);
  const bytes = Buffer.from(JSON.stringify(manifest));
  return sandbox.store.putManifest(repository, { bytes, mediaType: null, tag: 'x', pushedAt: 0 }).digest;
}

const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

test('platforms of an index come from its list, of an image from its config, by one manifest read for each', async () => {
  const one = asker();
  const questions = [
    about('platforms', 'demo-apps/api', ecr['demo-apps/api']['1.4.2']),
    about('platforms', 'demo-apps/api', ecr['demo-apps/api']['1.4.1']),
    about('platforms', 'demo-apps/amd64-only', ecr['demo-apps/amd64-only']['1.0.0']),
  ];
  const found = await platformsOf(one, ...questions);
  assert.deepEqual(
    found.map(({ value }) => value),
    [['linux/amd64', 'linux/arm64'], ['linux/amd64', 'linux/arm64'], ['linux/amd64']],
  );
  assert.deepEqual(operations().sort(), [
    'BatchGetImage',
    'BatchGetImage',
    'DescribePullThroughCacheRules',
    'GetBlob',
    'GetDownloadUrlForLayer',
  ]);
  const before = operations().length;
  assert.deepEqual(await platformsOf(one, ...questions), found);
  assert.equal(operations().length, before, 'a digest is read once');
});

test('what is no image that runs has no platforms, and neither has what names none', async () => {
  const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: sha('{}'), size: 2 };
  const chart = put('charts/app', { schemaVersion: 2, config, layers: [] });
  const child = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: sha('x'), size: 1 };
  const attestations = put('apps/attested', {
    schemaVersion: 2,
    manifests: [{ ...child, platform: { os: 'unknown', architecture: 'unknown' } }],
  });
  const found = await platformsOf(
    asker(),
    about('platforms', 'charts/app', chart),
    about('platforms', 'apps/attested', attestations),
    about('platforms', 'demo-apps/api', sha('nothing')),
  );
  assert.deepEqual(
    found.map(({ value }) => value),
    [null, null, null],
  );
  assert.match(found[0]?.reason ?? '', /no image that runs, but application\/vnd\.cncf\.helm/);
  assert.match(found[1]?.reason ?? '', /names no platforms/);
  assert.match(found[2]?.reason ?? '', /Requested image not found/);
});

for (const [fault, times] of [
  ['corrupt', 1],
  ['cut', 1],
] as const)
  test(`a config that arrives ${fault} is not believed`, async () => {
    const rule = { plane: 'storage', times, afterBytes: 10 } as const;
    sandbox.quirks[fault].push(rule as never);
    const question = about('platforms', 'demo-apps/amd64-only', ecr['demo-apps/amd64-only']['1.0.0']);
    const [found] = await platformsOf(asker(), question);
    assert.equal(found?.value, null);
    const [again] = await platformsOf(asker(), question);
    assert.deepEqual(again?.value, ['linux/amd64']);
  });

test('a manifest whose digest is another (moto) is not believed', async () => {
  const digest = sha('another');
  const server = await startFakeEcr(({ operation }) =>
    operation === 'BatchGetImage'
      ? {
          status: 200,
          body: {
            images: [
              { imageId: { imageDigest: digest }, imageManifest: '{"schemaVersion":2,"manifests":[]}' },
            ],
          },
        }
      : { status: 200, body: { pullThroughCacheRules: [] } },
  );
  try {
    const [found] = await platformsOf(ecrAsker(server.url), about('platforms', 'app', digest));
    assert.equal(found?.value, null);
    assert.match(found?.reason ?? '', /is not the content of/);
  } finally {
    await server.close();
  }
});

test('without the permission to pull, platforms are not known, and why is said', async () => {
  sandbox.quirks.deny.push({ operation: 'BatchGetImage' });
  const [found] = await platformsOf(
    asker(),
    about('platforms', 'demo-apps/api', ecr['demo-apps/api']['1.4.2']),
  );
  assert.equal(found?.value, null);
  assert.match(found?.reason ?? '', /not authorized to perform: ecr:BatchGetImage/);
});

test('findings of basic scanning, of enhanced scanning by way of the first image, and none', async () => {
  const found = await findingsOf(
    about('findings', 'demo-apps/amd64-only', ecr['demo-apps/amd64-only']['1.0.0']),
    about('findings', 'demo-apps/api', ecr['demo-apps/api']['1.4.2']),
    about('findings', 'demo-apps/api', ecr['demo-apps/api']['1.4.1']),
    about('findings', 'demo-apps/archived', ecr['demo-apps/archived']['1.0.0']),
  );
  const at = Date.parse('2026-01-01T00:00:00Z');
  const when = { completedAt: at, sourceUpdatedAt: at };
  assert.deepEqual(
    found.map(({ value }) => value),
    [
      { scanner: 'basic', counts: { critical: 1, high: 3, medium: 7 }, ...when },
      { scanner: 'enhanced', counts: { high: 2, low: 1 }, ...when },
      null,
      null,
    ],
  );
  assert.match(found[2]?.reason ?? '', /not scanned/);
  assert.match(found[3]?.reason ?? '', /IMAGE_ARCHIVED/);
});

test('findings that may not be read are not known', async () => {
  sandbox.quirks.deny.push({ operation: 'DescribeImageScanFindings' });
  const [found] = await findingsOf(about('findings', 'demo-apps/api', ecr['demo-apps/api']['1.4.2']));
  assert.equal(found?.value, null);
  assert.match(found?.reason ?? '', /not authorized/);
});

for (const [status, reason] of [
  ['IN_PROGRESS', /still scanning/],
  ['PENDING', /still scanning/],
  ['FAILED', /FAILED: why/],
  ['UNSUPPORTED_IMAGE', /UNSUPPORTED_IMAGE/],
  ['SCAN_ELIGIBILITY_EXPIRED', /SCAN_ELIGIBILITY_EXPIRED/],
  ['FINDINGS_UNAVAILABLE', /FINDINGS_UNAVAILABLE/],
  ['LIMIT_EXCEEDED', /LIMIT_EXCEEDED/],
] as const)
  test(`a scan that is ${status} has no findings`, async () => {
    const server = await startFakeEcr(() => ({
      status: 200,
      body: { imageScanStatus: { status, description: 'why' }, imageScanFindings: {} },
    }));
    try {
      const [answer] = await answersOf(ecrAsker(server.url), [about('findings', 'app', sha('x'))]);
      assert.ok(answer?.kind === 'findings');
      assert.equal(answer.found.value, null);
      assert.match(answer.found.reason, reason);
    } finally {
      await server.close();
    }
  });

test('variants are part of a platform, and nonsense is no manifest', () => {
  const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
  const text = JSON.stringify({ schemaVersion: 2, manifests: [{ digest: sha('x'), platform }, 7, null] });
  assert.deepEqual(readManifest(text), {
    kind: 'index',
    children: [{ digest: sha('x'), platform: 'linux/arm/v7' }],
  });
  for (const nonsense of ['', '7', 'null', '[]', '{}', '{"schemaVersion":1}', '{"schemaVersion":2}'])
    assert.equal(readManifest(nonsense), null, nonsense);
});
