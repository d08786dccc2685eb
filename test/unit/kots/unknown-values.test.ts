import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configItems, enteredIn } from '../../../server/src/core/kots/functions/config-items.ts';
import { type TemplateContext, unknownVersion } from '../../../server/src/core/kots/functions/context.ts';
import { kotsFunctions } from '../../../server/src/core/kots/functions/functions.ts';
import { configuredFunctions } from '../../../server/src/core/kots/functions/installation.ts';
import { licenseFields } from '../../../server/src/core/kots/functions/license.ts';
import { renderKots } from '../../../server/src/core/kots/functions/render.ts';
import { versionOf } from '../../../server/src/core/kots/functions/version.ts';
import { assumedPrivacy } from '../../../server/src/core/kots/scenario.ts';

type Bare = Omit<TemplateContext, 'options'>;
const domains = { proxyDomain: 'proxy.replicated.com', registryDomain: 'registry.replicated.com' };
const online: Bare = {
  appSlug: 'my-app',
  namespace: 'apps',
  installer: 'kots',
  airgap: false,
  localRegistry: null,
  localRegistryPassword: null,
  ...domains,
  proxyPublicImages: false,
  isPrivate: (image) => assumedPrivacy(image, domains),
  license: null,
  version: unknownVersion,
};
const local: Bare = {
  ...online,
  airgap: true,
  localRegistry: { host: 'reg.corp:5000', namespace: 'team', username: null },
};
const three: Bare = { ...online, installer: 'embedded-cluster-3' };
const threeLocal: Bare = { ...local, installer: 'embedded-cluster-3' };

const config = `
spec:
  groups:
    - name: a
      items:
        - { name: host, default: db.example }
        - { name: asked, type: text }
        - { name: password, type: password, value: 'repl{{ RandomString 32 }}' }
        - { name: url, default: 'https://repl{{ ConfigOption "asked" }}/x' }
        - { name: chosen, default: 'repl{{ if ConfigOptionEquals "asked" "1" }}a repl{{ else }}b repl{{ end }}' }
        - { name: nothing, type: heading }
        - { name: upload, type: file }
        - name: features
          type: select_many
          items:
            - { name: sso, default: "1" }
            - { name: fast, default: 'repl{{ ConfigOption "host" }}' }
`;

const rendered = (
  text: string,
  { context = online, values = '' }: { context?: Bare; values?: string } = {},
) => renderKots('file.yaml', text, configuredFunctions(context, [config], enteredIn(values)).functions);

describe('what only a customer knows is shown as such', () => {
  const cases: readonly (readonly [string, string, readonly string[], Bare?])[] = [
    ['repl{{ ConfigOption "asked" }}', '«ConfigOption asked»', ['ConfigOption "asked"']],
    ['repl{{ ConfigOption "asked" | upper }}', '«ConfigOption asked»', ['ConfigOption "asked"']],
    ['repl{{ ConfigOption "password" }}', '«ConfigOption password»', ['ConfigOption "password"']],
    // As much of it as is known is shown.
    ['repl{{ ConfigOption "url" }}', 'https://«ConfigOption asked»/x', ['ConfigOption "asked"']],
    // Nobody knows which of the two texts it is.
    ['repl{{ ConfigOption "chosen" }}', '«ConfigOption chosen»', ['ConfigOption "chosen"']],
    ['repl{{ ConfigOptionEquals "asked" "1" }}', '«ConfigOption asked»', ['ConfigOption "asked"']],
    ['repl{{ ConfigOptionNotEquals "asked" "1" }}', '«ConfigOption asked»', ['ConfigOption "asked"']],
    ['repl{{ ConfigOptionData "upload" }}', '«ConfigOptionData upload»', ['ConfigOptionData "upload"']],
    [
      'repl{{ ConfigOptionFilename "upload" }}',
      '«ConfigOptionFilename upload»',
      ['ConfigOptionFilename "upload"'],
    ],
    ['repl{{ LicenseFieldValue "seats" }}', '«LicenseFieldValue seats»', ['LicenseFieldValue "seats"']],
    ['repl{{ LicenseDockerCfg }}', '«LicenseDockerCfg»', ['LicenseDockerCfg']],
    [
      'repl{{ LocalRegistryImagePullSecret }}',
      '«LocalRegistryImagePullSecret»',
      ['LocalRegistryImagePullSecret'],
    ],
    [
      'repl{{ LocalRegistryImagePullSecret }}',
      '«LocalRegistryImagePullSecret»',
      ['LocalRegistryImagePullSecret'],
      local,
    ],
    ['repl{{ VersionLabel }}', '«VersionLabel»', ['VersionLabel']],
    ['repl{{ Sequence | Add 1 }}', '«Sequence»', ['Sequence']],
    ['repl{{ KubernetesVersion }}', '«KubernetesVersion»', ['KubernetesVersion']],
    ['repl{{ TLSCert "a" "b" nil nil 365 }}', '«TLSCert a b 365»', ['TLSCert "a" "b" 365']],
    ['repl{{ RandomString 20 }}', '«RandomString 20»', ['RandomString 20']],
    ['repl{{ RandomString 8 "[a-c]" }}', '«RandomString 8 [a-c]»', ['RandomString 8 "[a-c]"']],
    // What is sealed is a secret.
    ['repl{{ KubeSeal "cert" "ns" "name" "hunter2" }}', '«KubeSeal»', ['KubeSeal']],
    [
      'repl{{ ImagePullSecretName }}',
      'APP_SLUG-registry',
      ['ImagePullSecretName'],
      { ...online, appSlug: null },
    ],
    [
      'repl{{ ReplicatedImageName "ghcr.io/myorg/init:1.4.0" }}',
      '«the local registry»/myorg/init:1.4.0',
      ['ReplicatedImageName'],
      { ...three, airgap: true },
    ],
    ['repl{{ HelmValue ".image.tag" }}', '«HelmValue .image.tag»', ['HelmValue ".image.tag"'], three],
  ];
  for (const [text, expected, labels, context] of cases)
    test(`${text} → ${expected}`, () => {
      const { text: made, error, unknown } = rendered(text, context === undefined ? {} : { context });
      assert.equal(error, null);
      assert.equal(made, expected);
      assert.deepEqual(unknown, labels);
    });
});

