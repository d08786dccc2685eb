import type { KotsInstallation, KotsVector } from './case.ts';

const digest = 'sha256:45b23dee08af5e43a7fea6c4cf9c25ccf269ee113168c19722f87876677c5cb2';
const none = { slug: 'myapp', namespace: 'default', license: {} } as const;
const licensed = { ...none, license: { appSlug: 'myslug', endpoint: 'replicated.registry.com' } } as const;
const chained = [
  { name: 'abcItem', type: 'text', default: 'abcItemDefault' },
  { name: 'childItem1', type: 'text', default: 'hello world repl{{ ConfigOption "abcItem" }}' },
  {
    name: 'childItem2',
    type: 'text',
    default: 'there should be something here repl{{ ConfigOption "childItem3" }}',
  },
  { name: 'childItem3', type: 'text', default: 'this is a middle value repl{{ ConfigOption "childItem1" }}' },
] as const;

/** The installations of KOTS's unit tests. */
export const vectorInstallations: Readonly<Record<string, KotsInstallation>> = {
  withRegistry: {
    ...none,
    localRegistry: {
      host: 'my.registry.com',
      namespace: 'my_namespace',
      username: 'my_user',
      password: 'my_password',
    },
  },
  withoutRegistry: { ...licensed, public: ['redis:latest'] },
  withoutRegistryProxyAll: {
    ...licensed,
    application: { proxyPublicImages: true },
    public: ['redis:latest'],
  },
  withCustomDomains: {
    ...licensed,
    application: { replicatedRegistryDomain: 'custom.registry.com', proxyRegistryDomain: 'custom.proxy.com' },
  },
  licenseAbc: { ...none, license: { licenseID: 'abc' } },
  userRegistry: {
    ...none,
    localRegistry: { host: 'example.com:5000', namespace: '', username: 'user', password: 'password' },
  },
  chainedOptions: { ...none, items: chained, entered: { abcItem: { value: 'replacedAbcItemValue' } } },
  readOnlyOptions: {
    ...none,
    items: [
      { name: 'abcItem', type: 'text', default: 'repl{{ ToUpper "hello, world"}}' },
      {
        name: 'childItem',
        type: 'text',
        default: 'the default value',
        value: 'hello world repl{{ ConfigOption "abcItem" }}',
      },
      {
        name: 'readonlyChild',
        type: 'text',
        readonly: true,
        default: 'chained value: repl{{ ConfigOption "childItem" }}',
      },
      {
        name: 'overwrittenChild',
        type: 'text',
        value: 'this is a middle value repl{{ ConfigOption "childItem" }}',
      },
    ],
    entered: {
      abcItem: { value: 'no func' },
      readonlyChild: { value: 'readonly provided value' },
      overwrittenChild: { value: 'overwritten default' },
    },
  },
  licensedOptions: {
    ...none,
    license: { entitlements: { abcField: { value: 'abcValue' } } },
    items: [
      { name: 'abcItem', type: 'text', value: 'license val: repl{{ LicenseFieldValue "abcField" }}' },
      { name: 'chainItem', type: 'text', value: 'chain val: repl{{ ConfigOption "abcItem" }}' },
    ],
  },
  builtIn: {
    ...none,
    license: {
      isGitOpsSupported: true,
      isIdentityServiceSupported: true,
      isSnapshotSupported: true,
      isGeoaxisSupported: true,
      isAirgapSupported: true,
      licenseSequence: 987,
      licenseType: 'test',
      appSlug: 'appSlug',
      channelName: 'stable',
      customerName: 'name',
      licenseID: '123',
      signature: Buffer.from('abcdef0123456789').toString('base64'),
      entitlements: {
        integerField: { value: 587 },
        strField: { value: 'strValue' },
        signature: { value: 'strValue' },
      },
    },
  },
};

const local = 'pkg/template/config_context_test.go, Test_localImageName';
const secret = 'pkg/template/config_context_test.go, TestConfigCtx_localRegistryImagePullSecret';
const config = 'pkg/template/config_context_test.go, TestBuilder_NewConfigContext';
const license = 'pkg/template/license_context_test.go, TestLicenseCtx_licenseFieldValue';

