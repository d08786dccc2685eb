import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../../sandbox/src/cluster/certificate.ts';
import { type Sandbox, seededDigests, startSandbox } from '../../../sandbox/src/index.ts';
import { clusterCall } from '../../contract/support/cluster.ts';
import { iamCall, userWith } from '../../contract/support/iam.ts';
import { customerWithLicense, deployment, portalCall, promoted } from '../../contract/support/portal.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const proxy = 'proxy.replicated.com/proxy/mysampleecrapp';
const digest = seededDigests.ecr['demo-apps/api']['1.4.2'];

describe('the cluster', () => {
  let sandbox: Sandbox;
  let license: string;
  let customer: string;
  before(async () => {
    sandbox = await startSandbox();
    ({ license, id: customer } = await customerWithLicense(sandbox));
  });
  after(() => sandbox.close());

  const get = (path: string) => clusterCall(sandbox, 'GET', path);
  const install = (more: object = {}) =>
    clusterCall(sandbox, 'POST', '/sandbox/install', { license, ...more });

  /** The containers of the one pod in a namespace: image, what was pulled, and why nothing was. */
  async function containers(namespace: string) {
    const { body } = await get(`/api/v1/namespaces/${namespace}/pods`);
    const [pod] = body.items;
    return {
      secrets: (pod.spec.imagePullSecrets ?? []).map((each: { name: string }) => each.name),
      phase: pod.status.phase,
      all: pod.status.containerStatuses.map(
        (each: {
          image: string;
          imageID: string;
          state: { waiting?: { reason: string; message: string } };
        }) => [
          each.image,
          each.imageID,
          each.state.waiting?.reason ?? 'running',
          each.state.waiting?.message ?? '',
        ],
      ),
    };
  }

  /** Releases one Deployment of one image, installs it in a namespace of its own, and says what became of it. */
  async function fate(namespace: string, image: string, more: object = {}) {
    await promoted(sandbox, { 'web.yaml': deployment('web', image) });
    const made = await install({ namespace, ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const { all } = await containers(namespace);
    const [[shown, imageId, state, message]] = all;
    return { shown, imageId, state, message };
  }

  test('only who has the token may ask, over TLS by the authority of the kubeconfig', async () => {
    const answer = await clusterCall(sandbox, 'GET', '/api/v1/pods', undefined, { token: 'else' });
    assert.deepEqual([answer.status, answer.body.reason], [401, 'Unauthorized']);
    const ca = selfSigned(Date.now()).cert;
    await assert.rejects(clusterCall(sandbox, 'GET', '/version', undefined, { ca }), /certificate/);
    assert.match((await get('/version')).body.gitVersion, /^v1\./);
  });

  test('private images go through the proxy and are what Amazon ECR has; public ones stay', async () => {
    const files = {
      'web.yaml': deployment(
        'web',
        `${ecr}/demo-apps/api:1.4.2`,
        'nginx:1.25',
        `${ecr}/demo-apps/api@${digest}`,
      ),
    };
    await promoted(sandbox, files, 'app-1-unstable', '1.0.0');
    const made = await install({ namespace: 'good' });
    assert.deepEqual([made.status, made.body.versionLabel], [201, '1.0.0']);
    assert.ok(!JSON.stringify(made.body).includes('icense'), 'an installation tells no licence');
    assert.deepEqual(await containers('good'), {
      secrets: ['mysampleecrapp-registry'],
      phase: 'Running',
      all: [
        [`${proxy}/${ecr}/demo-apps/api:1.4.2`, `${proxy}/${ecr}/demo-apps/api@${digest}`, 'running', ''],
        [
          'nginx:1.25',
          `docker.io/library/nginx@${seededDigests.upstream['library/nginx']['1.25']}`,
          'running',
          '',
        ],
        [`${proxy}/${ecr}/demo-apps/api@${digest}`, `${proxy}/${ecr}/demo-apps/api@${digest}`, 'running', ''],
      ],
    });
    const logs = await portalCall(sandbox, 'GET', '/v3/external_registry/logs?endpoint=demo-ecr');
    assert.ok(
      logs.body.logs.some((each: { action: string; image: string; isSuccess: boolean }) => {
        return each.action === 'pull' && each.image === 'demo-apps/api:1.4.2' && each.isSuccess;
      }),
    );
    const { body } = await get('/apis/apps/v1/namespaces/good/deployments/web');
    assert.equal(body.spec.template.spec.containers[0].image, `${proxy}/${ecr}/demo-apps/api:1.4.2`);
    assert.equal(body.metadata.annotations['kots.io/app-slug'], 'mysampleecrapp');
    const secrets = await get('/api/v1/namespaces/good/secrets');
    assert.deepEqual(
      secrets.body.items.map((each: { metadata: { name: string }; type: string; data?: unknown }) => [
        each.metadata.name,
        each.type,
        each.data,
      ]),
      [
        ['mysampleecrapp-registry', 'kubernetes.io/dockerconfigjson', undefined],
        ['kotsadm-replicated-registry', 'kubernetes.io/dockerconfigjson', undefined],
      ],
    );
  });

  test('every way that a pull fails has its own words', async () => {
    const cases: readonly (readonly [string, string, object, RegExp])[] = [
      ['notag', `${ecr}/demo-apps/api:9`, {}, /code = NotFound .*demo-apps\/api:9: not found$/],
      ['norepo', `${ecr}/demo-apps/nowhere:1`, {}, /code = NotFound .*demo-apps\/nowhere:1: not found$/],
      [
        'notlinked',
        '429114214526.dkr.ecr.eu-west-1.amazonaws.com/demo-apps/api:1.4.2',
        {},
        /unexpected status from HEAD request to https:\/\/proxy\.replicated\.com\/v2\/proxy\/mysampleecrapp\/429114214526\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/demo-apps\/api\/manifests\/1\.4\.2: 401 Unauthorized$/,
      ],
      [
        'noplatform',
        `${ecr}/demo-apps/api:1.4.2`,
        { platform: 'linux/s390x' },
        /no match for platform in manifest: not found$/,
      ],
      [
        'nosecret',
        `${ecr}/demo-apps/api:1.4.2`,
        { secrets: 'missing' },
        /failed to fetch anonymous token: .*: 401 Unauthorized$/,
      ],
      [
        'wrongsecret',
        `${ecr}/demo-apps/api:1.4.2`,
        { secrets: 'wrong' },
        /failed to fetch oauth token: .*: 401 Unauthorized$/,
      ],
      [
        'notproxied',
        `${ecr}/demo-apps/api:1.4.2`,
        { overrides: { web: { image: `${ecr}/demo-apps/api:1.4.2` } } },
        /authorization failed: no basic auth credentials$/,
      ],
      ['public', 'nginx:9', {}, /pull access denied|not found/],
    ];
    for (const [namespace, image, more, reason] of cases) {
      const { imageId, state, message } = await fate(namespace, image, more);
      assert.deepEqual([imageId, state], ['', 'ImagePullBackOff'], namespace);
      assert.match(message, reason);
      assert.match(message, /^Back-off pulling image "[^"]+": ErrImagePull: rpc error: /);
      const { body } = await get(`/api/v1/namespaces/${namespace}/events`);
      const reasons = body.items.map((each: { reason: string }) => each.reason);
      const first = namespace === 'nosecret' ? ['FailedToRetrieveImagePullSecret'] : [];
      assert.deepEqual(reasons, [...first, 'Pulling', 'Failed', 'Failed', 'BackOff'], namespace);
    }
  });

  test('a single image for other machines is pulled, and crashes', async () => {
    const image = `${ecr}/demo-apps/amd64-only:1.0.0`;
    assert.equal((await fate('same', image)).state, 'running');
    const other = await fate('other', image, { platform: 'linux/arm64' });
    assert.equal(other.state, 'CrashLoopBackOff');
    assert.match(other.imageId, /@sha256:377e0a0edfecfe0e/);
  });

  test('a licence that has expired or was archived pulls nothing', async () => {
    const image = `${ecr}/demo-apps/api:1.4.2`;
    const old = await customerWithLicense(sandbox, { expires_at: '2020-01-01T00:00:00Z' });
    const expired = await fate('expired', image, { license: old.license });
    assert.match(expired.message, /failed to fetch oauth token: .*: 401 Unauthorized$/);
    assert.equal((await fate('archived', image)).state, 'running');
    await portalCall(sandbox, 'POST', `/v3/customer/${customer}/archive`);
    assert.match((await fate('archived', image)).message, /failed to fetch oauth token: .*: 401/);
    await portalCall(sandbox, 'POST', `/v3/customer/${customer}/unarchive`);
    assert.equal((await fate('archived', image)).state, 'running');
  });

  test('the linked key decides, whoever installs', async () => {
    const key = await userWith(sandbox, 'key', [
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      { Effect: 'Allow', Action: 'ecr:BatchGetImage', Resource: '*' },
    ]);
    await portalCall(sandbox, 'DELETE', '/v3/external_registry/demo-ecr');
    const image = `${ecr}/demo-apps/api:1.4.2`;
    assert.match((await fate('key', image)).message, /: 401 Unauthorized$/);
    const linked = { provider: 'ecr', endpoint: ecr, username: key.id, password: key.secret };
    await portalCall(sandbox, 'POST', '/v3/external_registry', linked);
    assert.equal((await fate('key', image)).state, 'running');
    await iamCall(sandbox, 'DeleteUserPolicy', { UserName: 'key', PolicyName: 'test' });
    assert.match((await fate('key', image)).message, /: 401 Unauthorized$/);
    const Statement = [
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      { Effect: 'Allow', Action: 'ecr:BatchGetImage', Resource: 'arn:aws:ecr:*:*:repository/else' },
    ];
    const PolicyDocument = JSON.stringify({ Statement });
    await iamCall(sandbox, 'PutUserPolicy', { UserName: 'key', PolicyName: 'test', PolicyDocument });
    assert.match((await fate('key', image)).message, /: 403 Forbidden$/);
    const again = { ...linked, username: 'AKIASANDBOXREADONLY0', password: 'sandbox-read-only-secret' };
    await portalCall(sandbox, 'DELETE', `/v3/external_registry/${ecr}`);
    await portalCall(sandbox, 'POST', '/v3/external_registry', { ...again, slug: 'demo-ecr' });
  });

  test('an upgrade takes the place of what was there; overrides are what somebody did by hand', async () => {
    await fate('upgrade', `${ecr}/demo-apps/api:1.4.0`);
    const other = `sha256:${'0'.repeat(64)}`;
    const again = await fate('upgrade', `${ecr}/demo-apps/api:1.4.2`, {
      overrides: { web: { digest: other, pullSecrets: ['kotsadm-replicated-registry'] } },
    });
    assert.equal(again.imageId, `${proxy}/${ecr}/demo-apps/api@${other}`);
    const { secrets, all } = await containers('upgrade');
    assert.deepEqual([secrets, all.length], [['kotsadm-replicated-registry'], 1]);
    const { body } = await get('/sandbox/installations');
    const own = body.installations.filter((each: { namespace: string }) => each.namespace === 'upgrade');
    assert.equal(own.length, 1);
    const channel = await portalCall(sandbox, 'GET', '/v3/app/app-1/channel/app-1-unstable');
    assert.equal(own[0].sequence, channel.body.channel.releaseSequence);
  });

  test('pods of every kind, with what runs before them; charts stand as their values', async () => {
    const kinds = `
kind: StatefulSet
metadata:
  name: db
spec:
  template:
    spec:
      initContainers:
      - image: ${ecr}/demo-apps/worker:0.9.0
        name: first
      containers:
      - { name: db, image: "redis:7" }
---
kind: CronJob
metadata: {name: nightly}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: 'nginx:1.27'}]}}}}}
---
apiVersion: v1
kind: Pod
metadata:
  name: alone
spec:
  containers:
    - name: a
      image: nginx:1.27
`;
    const chart = (version: string): string => `
apiVersion: kots.io/${version}
kind: HelmChart
metadata:
  name: chart-${version}
spec:
  chart:
    name: chart-${version}
  values:
    image:
      registry: ${ecr}
      repository: demo-apps/web
      tag: 2.0.0
`;
    await promoted(sandbox, { 'a.yaml': kinds, 'b.yaml': chart('v1beta1'), 'c.yaml': chart('v1beta2') });
    await install({ namespace: 'kinds' });
    const { body } = await get('/api/v1/namespaces/kinds/pods');
    const found = body.items.map(
      (each: {
        metadata: { name: string };
        spec: { containers: { image: string }[]; imagePullSecrets?: unknown[] };
      }) => [
        each.metadata.name.replace(/-[0-9a-f]{5,10}(-[0-9a-f]{5})?$/, ''),
        each.spec.containers.map(({ image }) => image),
        each.spec.imagePullSecrets?.length ?? 0,
      ],
    );
    assert.deepEqual(found, [
      ['db-0', ['redis:7'], 1],
      ['nightly', ['nginx:1.27'], 1],
      ['alone', ['nginx:1.27'], 1],
      ['chart-v1beta1', [`${proxy}/${ecr}/demo-apps/web:2.0.0`], 1],
      ['chart-v1beta2', [`${ecr}/demo-apps/web:2.0.0`], 0],
    ]);
    const [first] = body.items[0].status.initContainerStatuses;
    assert.match(first.imageID, /demo-apps\/worker@sha256:/);
  });

  test('lists by selector and page, and what is not there', async () => {
    const labelled = await get('/api/v1/namespaces/good/pods?labelSelector=app%3Dweb');
    assert.equal(labelled.body.items.length, 1);
    assert.equal((await get('/api/v1/namespaces/good/pods?labelSelector=app%3Dno')).body.items.length, 0);
    const all = (await get('/api/v1/pods')).body.items.length;
    const first = (await get('/api/v1/pods?limit=2')).body;
    const rest = (await get(`/api/v1/pods?limit=100&continue=${first.metadata.continue}`)).body;
    assert.deepEqual([first.items.length, rest.items.length], [2, all - 2]);
    const missing = await get('/api/v1/namespaces/good/pods/nobody');
    assert.deepEqual([missing.status, missing.body.message], [404, 'pods "nobody" not found']);
    assert.equal((await get('/api/v1/things')).status, 404);
    assert.equal((await get('/api/v1/namespaces/good')).body.kind, 'Namespace');
    assert.equal((await clusterCall(sandbox, 'DELETE', '/api/v1/namespaces/good/pods/x')).status, 405);
  });

  test('faults in the words of Kubernetes', async () => {
    sandbox.quirks.deny.push({ plane: 'cluster', times: 1 });
    const denied = await get('/api/v1/namespaces/good/pods');
    assert.deepEqual(
      [denied.status, denied.body.message],
      [
        403,
        'pods is forbidden: User "sandbox" cannot list resource "pods" in API group "" in the namespace "good"',
      ],
    );
    sandbox.quirks.fail5xx.push({ plane: 'cluster', times: 1 });
    assert.equal((await get('/api/v1/pods')).status, 500);
  });

  test('what cannot be installed is refused with the reason', async () => {
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [null, /"license": a licence file or its id/],
      [{}, /"license": a licence file or its id/],
      [{ license: 'licenseID: nobody' }, /No customer has this licence/],
      [{ license, channel: 'Else' }, /has no channel Else/],
      [{ license, channel: 'Beta' }, /licence of Acme is not for the channel Beta/],
      [{ license, channelSequence: 999 }, /Nothing is promoted to the channel Unstable/],
    ];
    for (const [body, reason] of bad) {
      const answer = await clusterCall(sandbox, 'POST', '/sandbox/install', body);
      assert.equal(answer.status, 400);
      assert.match(answer.body.message, reason);
    }
  });
});

test('pods are still there after a kill, and the kubeconfig leads to them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-cluster-'));
  const copy = `${folder}-copy`;
  const first = await startSandbox({ dataDir: folder });
  try {
    await promoted(first, { 'web.yaml': deployment('web', 'nginx:1.25') });
    const { license } = await customerWithLicense(first);
    assert.equal((await clusterCall(first, 'POST', '/sandbox/install', { license })).status, 201);
    assert.equal(dirname(first.env.KUBECONFIG ?? ''), folder);
    cpSync(folder, copy, { recursive: true });
    const second = await startSandbox({ dataDir: copy });
    try {
      const { body } = await clusterCall(second, 'GET', '/api/v1/namespaces/default/pods');
      assert.deepEqual(
        body.items.map(
          (each: { spec: { containers: { image: string }[] } }) => each.spec.containers[0]?.image,
        ),
        ['nginx:1.25'],
      );
    } finally {
      await second.close();
    }
  } finally {
    await first.close();
    for (const each of [folder, copy]) rmSync(each, { recursive: true, force: true });
  }
});

test('without a folder the kubeconfig goes when the sandbox does', async () => {
  const sandbox = await startSandbox();
  const path = sandbox.env.KUBECONFIG ?? '';
  assert.ok(existsSync(path));
  await sandbox.close();
  assert.ok(!existsSync(path));
});