describe('what is known is not unknown', () => {
  const values = 'spec: { values: { asked: { value: "" }, upload: { value: aGk=, filename: a.txt } } }';
  const license = licenseFields('spec: { licenseID: abc, appSlug: acme }');
  const version = versionOf({ spec: { updateCursor: '5', versionLabel: '1.2.3', isRequired: true } });
  const cases: readonly (readonly [string, string, Bare?])[] = [
    ['repl{{ ConfigOption "host" }}', 'db.example'],
    ['[repl{{ ConfigOption "nothing" }}]', '[]'],
    // The customer left it empty.
    ['[repl{{ ConfigOption "asked" }}]', '[]'],
    ['repl{{ ConfigOptionData "upload" }} repl{{ ConfigOptionFilename "upload" }}', 'hi a.txt'],
    ['repl{{ ConfigOption "sso" }} repl{{ ConfigOption "fast" }}', '1 db.example'],
    ['[repl{{ ConfigOption "no such option" }}]', '[]'],
    ['repl{{ LicenseFieldValue "isCustom" }}', '', { ...online, license }],
    ['repl{{ Cursor }} repl{{ VersionLabel }} repl{{ IsRequired }}', '5 1.2.3 true', { ...online, version }],
    ['[repl{{ ImagePullSecretName }}]', '[]', { ...online, appSlug: '' }],
    [
      'repl{{ LocalImageName "reg.acme.com/web" }}',
      'proxy.replicated.com/proxy/APP_SLUG/reg.acme.com/web:latest',
      { ...online, appSlug: null },
    ],
    [
      'repl{{ LocalRegistryImagePullSecret | b64dec }}',
      '{"auths":{"reg.corp:5000":{"auth":"YW5uOnB3"}}}',
      {
        ...local,
        localRegistry: { host: 'reg.corp:5000', namespace: '', username: 'ann' },
        localRegistryPassword: 'pw',
      },
    ],
    ['repl{{ Distribution }}', 'embedded-cluster', { ...online, installer: 'embedded-cluster-2' }],
    ['repl{{ KurlString "a.b" }}repl{{ IsKurl }}', 'false'],
  ];
  for (const [text, expected, context] of cases)
    test(`${text} → ${expected}`, () => {
      const result = rendered(text, { values, ...(context === undefined ? {} : { context }) });
      assert.deepEqual([result.text, result.error, result.unknown], [expected, null, []]);
    });
});

