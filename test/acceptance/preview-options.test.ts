import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';
import { config, pod } from './support/release.ts';

const options = (...items: string[]): string => `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: acme }
spec:
  groups:
    - name: a
      items:
${items.map((item) => `        - ${item}\n`).join('')}`;
const settings = (...lines: string[]): string => `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
${lines.map((line) => `  ${line}\n`).join('')}`;
const preview = async (files: Readonly<Record<string, string>>, ...more: string[]) => {
  const out = join(folderWith(), 'out');
  const result = await waybill([
    'preview',
    folderWith({ '.waybill.yaml': config, ...files }),
    '--out',
    out,
    ...more,
  ]);
  return { ...result, read: (path: string): string => readFileSync(join(out, path), 'utf8') };
};

test('options that rest on other options are written as the app manager writes them', async () => {
  const { code, stderr, read } = await preview({
    'config.yaml': options(
      `{ name: url, default: 'https://repl{{ ConfigOption "host" }}:repl{{ ConfigOption "port" }}' }`,
      `{ name: host, default: '{{repl ConfigOptionEquals "tls" "1" | ternary "secure" "plain" }}.example' }`,
      '{ name: port, type: text, default: "8080", readonly: true }',
      '{ name: tls, type: bool, default: "1" }',
      `{ name: password, type: password, value: 'repl{{ RandomString 20 }}' }`,
    ),
    'map.yaml': settings(
      `url: 'repl{{ ConfigOption "url" }}'`,
      `off: 'repl{{ ConfigOptionNotEquals "tls" "0" }}'`,
      `password: 'repl{{ ConfigOption "password" }}'`,
      `escaped: repl{{ YamlEscape "yes" | trim }}`,
    ),
    'pod.yaml': pod('nginx:1.27'),
  });
  assert.equal(code, 0, stderr);
  const map = read('base/map.yaml');
  assert.match(map, /url: 'https:\/\/secure\.example:8080'/);
  assert.match(map, /off: 'true'/);
  assert.match(map, /password: '«ConfigOption password»'/);
  assert.match(map, /escaped: "yes"/);
  assert.match(stderr, /Only a customer knows.*ConfigOption "password"/);
});

test('options that wait for each other refuse the version, and the rest is written', async () => {
  const { code, stderr, read } = await preview({
    'config.yaml': options(
      '{ name: free, default: known }',
      `{ name: a, default: 'repl{{ ConfigOption "b" }}' }`,
      `{ name: b, default: 'repl{{ ConfigOption "a" }}' }`,
    ),
    'map.yaml': settings(`free: 'repl{{ ConfigOption "free" }}'`),
  });
  assert.equal(code, 1);
  assert.match(stderr, /config\.yaml: refused: .*"a" depends on "b"/);
  assert.match(read('base/map.yaml'), /free: 'known'/);
});

test('what an Installation has learnt of images and of its version is what templates get', async () => {
  const installation = folderWith({
    'installation.yaml': `apiVersion: kots.io/v1beta1
kind: Installation
metadata: { name: acme }
spec:
  updateCursor: "7"
  versionLabel: 1.2.3
  knownImages:
    - { image: 'quay.io/acme/public:1' }
    - { image: 'nginx:1.27', isPrivate: true }
`,
  });
  const { code, stderr, read } = await preview(
    {
      'map.yaml': settings(
        `public: 'repl{{ LocalImageName "quay.io/acme/public:1" }}'`,
        `private: 'repl{{ LocalImageName "nginx:1.27" }}'`,
        `version: 'repl{{ VersionLabel }}+repl{{ Cursor }}'`,
      ),
    },
    ...['--installation', join(installation, 'installation.yaml')],
  );
  assert.equal(code, 0, stderr);
  const map = read('base/map.yaml');
  assert.match(map, /public: 'quay\.io\/acme\/public:1'/);
  assert.match(map, /private: 'proxy\.replicated\.com\/proxy\/acme\/nginx:1\.27'/);
  assert.match(map, /version: '1\.2\.3\+7'/);
});

const customer = folderWith({
  'values.yaml': `apiVersion: kots.io/v1beta1
kind: ConfigValues
metadata: { name: acme }
spec: { values: { tag: { value: "2.5" } } }
`,
  'license.yaml': `apiVersion: kots.io/v1beta1
kind: License
metadata: { name: acme }
spec:
  appSlug: acme-licensed
  licenseID: abc
  endpoint: https://staging.replicated.app
  entitlements: { sidecar: { title: Sidecar, value: '9.9', valueType: String } }
`,
  'installation.yaml': `apiVersion: kots.io/v1beta1
kind: Installation
metadata: { name: acme }
spec:
  replicatedProxyDomain: proxy.customer.example
  replicatedRegistryDomain: registry.customer.example
  knownImages:
    - { image: 'nginx:1.27', isPrivate: true }
    - { image: 'registry.corp/acme/public:1' }
`,
});
const images = `apiVersion: v1
kind: Pod
metadata: { name: acme }
spec:
  containers:
    - { name: a, image: 'quay.io/acme/app:repl{{ ConfigOption "tag" }}' }
    - { name: b, image: 'nginx:1.27' }
    - { name: c, image: 'registry.corp/acme/public:1' }
    - { name: d, image: 'registry.corp/acme/sidecar:{{repl LicenseFieldValue "sidecar" }}' }
    - { name: e, image: 'registry.replicated.com/acme/own:1' }
`;
const withOption = {
  'config.yaml': options('{ name: tag, default: "1.0" }'),
  'pod.yaml': images,
};
const flags = (...files: string[]): string[] =>
  files.flatMap((file) => [`--${file === 'values' ? 'config' : file}`, join(customer, `${file}.yaml`)]);
