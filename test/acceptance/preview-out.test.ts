import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments, parseDocument, type YAMLMap } from 'yaml';
import { root } from '../support/paths.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';

const release = {
  '.waybill.yaml': config,
  'config.yaml': `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: acme }
spec:
  groups:
    - name: a
      items:
        - { name: replicas, type: text, default: "2" }
        - { name: host, type: text }
`,
  'pod.yaml': pod(`${ecr}/demo-apps/api:1.4.2`, 'nginx:1.27'),
  'map.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
  replicas: 'repl{{ ConfigOption "replicas" }}'
  host: 'repl{{ ConfigOption "host" }}'
  seats: 'repl{{ LicenseFieldValue "seats" }}'
`,
};
const run = (...args: string[]) => waybill(['preview', ...args]);
const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

test('--out writes the layers that the app manager writes, and says what only a customer knows', async () => {
  const [folder, out] = [folderWith(release), join(folderWith(), 'out')];
  const { code, stderr } = await run(folder, '--out', out);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Only a customer knows.*ConfigOption "host", LicenseFieldValue "seats"/);
  assert.match(read(out, 'overlays/midstream/kustomization.yaml'), /kots\.io\/app-slug: acme/);
  const rendered = read(out, 'rendered/this-cluster/acme-pod.yaml');
  assert.match(
    rendered,
    new RegExp(`image: proxy\\.replicated\\.com/proxy/acme/${ecr}/demo-apps/api:1\\.4\\.2`),
  );
  assert.match(rendered, /image: nginx:1\.27\n/);
  assert.match(rendered, /imagePullSecrets:\n\s*- name: acme-registry/);
  const map = read(out, 'rendered/this-cluster/settings-configmap.yaml');
  assert.match(map, /replicas: "2"/);
  assert.match(map, /seats: «LicenseFieldValue "seats"»/);
  assert.ok(!existsSync(join(out, 'upstream/.waybill.yaml')));
});

test('a customer, and a registry of theirs, change what is written', async () => {
  const [folder, out] = [folderWith(release), join(folderWith(), 'out')];
  const files = folderWith({
    'values.yaml':
      'apiVersion: kots.io/v1beta1\nkind: ConfigValues\nmetadata: { name: acme }\nspec: { values: { host: { value: db.corp } } }\n',
    'license.yaml':
      'apiVersion: kots.io/v1beta1\nkind: License\nmetadata: { name: acme }\nspec: { licenseID: abc, appSlug: acme, entitlements: { seats: { value: 7 } } }\n',
  });
  const { code, stderr } = await run(
    ...[folder, '--out', out, '--airgap', '--local-registry', 'reg.corp:5000'],
    ...['--local-registry-namespace', 'team', '--namespace', 'apps', '--downstream', 'site'],
    ...['--config', join(files, 'values.yaml'), '--license', join(files, 'license.yaml')],
  );
  assert.equal(code, 0, stderr);
  assert.match(read(out, 'rendered/site/acme-pod.yaml'), /image: reg\.corp:5000\/team\/api:1\.4\.2/);
  const map = read(out, 'rendered/site/settings-configmap.yaml');
  assert.match(map, /host: db\.corp/);
  assert.match(map, /seats: "7"/);
  assert.match(read(out, 'overlays/midstream/secret.yaml'), /namespace: apps/);
});

test('what the app manager would refuse is named, and the rest is written', async () => {
  const out = join(folderWith(), 'out');
  const folder = folderWith({ ...release, 'bad.yaml': "a: 'repl{{ NoSuchFunction }}'\n" });
  const { code, stderr } = await run(folder, '--out', out);
  assert.equal(code, 1);
  assert.match(stderr, /bad\.yaml: refused: .*function "NoSuchFunction" not defined/);
  assert.ok(existsSync(join(out, 'rendered/this-cluster/acme-pod.yaml')));
});

test('--out replaces only what an earlier preview wrote', async () => {
  const [folder, out] = [folderWith(release), folderWith()];
  assert.equal((await run(folder, '--out', out)).code, 0);
  rmSync(join(folder, 'map.yaml'));
  assert.equal((await run(folder, '--out', out)).code, 0);
  assert.ok(!existsSync(join(out, 'base/map.yaml')));
  const other = folderWith();
  mkdirSync(join(other, 'a'));
  writeFileSync(join(other, 'a/precious'), 'kept');
  const { code, stderr } = await run(folder, '--out', other);
  assert.equal(code, 2);
  assert.match(stderr, /holds other files/);
  assert.equal(read(other, 'a/precious'), 'kept');
});

const cases = join(root, '../shared/corpus/kots-pull-cases');
/** What the app manager takes out of charts' archives, which a preview does not open yet. */
const inArchives = new Set(['kotsKinds/helm-preflight.yaml']);
const due =
  /^(?:base\/|overlays\/|kotsKinds\/|helm\/[^/]+\/values\.yaml$|rendered\/this-cluster\/[^/]+\.yaml$)(?!.*userdata\/installation)/;

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
/** As YAML: neither the order of keys nor, as for pull secrets, that of documents counts. */
const meant = (text: string): string[] =>
  parseAllDocuments(text)
    .map((document) => JSON.stringify(sorted(document.toJS())))
    .sort();
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
};

for (const name of existsSync(cases) ? readdirSync(cases) : [])
  test(`what KOTS itself wrote for ${name} is written`, async () => {
    const [given, want] = [join(cases, name, 'upstream'), join(cases, name, 'wantResults')];
    const folder = folderWith();
    cpSync(given, folder, { recursive: true });
    rmSync(join(folder, 'userdata'), { recursive: true, force: true });
    const ofCustomer = (['config', 'license'] as const).flatMap((what) => {
      const path = join(given, `userdata/${what}.yaml`);
      return existsSync(path) ? [`--${what}`, path] : [];
    });
    const settings = parseDocument(readFileSync(join(cases, name, 'testcase.yaml'), 'utf8'));
    const registry = settings.getIn(['PullOptions', 'RewriteImageOptions']) as YAMLMap | undefined;
    const flags = ['Hostname', 'Namespace', 'Username', 'Password'].flatMap((what) => {
      const value = registry?.get(what);
      const flag = what === 'Hostname' ? '--local-registry' : `--local-registry-${what.toLowerCase()}`;
      return value ? [flag, String(value)] : [];
    });
    const out = join(folderWith(), 'out');
    const { code, stderr } = await run(
      ...[folder, '--out', out, '--app-slug', 'my-app', '--namespace', 'app-namespace'],
      ...['--installation', join(want, 'upstream/userdata/installation.yaml')],
      ...[...ofCustomer, ...flags],
    );
    assert.equal(code, 0, stderr);
    const compared = filesBelow(want).filter((path) => due.test(path) && !inArchives.has(path));
    assert.ok(compared.length >= 10);
    for (const path of compared) assert.deepEqual(meant(read(out, path)), meant(read(want, path)), path);
  });
