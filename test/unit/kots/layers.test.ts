import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type LayerOptions,
  type Layers,
  newLayerMemory,
} from '../../../server/src/core/kots/layers/types.ts';
import { writeLayers } from '../../../server/src/core/kots/layers/write-layers.ts';
import type { Scenario } from '../../../server/src/core/kots/scenario.ts';
import { type Plain, parsePlain, plainAt } from '../../../server/src/core/manifest/plain.ts';
import { scenario } from './support.ts';

const layers = (
  release: Readonly<Record<string, string>>,
  changes: Partial<Scenario> = {},
  options: Partial<LayerOptions> = {},
): Layers =>
  writeLayers(new Map(Object.entries(release)), scenario(changes), {
    renderTemplates: (_, text) => text,
    ...options,
  });

const plain = (text: string | undefined): Plain => {
  const read = parsePlain(text ?? '');
  assert.ok(read.ok);
  return read.value;
};

const pathsOf = ({ files }: Layers, folder: string): string[] =>
  [...files.keys()]
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1));

const deployment = (image: string, more = ''): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n${more}` +
  `spec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: ${image}\n`;

const configMap = (name: string, annotations = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${annotations}`;

test('the guide’s release gets the kustomization that the guide shows', () => {
  const image = '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/nginx';
  const { files } = layers({ 'deployment.yaml': deployment(image) }, { appSlug: 'mysampleecrapp' });
  assert.equal(
    files.get('overlays/midstream/kustomization.yaml'),
    `apiVersion: kustomize.config.k8s.io/v1beta1
bases:
- ../../base
commonAnnotations:
  kots.io/app-slug: mysampleecrapp
images:
- name: ${image}
  newName: proxy.replicated.com/proxy/mysampleecrapp/${image}
kind: Kustomization
patchesStrategicMerge:
- pullsecrets.yaml
resources:
- secret.yaml
transformers:
- backup-label-transformer.yaml
`,
  );
  const rendered = plain(files.get('rendered/this-cluster/web-deployment.yaml'));
  assert.deepEqual(plainAt(rendered, 'spec', 'template', 'spec'), {
    containers: [{ image: `proxy.replicated.com/proxy/mysampleecrapp/${image}`, name: 'web' }],
    imagePullSecrets: [{ name: 'mysampleecrapp-registry' }],
  });
});

test('what annotations exclude is in no base', () => {
  const made = layers({
    'a.yaml': configMap('a', '  annotations:\n    kots.io/exclude: true\n'),
    'b.yaml': configMap('b', '  annotations:\n    kots.io/when: "0"\n'),
    'c.yaml': configMap('c', '  annotations:\n    kots.io/when: "t"\n'),
    // exclude is looked at first.
    'd.yaml': configMap('d', '  annotations:\n    kots.io/exclude: "false"\n    kots.io/when: "false"\n'),
    'e.yaml': configMap('e', '  annotations:\n    kots.io/when: maybe\n'),
  });
  assert.deepEqual(pathsOf(made, 'base'), ['c.yaml', 'd.yaml', 'kustomization.yaml']);
  assert.deepEqual(made.problems, [
    {
      path: 'e.yaml',
      message: 'The annotation kots.io/when is neither true nor false: maybe.',
      effect: 'refused',
    },
  ]);
});

test('what only a customer’s answer brings in or leaves out is shown', () => {
  const annotated = (name: string) => configMap('m', `  annotations:\n    ${name}: "«ConfigOption extra»"\n`);
  for (const name of ['kots.io/when', 'kots.io/exclude']) {
    const made = layers({ 'a.yaml': annotated(name) });
    assert.deepEqual(made.problems, []);
    assert.ok(made.files.has('rendered/this-cluster/m-configmap.yaml'), name);
  }
});

test('documents become files, and the app manager’s own are counted out before', () => {
  const text = `${configMap('a')}--- # next\nkind: Config\napiVersion: kots.io/v1beta1\n---\r\n${configMap('b')}`;
  const made = layers({ 'dir/all.yml': text });
  assert.deepEqual(pathsOf(made, 'base'), ['dir/all.yml', 'dir/all-2.yml', 'kustomization.yaml']);
  assert.deepEqual(pathsOf(made, 'kotsKinds')[0], 'dir/all.yml');
});

