import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Customer, layersOf, type Preview } from '../../../server/src/core/features/layers.ts';
import { deployedText, isReadable, midstreamText } from '../../../server/src/core/features/preview.ts';
import { releaseLayers } from '../../../server/src/core/features/release-layers.ts';
import {
  changesOf,
  customerOf,
  type ScenarioChoice,
} from '../../../server/src/core/features/scenario-choice.ts';
import { templatesOf } from '../../../server/src/core/kots/functions/templates.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';
import type { SaidOfWorld } from '../../support/world.ts';

const previewOf = (
  files: Readonly<Record<string, string>>,
  choice: ScenarioChoice = {},
  { texts = {}, world }: { texts?: Parameters<typeof customerOf>[1]; world?: SaidOfWorld } = {},
): Preview => {
  const { snapshot } = sessionOf(files, world, { templates: templatesOf });
  const [release] = snapshot.releases;
  assert.ok(release);
  const customer: Customer = customerOf(choice, texts);
  return layersOf(snapshot, release, changesOf(choice), customer);
};

const proxied = `proxy.replicated.com/proxy/acme/${ecr}`;
const config = (name: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data:
  channel: repl{{ ChannelName }}
`;

test('the kustomization is the one that the app manager writes for the ECR guide', () => {
  const preview = previewOf({
    '.waybill.yaml': `app: mysampleecrapp\n`,
    'deployment.yaml': pod(`${ecr}/demo-apps/nginx`),
  });
  assert.equal(
    midstreamText(preview),
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

test('what becomes of a file are its objects as kustomize makes them, in the order of the documents', () => {
  const preview = previewOf({
    'web.yaml': `# ours\n${pod(`${ecr}/demo-apps/web:2.0.0`)}---\n${config('a')}`,
    'other.yaml': config('other'),
  });
  const [web, map] = (deployedText(preview, 'web.yaml') ?? '').split('---\n');
  assert.equal(
    web,
    `apiVersion: v1
kind: Pod
metadata:
  annotations:
    kots.io/app-slug: acme
  labels:
    kots.io/app-slug: acme
    kots.io/backup: velero
  name: web
spec:
  containers:
  - image: ${proxied}/demo-apps/web:2.0.0
    name: c0
  imagePullSecrets:
  - name: acme-registry
`,
  );
  assert.match(map ?? '', /^apiVersion: v1\ndata:\n {2}channel: .*\nkind: ConfigMap\n/);
});

test('what is only assumed is said first, until a registry has said it', () => {
  const files = { 'web.yaml': pod('nginx:1.27'), 'other.yaml': config('other') };
  const assumed = /^# Assumed: nginx:1\.27: It is taken to be public/;
  assert.match(deployedText(previewOf(files), 'web.yaml') ?? '', assumed);
  assert.match(midstreamText(previewOf(files)), assumed);
  assert.match(deployedText(previewOf(files), 'other.yaml') ?? '', /^apiVersion/);
  assert.equal(releaseLayers(previewOf(files), {}).assumed.length, 1);
});

