import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLoose } from '../../../server/src/core/image/loose.ts';
import { deployed, deployedIn, planDeployment } from '../../../server/src/core/kots/deployment.ts';
import { isKotsKind } from '../../../server/src/core/kots/kinds.ts';
import { downstreamKustomization, midstreamKustomization } from '../../../server/src/core/kots/midstream.ts';
import { namedImage } from '../../../server/src/core/kots/names.ts';
import { rewriteEntries } from '../../../server/src/core/kots/rewrite.ts';
import { assumedPrivacy, registryProxyInfo, scenarioOf } from '../../../server/src/core/kots/scenario.ts';
import { scenario } from './support.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const digest = `sha256:${'ab'.repeat(32)}`;

const context = {
  app: 'mysampleecrapp',
  proxyDomain: 'proxy.replicated.com',
  registryDomain: 'registry.replicated.com',
  installers: ['kots'],
  proxyPublicImages: false,
} as const;
const usual = scenarioOf(context);

test('the guide’s second release is pulled from ECR through the proxy', () => {
  const image = `${ecr}/demo-apps/nginx`;
  const found = deployed(usual, image);
  assert.deepEqual(
    { ...found, reason: null },
    {
      image: `proxy.replicated.com/proxy/mysampleecrapp/${image}`,
      host: 'proxy.replicated.com',
      pullSecret: 'mysampleecrapp-registry',
      layer: 'overlays/midstream',
      entry: { name: image, newName: `proxy.replicated.com/proxy/mysampleecrapp/${image}` },
      assumed: false,
      reason: null,
    },
  );
  assert.match(found?.reason ?? '', /private.*through the proxy/);
});

test('the guide’s midstream kustomization comes out to the letter', () => {
  const { entries } = rewriteEntries(usual, [`${ecr}/demo-apps/nginx`]);
  assert.equal(
    midstreamKustomization({ appSlug: 'mysampleecrapp', entries, hasImages: true }),
    `apiVersion: kustomize.config.k8s.io/v1beta1
bases:
- ../../base
commonAnnotations:
  kots.io/app-slug: mysampleecrapp
images:
- name: ${ecr}/demo-apps/nginx
  newName: proxy.replicated.com/proxy/mysampleecrapp/${ecr}/demo-apps/nginx
kind: Kustomization
patchesStrategicMerge:
- pullsecrets.yaml
resources:
- secret.yaml
transformers:
- backup-label-transformer.yaml
`,
  );
});

test('the midstream leaves out what is empty and quotes what would be read as something else', () => {
  const text = midstreamKustomization({ appSlug: '007', entries: [], hasImages: false });
  assert.ok(!text.includes('images:') && !text.includes('patchesStrategicMerge'), text);
  assert.match(text, /kots\.io\/app-slug: "007"\n/);
  assert.match(
    midstreamKustomization({ appSlug: 'a', entries: [{ name: '123', newName: 'x/y' }], hasImages: true }),
    /- name: "123"\n {2}newName: x\/y\n/,
  );
  assert.match(downstreamKustomization(), /bases:\n- \.\.\/\.\.\/midstream\n/);
});

test('the guide’s first release stays, because Docker Hub is taken to be public', () => {
  const found = deployed(usual, 'nginx');
  assert.equal(found?.image, 'nginx');
  assert.equal(found?.host, 'docker.io');
  assert.equal(found?.layer, 'base');
  assert.equal(found?.assumed, true);
  assert.match(found?.reason ?? '', /taken to be public/);
  assert.equal(found?.pullSecret, 'mysampleecrapp-registry', 'every object with an image gets the secret');
});

test('only what could come out otherwise is assumed', () => {
  const assumed = (image: string, changes = {}): boolean | undefined =>
    deployed({ ...usual, ...changes }, image)?.assumed;
  assert.equal(assumed('registry.acme.com/api:1'), true);
  assert.equal(assumed('proxy.replicated.com/proxy/mysampleecrapp/quay.io/a/b'), false);
  assert.equal(assumed('registry.replicated.com/app/img:1'), false);
  assert.equal(assumed('index.docker.io/acme/api'), false, 'it is not rewritten either way');
  assert.equal(assumed('nginx', { airgap: true }), false);
  assert.equal(assumed('nginx', { localRegistry: { host: 'r', namespace: '', username: null } }), false);
  assert.equal(assumed('nginx', { isPrivate: () => ({ private: false, assumed: false }) }), false);
});