const vector = (context: string, text: string, expected: string, source: string): KotsVector => ({
  context,
  text: `repl{{ ${text} }}`,
  expected,
  source,
});
const image = (context: string, name: string, expected: string): KotsVector =>
  vector(context, `LocalImageName ${JSON.stringify(name)}`, expected, local);
const option = (context: string, name: string, expected: string): KotsVector =>
  vector(context, `ConfigOption ${JSON.stringify(name)}`, expected, config);
const field = (name: string, expected: string): KotsVector =>
  vector('builtIn', `LicenseFieldValue ${JSON.stringify(name)}`, expected, license);

/** KOTS's own unit tests, so that the program beside it is not only held to what it was read to do. */
export const vectors: readonly KotsVector[] = [
  image('withRegistry', 'nginx:latest', 'my.registry.com/my_namespace/nginx:latest'),
  image(
    'withRegistry',
    'registry.replicated.com/kots/myimage:abcd123',
    'my.registry.com/my_namespace/myimage:abcd123',
  ),
  image('withoutRegistry', 'redis:latest', 'redis:latest'),
  image('withoutRegistryProxyAll', 'redis:latest', 'proxy.replicated.com/proxy/myslug/redis:latest'),
  image(
    'withoutRegistry',
    `quay.io/replicated/myimage@${digest}`,
    `proxy.replicated.com/proxy/myslug/quay.io/replicated/myimage@${digest}`,
  ),
  image(
    'withoutRegistry',
    'registry.replicated.com/kots/myimage:v1.13.0',
    'registry.replicated.com/kots/myimage:v1.13.0',
  ),
  image(
    'withCustomDomains',
    `quay.io/replicated/myimage@${digest}`,
    `custom.proxy.com/proxy/myslug/quay.io/replicated/myimage@${digest}`,
  ),
  image(
    'withCustomDomains',
    'custom.registry.com/kots/myimage:v1.13.0',
    'custom.registry.com/kots/myimage:v1.13.0',
  ),
  vector(
    'licenseAbc',
    'LocalRegistryImagePullSecret | b64dec',
    '{"auths":{"proxy.replicated.com":{"auth":"TElDRU5TRV9JRDphYmM="},"registry.replicated.com":{"auth":"TElDRU5TRV9JRDphYmM="}}}',
    secret,
  ),
  vector(
    'userRegistry',
    'LocalRegistryImagePullSecret | b64dec',
    '{"auths":{"example.com:5000":{"auth":"dXNlcjpwYXNzd29yZA=="}}}',
    secret,
  ),
  option('chainedOptions', 'abcItem', 'replacedAbcItemValue'),
  option('chainedOptions', 'childItem1', 'hello world replacedAbcItemValue'),
  option(
    'chainedOptions',
    'childItem2',
    'there should be something here this is a middle value hello world replacedAbcItemValue',
  ),
  option('chainedOptions', 'childItem3', 'this is a middle value hello world replacedAbcItemValue'),
  option('readOnlyOptions', 'abcItem', 'no func'),
  option('readOnlyOptions', 'childItem', 'hello world no func'),
  option('readOnlyOptions', 'readonlyChild', 'chained value: hello world no func'),
  option('readOnlyOptions', 'overwrittenChild', 'overwritten default'),
  option('licensedOptions', 'abcItem', 'license val: abcValue'),
  option('licensedOptions', 'chainItem', 'chain val: license val: abcValue'),
  field('doesNotExist', ''),
  field('integerField', '587'),
  field('strField', 'strValue'),
  field('isGitOpsSupported', 'true'),
  field('isIdentityServiceSupported', 'true'),
  field('isSnapshotSupported', 'true'),
  field('isGeoaxisSupported', 'true'),
  field('isAirgapSupported', 'true'),
  field('licenseSequence', '987'),
  field('licenseType', 'test'),
  field('appSlug', 'appSlug'),
  field('channelName', 'stable'),
  field('customerName', 'name'),
  field('licenseID', '123'),
  field('licenseId', '123'),
  field('signature', 'abcdef0123456789'),
];