test('a file that cannot be rendered says why, and hides no other', () => {
  const preview = previewOf({
    'bad.yaml': `${config('bad')}  x: 'repl{{ NoSuchFunction }}'\n`,
    'nameless.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
    'half.yaml': `${config('half')}---\nnot: [closed\n`,
    'web.yaml': pod(`${ecr}/demo-apps/web:2.0.0`),
  });
  assert.match(
    deployedText(preview, 'bad.yaml') ?? '',
    /^# The app manager refuses the version: .*NoSuchFunction.*\n# Nothing of this file is installed\.\n$/,
  );
  // As far as it comes: into base.
  assert.match(
    deployedText(preview, 'nameless.yaml') ?? '',
    /^# The app manager refuses the version: .*no metadata\.name.*\napiVersion: v1\nkind: ConfigMap\nmetadata: \{\}\n$/,
  );
  assert.match(deployedText(preview, 'half.yaml') ?? '', /^# Left out: .*\napiVersion/);
  assert.match(deployedText(preview, 'web.yaml') ?? '', /^apiVersion: v1\nkind: Pod\n/);
  assert.deepEqual(
    releaseLayers(preview, {})
      .problems.map(({ source, effect }) => `${source} ${effect}`)
      .sort(),
    ['bad.yaml refused', 'half.yaml skipped', 'nameless.yaml refused'],
  );
});

test('what a file was before stays while it is no YAML, and it is said that it does', () => {
  const preview = (text: string) => previewOf({ 'web.yaml': text, 'other.yaml': config('other') });
  const before = deployedText(preview(pod(`${ecr}/web:1`)), 'web.yaml');
  const typed = preview(`${pod(`${ecr}/web:1`)}      image: "half\n`);
  assert.equal(isReadable(typed, 'web.yaml'), false);
  const [wrong, stale, ...rest] = (deployedText(typed, 'web.yaml', before) ?? '').split('\n');
  assert.match(wrong ?? '', /^# Left out: /);
  assert.equal(stale, '# Below is what it was before.');
  assert.equal(rest.join('\n'), before);
  assert.equal(deployedText(typed, 'other.yaml', before), deployedText(typed, 'other.yaml'));
});

test('what the app manager keeps to itself is shown as it reads it', () => {
  const application = (title: string) =>
    `apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: acme\nspec:\n  title: ${title}\n`;
  const preview = previewOf(
    { 'app.yaml': application('repl{{ ChannelName }}'), 'web.yaml': pod('nginx:1') },
    { channel: 'Beta' },
  );
  assert.equal(deployedText(preview, 'app.yaml'), application('Beta'));
  assert.equal(deployedText(preview, '.waybill.yaml'), null);
});

test('every file of a layer knows where it comes from', () => {
  const { files, scenario } = releaseLayers(
    previewOf({
      'app/.replicated': '',
      'app/web.yaml': `${pod(`${ecr}/demo-apps/web:2.0.0`)}---\n${config('a')}`,
      'app/chart.yaml': `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: db }
spec:
  chart: { name: db, chartVersion: 1.0.0 }
  values: { a: 1 }
`,
    }),
    {},
  );
  const from = Object.fromEntries(files.map(({ path, source }) => [path, source]));
  assert.equal(scenario, 'KOTS · online');
  assert.equal(from['upstream/app/web.yaml'], 'app/web.yaml');
  assert.equal(from['base/app/web-2.yaml'], 'app/web.yaml');
  assert.equal(from['rendered/this-cluster/a-configmap.yaml'], 'app/web.yaml');
  assert.equal(from['kotsKinds/app/chart.yaml'], 'app/chart.yaml');
  assert.equal(from['helm/db/values.yaml'], 'app/chart.yaml');
  assert.equal(from['overlays/midstream/kustomization.yaml'], null);
  assert.equal(from['rendered/this-cluster/acme-registry-secret.yaml'], null);
});

test('the scenario changes what is installed, and is said in a few words', () => {
  const files = { 'web.yaml': pod(`${ecr}/demo-apps/web:2.0.0`), 'map.yaml': config('a') };
  const choice: ScenarioChoice = {
    installer: 'embedded-cluster-2',
    airgap: true,
    localRegistry: 'registry.corp:5000',
    localRegistryNamespace: 'team',
    channel: 'Beta',
    license: 'customers/acme.yaml',
  };
  const preview = previewOf(files, choice);
  assert.match(deployedText(preview, 'web.yaml') ?? '', /image: registry\.corp:5000\/team\/web:2\.0\.0\n/);
  assert.match(deployedText(preview, 'map.yaml') ?? '', /channel: Beta\n/);
  assert.equal(
    releaseLayers(preview, choice).scenario,
    'Embedded Cluster 2 · air gap · registry.corp:5000/team · Beta · acme.yaml',
  );
});

test('variables of CI are filled in where images are named, and what has no value refuses nothing', () => {
  const preview = previewOf({
    '.waybill.yaml': 'app: acme\nvariables: { TAG: 1.2.3, HOST: quay.io }\n',
    'pod.yaml': pod(
      `${ecr}/demo-apps/api:\${TAG}`,
      `"$HOST/acme/web:__TAG__"`,
      `${ecr}/demo-apps/worker:$WORKER`,
      '$WHOLE',
      `&same ${ecr}/demo-apps/same:$TAG`,
      '*same',
      'Nginx:$TAG',
    ),
    'map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map }\ndata: { run: "echo $TAG" }\n',
  });
  const rendered = preview.files.get('rendered/this-cluster/web-pod.yaml') ?? '';
  assert.deepEqual(
    [...rendered.matchAll(/image: (\S+)/g)].map(([, image]) => image),
    [
      `${proxied}/demo-apps/api:1.2.3`,
      'quay.io/acme/web:1.2.3',
      `${ecr}/demo-apps/worker:$WORKER`,
      '$WHOLE',
      `${proxied}/demo-apps/same:1.2.3`,
      `${proxied}/demo-apps/same:1.2.3`,
      'Nginx:1.2.3',
    ],
  );
  // A script is nobody's image.
  assert.match(preview.files.get('base/map.yaml') ?? '', /echo \$TAG/);
  assert.deepEqual(
    preview.problems.map(({ message, effect }) => [message.split(' ', 1)[0], effect]),
    [
      [`${ecr}/demo-apps/worker:$WORKER`, 'unseen'],
      ['$WHOLE', 'unseen'],
      ['A', 'refused'],
    ],
  );
  assert.ok(
    preview.files.get('overlays/midstream/kustomization.yaml')?.includes(`- name: ${ecr}/demo-apps/worker\n`),
  );
});

test('a part of an image that only a customer knows refuses nothing', () => {
  const preview = previewOf({ 'pod.yaml': pod(`'${ecr}/demo-apps/api:repl{{ LicenseFieldValue "tag" }}'`) });
  assert.deepEqual(preview.problems, []);
  assert.deepEqual(preview.unknown, ['LicenseFieldValue "tag"']);
});

test('a Config may share its file with other kinds', () => {
  const preview = previewOf({
    'app.yaml': `apiVersion: kots.io/v1beta1
kind: Application
metadata: { name: acme }
---
apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: acme }
spec: { groups: [{ name: a, items: [{ name: tag, type: text, default: "1.0" }] }] }
`,
    'map.yaml': config('a').replace('repl{{ ChannelName }}', `'repl{{ ConfigOption "tag" }}'`),
  });
  assert.match(preview.files.get('base/map.yaml') ?? '', /channel: '1\.0'/);
});