test('an app that is not known leaves a stand-in and says that it is assumed', () => {
  const found = deployed({ ...usual, appSlug: null }, `${ecr}/a/b:1`);
  assert.equal(found?.image, `proxy.replicated.com/proxy/APP_SLUG/${ecr}/a/b:1`);
  assert.equal(found?.assumed, true);
  assert.equal(deployed({ ...usual, appSlug: null }, 'nginx:1')?.image, 'nginx:1');
});

test('a tag that CI fills in is carried along', () => {
  const loose = parseLoose(`${ecr}/a/b:$TAG`);
  assert.ok(loose.ok);
  const named = namedImage(loose.reference);
  assert.equal(deployed(usual, named)?.image, `proxy.replicated.com/proxy/mysampleecrapp/${ecr}/a/b:$TAG`);
  const open = parseLoose('quay.io/a/b:$TAG');
  assert.ok(open.ok);
  assert.equal(deployed(usual, namedImage(open.reference))?.image, 'quay.io/a/b:$TAG');
});

test('a local registry flattens names, and two that fall together show in one plan', () => {
  const local = scenario({ localRegistry: { host: 'reg:5000', namespace: 'ns', username: null } });
  const plan = planDeployment(local, ['nginx', 'quay.io/other/nginx:2']);
  assert.equal(deployedIn(plan, 'nginx')?.image, 'reg:5000/ns/nginx');
  assert.equal(deployedIn(plan, 'quay.io/other/nginx:2')?.image, 'reg:5000/ns/nginx:2');
  assert.equal(deployedIn(plan, 'nginx')?.host, 'reg:5000');
});

test('the first spelling in sort order decides for all spellings', () => {
  const plan = planDeployment(scenario(), ['myorg/p:1', 'docker.io/myorg/p:2']);
  assert.equal(deployedIn(plan, 'myorg/p:1')?.image, 'proxy.replicated.com/proxy/app/docker.io/myorg/p:1');
});

test('what the app manager does not look at stays, unless an entry for another image reaches it', () => {
  const image = `${ecr}/a/b:1`;
  const at = (field: string) => ({ place: 'unseen-container', kind: 'Widget', field }) as const;
  const alone = planDeployment(scenario(), []);
  assert.equal(deployedIn(alone, image, at('spec.pod.containers[0].image'))?.image, image);
  const both = planDeployment(scenario(), [image]);
  const reached = deployedIn(both, image, at('spec.pod.containers[0].image'));
  assert.equal(reached?.image, `proxy.replicated.com/proxy/app/${image}`);
  assert.equal(reached?.pullSecret, null);
  assert.equal(deployedIn(both, image, at('spec.ephemeralContainers[0].image'))?.image, image);
});

test('charts and places that nothing is pulled from', () => {
  const image = `${ecr}/a/b:1`;
  const plan = planDeployment(scenario(), [image]);
  assert.equal(deployedIn(plan, image, { place: 'chart-v1beta2' })?.image, image);
  assert.equal(deployedIn(plan, image, { place: 'chart-v1beta2' })?.pullSecret, null);
  assert.equal(deployedIn(plan, image, { place: 'chart-v1beta1' })?.layer, 'overlays/midstream');
  for (const place of ['additional-image', 'excluded-image', 'builder', 'kustomization'] as const)
    assert.equal(deployedIn(plan, image, { place }), null);
  assert.equal(deployedIn(plan, 'a b'), null);
});

test('Helm and Embedded Cluster 3 leave manifests as they are', () => {
  for (const installer of ['helm', 'embedded-cluster-3'] as const) {
    const found = deployed(scenario({ installer }), `${ecr}/a/b:1`);
    assert.deepEqual([found?.image, found?.pullSecret, found?.assumed], [`${ecr}/a/b:1`, null, false]);
  }
});

