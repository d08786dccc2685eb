import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';
import { pullCase, pullCases } from './support/pull-cases.ts';
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
  assert.match(map, /seats: «LicenseFieldValue seats»/);
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

for (const name of pullCases())
  test(`what KOTS itself wrote for ${name} is written`, async () => {
    const { code, stderr, compared, wrong } = await pullCase(name);
    assert.equal(code, 0, stderr);
    assert.ok(compared >= 10);
    assert.deepEqual(wrong, []);
  });