// The tables of Replicated's documentation.
describe('images under Embedded Cluster 3', () => {
  const proxied = 'proxy.replicated.com/proxy/my-app/docker.io/library/nginx:latest';
  const cases: readonly (readonly [string, string, Bare])[] = [
    [
      'ReplicatedImageName "ghcr.io/myorg/init:1.4.0"',
      'proxy.replicated.com/proxy/my-app/ghcr.io/myorg/init:1.4.0',
      three,
    ],
    [
      'ReplicatedImageName "ghcr.io/myorg/init"',
      'proxy.replicated.com/proxy/my-app/ghcr.io/myorg/init',
      three,
    ],
    ['ReplicatedImageName "docker.io/library/busybox:1.36" true', 'docker.io/library/busybox:1.36', three],
    [`ReplicatedImageName "${proxied}"`, proxied, three],
    ['ReplicatedImageRegistry "ghcr.io"', 'proxy.replicated.com/proxy/my-app/ghcr.io', three],
    ['ReplicatedImageRegistry "ghcr.io" true', 'ghcr.io', three],
    [
      'ReplicatedImageRegistry "proxy.replicated.com/proxy/my-app/ghcr.io"',
      'proxy.replicated.com/proxy/my-app/ghcr.io',
      three,
    ],
    ['ReplicatedImageName "ghcr.io/myorg/init:1.4.0"', 'reg.corp:5000/team/myorg/init:1.4.0', threeLocal],
    ['ReplicatedImageName "ghcr.io/myorg/init"', 'reg.corp:5000/team/myorg/init', threeLocal],
    [
      'ReplicatedImageName "docker.io/library/busybox:1.36" true',
      'reg.corp:5000/team/library/busybox:1.36',
      threeLocal,
    ],
    ['ReplicatedImageName "nginx:latest"', 'reg.corp:5000/team/nginx:latest', threeLocal],
    [`ReplicatedImageName "${proxied}"`, 'reg.corp:5000/team/library/nginx:latest', threeLocal],
    [
      `ReplicatedImageName "ghcr.io/myorg/myimage@sha256:${'ab'.repeat(32)}"`,
      `reg.corp:5000/team/myorg/myimage@sha256:${'ab'.repeat(32)}`,
      threeLocal,
    ],
    ['ReplicatedImageRegistry "ghcr.io"', 'reg.corp:5000/team', threeLocal],
    ['ReplicatedImageRegistry "ghcr.io" true', 'reg.corp:5000/team', threeLocal],
  ];
  for (const [call, expected, context] of cases)
    test(`${call} → ${expected}`, () => {
      const { text, error, unknown } = rendered(`repl{{ ${call} }}`, { context });
      assert.deepEqual([text, error, unknown], [expected, null, []]);
    });
});

describe('what refuses the whole file', () => {
  for (const [text, says, context] of [
    ['repl{{ if false }}repl{{ NoSuchFunction }}repl{{ end }}', /not defined/],
    ['{{replicas}}', /function "icas" not defined/],
    ['repl{{ if }}repl{{ end }}', /missing value for if/],
    ['repl{{ HasLocalRegistry }}', /function "HasLocalRegistry" not defined/, three],
    ['repl{{ ReplicatedImageName "a" }}', /function "ReplicatedImageName" not defined/],
    ['repl{{ RandomString -1 }}', /expected unsigned integer/],
  ] as readonly (readonly [string, RegExp, Bare?])[])
    test(text, () =>
      assert.match(rendered(text, context === undefined ? {} : { context }).error ?? '', says),
    );
});

test('options that ask about each other are said to, and what does not rest on them is rendered', () => {
  const circle = `
spec:
  groups:
    - name: a
      items:
        - { name: free, default: yes-it-is }
        - { name: a, default: 'repl{{ ConfigOption "b" }}' }
        - { name: b, value: 'repl{{ ConfigOption "a" | upper }}' }
`;
  const { functions, problem } = configuredFunctions(online, [circle], new Map());
  assert.equal(
    problem,
    'no config options exist with 0 dependencies - "a" depends on "b"; "b" depends on "a"',
  );
  const result = renderKots('f', 'repl{{ ConfigOption "free" }} repl{{ ConfigOption "a" }}', functions);
  assert.deepEqual([result.text, result.unknown], ['yes-it-is «ConfigOption a»', ['ConfigOption "a"']]);
});

test('a truth and a number of a Config are the texts that the app manager makes of them', () => {
  const items = configItems(
    'spec: { groups: [{ items: [{ name: a, default: true }, { name: b, value: false }, { name: c, default: 5 }, { type: text }] }] }',
  );
  assert.deepEqual(
    items.map(({ name, value, fallback }) => [name, value, fallback]),
    [
      ['a', '', '1'],
      ['b', '0', ''],
      ['c', '', '5'],
    ],
  );
  assert.deepEqual(configItems('a: [broken'), []);
});

test('a password may be entered as it is', () => {
  const entered = enteredIn('spec: { values: { p: { valuePlaintext: secret } } }');
  assert.equal(entered.get('p')?.value, 'secret');
});

test('a template without an end is bounded', () => {
  const functions = kotsFunctions({ ...online, options: new Map() });
  const text = 'repl{{ define "a" }}repl{{ template "a" }}repl{{ end }}repl{{ template "a" }}';
  assert.notEqual(renderKots('f', text, functions).error, null);
  assert.notEqual(renderKots('f', 'repl{{ repeat 2000000000 "a" }}', functions).error, null);
});
