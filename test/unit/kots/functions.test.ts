import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { TemplateContext } from '../../../server/src/core/kots/functions/context.ts';
import { kotsFunctions } from '../../../server/src/core/kots/functions/functions.ts';
import { renderKots } from '../../../server/src/core/kots/functions/render.ts';

const online: TemplateContext = {
  appSlug: 'my-app',
  namespace: 'apps',
  installer: 'kots',
  airgap: false,
  localRegistry: null,
  proxyDomain: 'proxy.replicated.com',
  registryDomain: 'registry.replicated.com',
  options: new Map([
    ['host', { value: 'db.example', filename: null }],
    ['tls', { value: '1', filename: null }],
    ['password', { value: null, filename: null }],
  ]),
  license: null,
  licenseDockerConfig: null,
  channel: null,
  version: '1.2.3',
};
const local: TemplateContext = {
  ...online,
  airgap: true,
  localRegistry: { host: 'reg.corp:5000', namespace: 'team', username: null },
};
const three: TemplateContext = { ...online, installer: 'embedded-cluster-3' };
const licensed: TemplateContext = { ...online, license: new Map([['seats', '10']]) };

const rendered = (text: string, context: TemplateContext = online) =>
  renderKots('file.yaml', text, kotsFunctions(context));

describe('what the app manager makes of templates', () => {
  const cases: readonly (readonly [string, string, TemplateContext?])[] = [
    ['repl{{ ConfigOption "host" }}', 'db.example'],
    ['{{repl ConfigOption "host" }}', 'db.example'],
    ['repl{{ ConfigOption "none" }}', ''],
    ['repl{{ ConfigOptionEquals "tls" "1" }}', 'true'],
    ['repl{{ ConfigOptionNotEquals "tls" "1" }}', 'false'],
    ['repl{{ if ConfigOptionEquals "tls" "1" }}arepl{{ else }}brepl{{ end }}', 'a'],
    ['{{repl print "repl{{ Namespace }}" }}', 'apps'],
    ['repl{{ HasLocalRegistry | ternary LocalRegistryHost "images.acme.com" }}', 'images.acme.com'],
    ['repl{{ HasLocalRegistry | ternary LocalRegistryHost "images.acme.com" }}', 'reg.corp:5000', local],
    ['repl{{ LocalRegistryAddress }}/repl{{ LocalRegistryNamespace }}', 'reg.corp:5000/team/team', local],
    ['repl{{ LocalImageName "quay.io/acme/web:1" }}', 'reg.corp:5000/team/web:1', local],
    ['repl{{ LocalImageName "reg.acme.com/web:1" }}', 'proxy.replicated.com/proxy/my-app/reg.acme.com/web:1'],
    ['repl{{ LocalImageName "nginx:1" }}', 'nginx:1'],
    ['repl{{ ImagePullSecretName }}', 'my-app-registry'],
    ['repl{{ VersionLabel }} repl{{ IsAirgap }}', '1.2.3 false'],
    ['repl{{ LicenseFieldValue "seats" }}', '10', licensed],
    ['repl{{ LicenseFieldValue "isSnapshotSupported" }}', 'false', licensed],
    [
      'repl{{ ReplicatedImageName "reg.acme.com/web:1" }}',
      'proxy.replicated.com/proxy/my-app/reg.acme.com/web:1',
      three,
    ],
    ['repl{{ ReplicatedImageName "reg.acme.com/web:1" true }}', 'reg.acme.com/web:1', three],
    ['repl{{ Add 1 2 }} repl{{ Div 7 2 }} repl{{ Mult 1.5 2 }}', '3 3 3'],
    ['repl{{ ParseBool "1" }} repl{{ ParseInt "ff" 16 }}', 'true 255'],
    ['repl{{ "a b" | UrlEncode }} repl{{ Base64Encode "hi" }}', 'a+b aGk='],
    ['repl{{ index (Split "a,b" ",") 1 }} repl{{ Trim "--a-" "-" }}', 'b a'],
    ['repl{{ HumanSize 1536000 }}', '1.536MB'],
    ['repl{{ printf "%s:%d" "a" 1 | upper }}', 'A:1'],
  ];
  for (const [text, expected, context] of cases)
    test(`${text} → ${expected}`, () => {
      const { text: made, error, unknown } = rendered(text, context);
      assert.deepEqual([made, error, unknown], [expected, null, []]);
    });
});

test('what only a customer knows is said, and goes through functions', () => {
  const { text, unknown } = rendered(
    'a: repl{{ ConfigOption "password" | upper }}-repl{{ LicenseFieldValue "seats" }}',
  );
  assert.deepEqual(unknown, ['ConfigOption "password"', 'LicenseFieldValue "seats"']);
  assert.match(text, /^a: «.*»-«LicenseFieldValue seats»$/);
});

test('what only a customer knows breaks no YAML around it', () => {
  const { text } = rendered(
    `a: "repl{{ LicenseFieldValue "seats" }}"
b: repl{{ print "|" }}repl{{ LicenseFieldValue "note" | nindent 4 }}
`,
  );
  assert.deepEqual(parse(text), { a: '«LicenseFieldValue seats»', b: '«LicenseFieldValue note»\n' });
});

describe('what refuses the whole file', () => {
  for (const [text, says, context] of [
    ['repl{{ NoSuchFunction }}', /function "NoSuchFunction" not defined/],
    ['repl{{ if false }}repl{{ NoSuchFunction }}repl{{ end }}', /not defined/],
    ['{{replicas}}', /function "icas" not defined/],
    ['repl{{ if }}repl{{ end }}', /missing value for if/],
    ['repl{{ HasLocalRegistry }}', /function "HasLocalRegistry" not defined/, three],
    ['repl{{ ReplicatedImageName "a" }}', /function "ReplicatedImageName" not defined/],
    ['repl{{ Div 1 0 }}', /divide by zero/],
  ] as readonly (readonly [string, RegExp, TemplateContext?])[])
    test(text, () => assert.match(rendered(text, context).error ?? '', says));
});

test('a template without an end is bounded', () => {
  const text = 'repl{{ define "a" }}repl{{ template "a" }}repl{{ end }}repl{{ template "a" }}';
  assert.notEqual(rendered(text).error, null);
  assert.notEqual(rendered('repl{{ repeat 2000000000 "a" }}').error, null);
});