test('collectors are rewritten by other code, which takes a digest for a tag', () => {
  const place = { place: 'collector' } as const;
  const online = planDeployment(scenario(), []);
  assert.equal(
    deployedIn(online, 'quay.io/a/b:1', place)?.image,
    'proxy.replicated.com/proxy/app/quay.io/a/b:1',
  );
  assert.equal(
    deployedIn(online, `quay.io/a/b@${digest}`, place)?.image,
    `proxy.replicated.com/proxy/app/quay.io/a/b:${digest.slice(7)}`,
  );
  assert.equal(
    deployedIn(online, 'registry.replicated.com/app/a:1', place)?.image,
    'registry.replicated.com/app/a:1',
  );
  const local = planDeployment(
    scenario({ localRegistry: { host: 'reg', namespace: 'ns', username: null } }),
    [],
  );
  assert.equal(deployedIn(local, `quay.io/a/b:1@${digest}`, place)?.image, `reg/ns/b:1@${digest}`);
  assert.equal(deployedIn(local, 'reg/other/b:1', place)?.image, 'reg/other/b:1');
  const open = planDeployment(scenario({ isPrivate: () => ({ private: false, assumed: true }) }), []);
  assert.equal(deployedIn(open, 'quay.io/a/b:1', place)?.image, 'quay.io/a/b:1');
});

test('a proxy name written into a release with a custom proxy domain is proxied twice', () => {
  const custom = scenario({ proxyDomain: 'proxy.acme.com', registryDomain: 'registry.acme.com' });
  assert.equal(
    deployed(custom, 'proxy.replicated.com/proxy/app/quay.io/x/y:1')?.image,
    'proxy.acme.com/proxy/app/proxy.replicated.com/proxy/app/quay.io/x/y:1',
  );
  const own = deployed(custom, 'registry.replicated.com/app/img:1');
  assert.equal(own?.image, 'registry.acme.com/app/img:1');
  assert.match(own?.reason ?? '', /registry\.acme\.com/);
});

test('hosts are taken from the first that names them', () => {
  const staging = {
    upstream: 'registry.replicated.com',
    registry: 'registry.staging.replicated.com',
    proxy: 'proxy.staging.replicated.com',
  };
  assert.deepEqual(registryProxyInfo({ licenseEndpoint: 'https://staging.replicated.app' }), staging);
  assert.equal(
    registryProxyInfo({ licenseEndpoint: 'https://staging.replicated.app.evil.example' }).proxy,
    'proxy.replicated.com',
  );
  const application = { proxy: 'proxy.app', registry: 'registry.app' };
  const installation = { proxy: 'proxy.inst' };
  assert.deepEqual(registryProxyInfo({ application, installation }), {
    upstream: 'registry.replicated.com',
    registry: 'registry.app',
    proxy: 'proxy.inst',
  });
  const half = { proxy: 'proxy.ec' };
  assert.equal(registryProxyInfo({ embeddedCluster: half, application }).proxy, 'proxy.app');
  assert.equal(
    registryProxyInfo({ embeddedCluster: { ...half, registry: 'r.ec' }, application }).proxy,
    'proxy.ec',
  );
});

test('what nobody was asked about is assumed by its registry', () => {
  const of = (image: string) => assumedPrivacy(image, context);
  assert.deepEqual(of(`${ecr}/a/b:1`), { private: true, assumed: false });
  assert.deepEqual(of('proxy.replicated.com/proxy/app/x'), { private: true, assumed: false });
  assert.deepEqual(of('quay.io/a/b:{{ tag }}'), { private: false, assumed: true });
  assert.deepEqual(of('registry.acme.com/a/b'), { private: true, assumed: true });
});

test('the app manager keeps its own kinds', () => {
  assert.ok(isKotsKind('kots.io/v1beta1', 'Config'));
  assert.ok(isKotsKind('velero.io/v1', 'Backup'));
  assert.ok(!isKotsKind('velero.io/v1', 'Schedule'));
  assert.ok(!isKotsKind('apps/v1', 'Deployment'));
});