test('an object that is there twice patches itself', () => {
  const { files, problems } = layers({
    'a.yaml': `${configMap('a')}data: {x: "1", y: "1"}\n`,
    'b.yaml': `${configMap('a')}data: {y: "2", x: null}\n`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(plainAt(plain(files.get('base/kustomization.yaml')), 'patchesStrategicMerge'), ['b.yaml']);
  assert.deepEqual(plainAt(plain(files.get('rendered/this-cluster/a-configmap.yaml')), 'data'), { y: '2' });
});

test('kustomize takes the empty namespace for the default one, and refuses what is there twice then', () => {
  const made = layers({
    'a.yaml': configMap('a'),
    'b.yaml': configMap('a', '  namespace: default\n'),
    'c.yaml': configMap('c'),
  });
  assert.deepEqual(
    made.problems.map(({ path, effect }) => ({ path, effect })),
    [{ path: 'base/kustomization.yaml', effect: 'refused' }],
  );
});

test('what cannot be read is skipped, and the rest is written', () => {
  const made = layers({
    'bad.yaml': 'a: [',
    'values.yaml': 'a: 1\n',
    'README.md': '# a: [',
    'good.yaml': configMap('a'),
  });
  assert.deepEqual(pathsOf(made, 'skippedFiles'), ['bad.yaml', 'values.yaml', '_index.yaml']);
  assert.ok(made.files.has('rendered/this-cluster/a-configmap.yaml'));
  assert.deepEqual(
    made.problems.map(({ path, effect }) => `${path} ${effect}`),
    ['bad.yaml skipped', 'values.yaml skipped'],
  );
});

test('a file whose templates fail does not hide the others', () => {
  const made = layers(
    { 'bad.yaml': `${configMap('b')}data: {a: 'repl{{ Nope }}'}\n`, 'good.yaml': configMap('a') },
    {},
    { renderTemplates: () => ({ error: 'function "Nope" not defined' }) },
  );
  assert.deepEqual(made.problems, [
    { path: 'bad.yaml', message: 'function "Nope" not defined', effect: 'refused' },
  ]);
  assert.ok(made.files.has('rendered/this-cluster/a-configmap.yaml'));
});

test('an object that stops kustomize does not hide the others', () => {
  const made = layers({ 'bad.yaml': 'apiVersion: v1\nkind: ConfigMap\n', 'good.yaml': configMap('a') });
  assert.deepEqual(made.problems, [
    {
      path: 'base/bad.yaml',
      message: 'The ConfigMap has no metadata.name, which stops kustomize.',
      effect: 'refused',
    },
  ]);
  assert.ok(made.files.has('rendered/this-cluster/a-configmap.yaml'));
});

test('names that lead out of the archive write no file', () => {
  const chart = `apiVersion: kots.io/v1beta2\nkind: HelmChart\nmetadata: {name: c}\nspec:\n  releaseName: ../../../etc\n`;
  const made = layers(
    { 'chart.yaml': chart, 'a.yaml': configMap('../../../../etc/passwd'), '../up.yaml': configMap('b') },
    {},
    { downstreams: ['../../out'] },
  );
  assert.deepEqual(
    [...made.files.keys()].filter((path) => path.split('/').includes('..')),
    [],
  );
  assert.ok(made.problems.some(({ path, effect }) => path.includes('etc') && effect === 'unseen'));
});

test('without a licence and a local registry nothing is looked for, and the secret is empty', () => {
  const { files } = layers({ 'a.yaml': deployment('nginx') }, { licensed: false });
  assert.ok(!files.has('overlays/midstream/pullsecrets.yaml'));
  const secret = plain(files.get('rendered/this-cluster/app-registry-secret.yaml'));
  const config = plainAt(secret, 'data', '.dockerconfigjson');
  assert.equal(Buffer.from(String(config), 'base64').toString(), '{"auths":{}}');
});

test('a local registry takes all images, with its own secret', () => {
  const { files, images } = layers(
    { 'a.yaml': deployment('quay.io/acme/api:1') },
    {
      airgap: true,
      localRegistry: { host: 'reg.corp:5000', namespace: 'team', username: 'üser' },
    },
    { localRegistryPassword: 'pass', namespace: 'ns', appSlug: 'installed' },
  );
  assert.deepEqual(
    images.map(({ path, field, from, to, layer, pullSecret }) => ({
      path,
      field,
      from,
      to,
      layer,
      pullSecret,
    })),
    [
      {
        path: 'base/a.yaml',
        field: 'spec.template.spec.containers[0].image',
        from: 'quay.io/acme/api:1',
        to: 'reg.corp:5000/team/api:1',
        layer: 'overlays/midstream',
        pullSecret: 'installed-registry',
      },
    ],
  );
  const secret = plain(files.get('rendered/this-cluster/installed-registry-secret.yaml'));
  assert.equal(plainAt(secret, 'metadata', 'namespace'), 'ns');
  assert.deepEqual(
    JSON.parse(Buffer.from(String(plainAt(secret, 'data', '.dockerconfigjson')), 'base64').toString()),
    { auths: { 'reg.corp:5000': { auth: Buffer.from('üser:pass').toString('base64') } } },
  );
});

const chart = (optional: string): string =>
  `apiVersion: kots.io/v1beta2\nkind: HelmChart\nmetadata: {name: c}\nspec:\n  chart: {name: c, chartVersion: 1.0.0}\n` +
  `  values:\n    a: {b: 1, c: [1, 2]}\n    d: text\n  optionalValues:\n${optional}`;

test('a chart’s values are merged deeply where it says so, else key by key', () => {
  const valuesOf = (optional: string): Plain =>
    plain(layers({ 'c.yaml': chart(optional) }).files.get('helm/c/values.yaml'));
  const more = 'values: {a: {c: [3], e: 5}, d: {x: 1}}';
  assert.deepEqual(valuesOf(`  - when: "true"\n    recursiveMerge: true\n    ${more}\n`), {
    a: { b: 1, c: [3], e: 5 },
    d: { x: 1 },
  });
  assert.deepEqual(valuesOf(`  - when: "true"\n    ${more}\n`), { a: { c: [3], e: 5 }, d: { x: 1 } });
  assert.deepEqual(valuesOf(`  - when: "false"\n    ${more}\n`), { a: { b: 1, c: [1, 2] }, d: 'text' });
  // A map stays a map where it is merged deeply.
  assert.deepEqual(valuesOf('  - when: "1"\n    recursiveMerge: true\n    values: {a: text}\n'), {
    a: { b: 1, c: [1, 2] },
    d: 'text',
  });
});

test('a chart whose condition is no truth is refused', () => {
  const { problems } = layers({ 'c.yaml': chart('  - when: perhaps\n    values: {}\n') });
  assert.deepEqual(
    problems.map(({ path, effect }) => ({ path, effect })),
    [{ path: 'c.yaml', effect: 'refused' }],
  );
});

test('a v1beta1 chart is not shown, which is said unless a v1beta2 one takes its place', () => {
  const of = (version: string): string =>
    `apiVersion: kots.io/${version}\nkind: HelmChart\nmetadata: {name: c}\nspec:\n  chart: {name: c, chartVersion: 1.0.0}\n`;
  assert.deepEqual(
    layers({ 'one.yaml': of('v1beta1') }).problems.map(({ effect }) => effect),
    ['unseen'],
  );
  assert.deepEqual(layers({ 'one.yaml': of('v1beta1'), 'two.yaml': of('v1beta2') }).problems, []);
});

test('what was read is kept for the next preview and no longer', () => {
  const memory = newLayerMemory();
  const first = layers({ 'a.yaml': deployment('nginx') }, {}, { memory });
  const known = memory.documents.size;
  const read = memory.documents.get(deployment('nginx'));
  const second = layers({ 'a.yaml': deployment('nginx') }, {}, { memory });
  assert.equal(memory.documents.get(deployment('nginx')), read);
  assert.equal(memory.documents.size, known);
  assert.deepEqual([...second.files], [...first.files]);
  layers({}, {}, { memory });
  assert.equal(memory.documents.has(deployment('nginx')), false);
});