/** Image as written → as pulled. */
const listed = async (...more: string[]): Promise<Readonly<Record<string, string>>> => {
  const release = folderWith({ '.waybill.yaml': config, ...withOption });
  const { code, stdout, stderr } = await waybill(['preview', release, '--format', 'json', ...more]);
  assert.equal(code, 0, stderr);
  const [{ images: found }] = JSON.parse(stdout).releases;
  return Object.fromEntries(
    found.map((one: { from: string; to: string; pullSecret: string }) => {
      assert.equal(one.pullSecret, 'acme-registry');
      return [one.from.replace(/:.*/, ''), one.to];
    }),
  );
};

test('all that a customer’s files say is in the list of images, and in the layers alike', async () => {
  const wanted = {
    'quay.io/acme/app': 'quay.io/acme/app:2.5',
    nginx: 'proxy.customer.example/proxy/acme-licensed/nginx:1.27',
    'registry.corp/acme/public': 'registry.corp/acme/public:1',
    'registry.corp/acme/sidecar': 'proxy.customer.example/proxy/acme-licensed/registry.corp/acme/sidecar:9.9',
    'registry.replicated.com/acme/own': 'registry.customer.example/acme/own:1',
  };
  const all = flags('values', 'license', 'installation');
  assert.deepEqual(await listed(...all), wanted);
  const { read } = await preview(withOption, ...all);
  const rendered = read('rendered/this-cluster/acme-pod.yaml');
  assert.deepEqual(
    [...rendered.matchAll(/image: (\S+)/g)].map(([, image]) => image),
    Object.values(wanted),
  );
  assert.match(rendered, /- name: acme-registry\n/);
  const { auths } = JSON.parse(
    Buffer.from(
      /dockerconfigjson: (\S+)/.exec(read('overlays/midstream/secret.yaml'))?.[1] ?? '',
      'base64',
    ).toString(),
  );
  assert.deepEqual(Object.keys(auths), ['proxy.customer.example', 'registry.customer.example']);
});

test('the licence’s endpoint says which proxy it is, unless the release or a flag does', async () => {
  const { nginx } = await listed(...flags('license'), '--airgap');
  assert.equal(nginx, 'proxy.staging.replicated.com/proxy/acme-licensed/nginx:1.27');
  const told = await listed(...flags('license', 'installation'), '--proxy-domain', 'proxy.acme.example');
  assert.equal(told.nginx, 'proxy.acme.example/proxy/acme-licensed/nginx:1.27');
});

test('what cannot be previewed is said whatever is printed, with the reason at each image', async () => {
  const release = folderWith({
    '.waybill.yaml': config,
    'config.yaml': options('{ name: asked }'),
    'pod.yaml': images.replace(/quay.*tag"/, 'repl{{ ConfigOption "asked"'),
    'refused.yaml': images.replace('ConfigOption "tag"', 'ReplicatedImageName "a"'),
    'broken.yaml': 'a: [1\nb: }\n',
  });
  for (const format of ['text', 'json']) {
    const { code, stdout, stderr } = await waybill(['preview', release, '--format', format]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^refused\.yaml: refused: .*"ReplicatedImageName" not defined$/m);
    assert.match(stderr, /^broken\.yaml: skipped: /m);
    assert.match(stderr, /^Only a customer knows, .*ConfigOption "asked"/m);
    assert.match(stdout, /Only a customer knows ConfigOption \\?"asked\\?"\./);
    assert.match(stdout, /refuses the file: function \\?"ReplicatedImageName\\?" not defined\./);
  }
});

test('both branches of a condition that only a customer can decide can be seen, and it is said which is shown', async () => {
  const release = folderWith({
    '.waybill.yaml': config,
    'config.yaml': options('{ name: asked }'),
    'map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m }\ndata:\n  a: repl{{ if ConfigOptionEquals "asked" "1" }}yes-branch repl{{ else }}no-branch repl{{ end }}\n',
  });
  for (const [flag, shown, said] of [
    [[], 'yes-branch', 'held'],
    [['--unknowns-fail'], 'no-branch', 'failed'],
  ] as const) {
    const out = join(folderWith({}), 'out');
    const { code, stderr } = await waybill(['preview', release, '--out', out, ...flag]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`ConfigOption "asked" \\(shown as if it ${said}\\)`));
    assert.match(readFileSync(join(out, 'base/map.yaml'), 'utf8'), new RegExp(`a: ${shown}`));
  }
});

test('a second preview into the same folder leaves what is the same alone, and takes away what is gone', async () => {
  const files = { '.waybill.yaml': config, 'pod.yaml': pod('nginx:1.27'), 'other.yaml': pod('redis:7') };
  const out = join(folderWith({}), 'out');
  assert.equal((await waybill(['preview', folderWith(files), '--out', out])).code, 0);
  const long = new Date(1_000_000_000_000);
  utimesSync(join(out, 'upstream/pod.yaml'), long, long);
  const { 'other.yaml': _, ...less } = { ...files, 'pod.yaml': pod('nginx:1.27') };
  assert.equal((await waybill(['preview', folderWith(less), '--out', out])).code, 0);
  assert.deepEqual(statSync(join(out, 'upstream/pod.yaml')).mtime, long);
  assert.ok(!existsSync(join(out, 'upstream/other.yaml')));
  assert.match(
    readFileSync(join(out, 'overlays/midstream/kustomization.yaml'), 'utf8'),
    /^kind: Kustomization$/m,
  );
});
