import type { KotsInstallation } from './case.ts';

const version = {
  sequence: 7,
  cursor: '42',
  channelName: 'Stable',
  versionLabel: '1.2.3',
  isRequired: false,
  releaseNotes: 'Fixes: a "quoted" bug\nand another one',
  isAirgap: false,
};
const license = {
  appSlug: 'acme-app',
  licenseID: '2abcDEF',
  channelID: 'c1',
  channelName: 'Beta',
  customerName: 'Big Bank & Söhne',
  customerEmail: 'it@bank.example',
  licenseSequence: 12,
  licenseType: 'prod',
  signature: 'eyJsaWNlbnNlIjoxfQ==',
  isGitOpsSupported: true,
  isSnapshotSupported: true,
  isKotsInstallEnabled: true,
  entitlements: {
    seats: { title: 'Seats', value: 25 },
    edition: { value: 'enterprise' },
    sso: { value: true },
    audit: { value: false },
    nothing: {},
    empty: { value: '' },
    isCustom: { value: 'yes' },
    customerName: { value: 'not this one' },
    signature: { value: 'nor this one' },
    big: { value: 9007199254740993n.toString() },
  },
};
const base = { slug: 'my-app', namespace: 'apps', version, license } as const;
const registry = { host: 'reg.corp:5000', namespace: 'team/a', username: 'ann', password: 'p:w' };
const publicImages = [
  'nginx',
  'nginx:1.27',
  'redis:latest',
  'docker.io/library/busybox:1',
  'quay.io/open/tool:2',
];

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const plainItems = [
  { name: 'host', type: 'text', default: 'db.example' },
  { name: 'port', type: 'text', default: '5432', value: '6543' },
  { name: 'tls', type: 'bool', default: '1' },
  { name: 'off', type: 'bool', default: '0' },
  { name: 'cert', type: 'file', value: Buffer.from(pem).toString('base64'), filename: 'tls.pem' },
  {
    name: 'broken',
    type: 'file',
    default: 'not base64!',
    filename: '{{repl LicenseFieldValue "seats" }}.pem',
  },
  { name: 'title', type: 'heading', default: 'A heading' },
  { name: 'spaced', type: 'textarea', default: '  two\n  lines\n' },
  { name: 'unicode', default: 'héllo ☃ 𝄞' },
  { name: 'mode', type: 'select_one', default: 'fast' },
  { name: 'size', type: 'dropdown', default: 'm' },
  { name: 'kind', type: 'radio', default: 'r' },
  { name: 'fixed', type: 'text', readonly: true, value: 'release', default: 'fallback' },
  { name: 'image', type: 'text', default: 'quay.io/acme/api:1.4.2' },
] as const;
const entered = {
  host: { value: 'db.corp' },
  port: { value: '' },
  tls: { value: '0', default: '1' },
  cert: { value: 'aGk=', filename: 'mine.pem' },
  title: { value: 'cannot be entered' },
  fixed: { value: 'cannot be changed' },
  kind: { value: 'entered' },
  gone: { value: 'of an older release', default: 'd' },
  old: { value: '', default: 'only its default' },
} as const;

/** Whose installations the cases are about. */
export const installations: Readonly<Record<string, KotsInstallation>> = {
  online: { ...base, items: plainItems, public: publicImages },
  entered: { ...base, items: plainItems, entered, public: publicImages },
  local: { ...base, items: plainItems, localRegistry: registry },
  localBare: {
    ...base,
    slug: 'other',
    localRegistry: { host: 'registry.example.com/deep', namespace: '', username: 'AWS', password: '' },
  },
  proxyAll: { ...base, application: { proxyPublicImages: true }, public: publicImages },
  custom: {
    ...base,
    application: { replicatedRegistryDomain: 'registry.acme.com', proxyRegistryDomain: 'proxy.acme.com' },
    public: publicImages,
  },
  customVersion: {
    ...base,
    application: { replicatedRegistryDomain: 'registry.old.com', proxyRegistryDomain: 'proxy.old.com' },
    version: {
      ...version,
      replicatedRegistryDomain: 'registry.acme.com/team',
      replicatedProxyDomain: 'proxy.acme.com',
    },
    license: { ...license, endpoint: 'https://updates.acme.com', replicatedProxyDomain: 'proxy.acme.com' },
    public: publicImages,
  },
  airgap: {
    ...base,
    namespace: 'isolated',
    version: {
      ...version,
      sequence: 0,
      isAirgap: true,
      isRequired: true,
      versionLabel: '',
      releaseNotes: '',
    },
    license: { appSlug: 'acme-app', licenseID: '', isAirgapSupported: true },
  },
  noSlug: {
    ...base,
    slug: '',
    license: { appSlug: 'acme-app', licenseID: 'x', isDisasterRecoverySupported: true },
  },
  chain: {
    ...base,
    items: [
      { name: 'third', default: 'repl{{ ConfigOption "second" }}3' },
      { name: 'second', default: '{{repl ConfigOption "first" | ToUpper }}2' },
      { name: 'first', default: 'one ' },
      { name: 'url', value: 'https://repl{{ ConfigOption "host" }}:repl{{ ConfigOption "port" }}/' },
      {
        name: 'host',
        default: 'repl{{ if ConfigOptionEquals "tls" "1" }}securerepl{{ else }}plainrepl{{ end }}.example',
      },
      { name: 'port', default: 'repl{{ ConfigOptionEquals "tls" "1" | ternary "443" "80" }}' },
      { name: 'tls', type: 'bool', default: '1' },
      { name: 'labelled', type: 'label', value: '{{repl ConfigOption "url" }}', default: 'unused' },
      { name: 'broken', default: 'repl{{ NoSuchFunction "x" }}' },
      { name: 'fails', default: 'repl{{ Div 1 0 }}' },
      { name: 'licensed', default: 'repl{{ LicenseFieldValue "seats" }}-repl{{ ChannelName }}' },
      { name: 'missing', default: '[repl{{ ConfigOption "nobody" }}]' },
      { name: 'twice', default: '{{repl print "repl{{ Namespace }}" }}' },
      { name: 'data', default: 'repl{{ ConfigOptionData "encoded" }}' },
      { name: 'encoded', default: 'repl{{ Base64Encode "decoded text" }}' },
      {
        name: 'file',
        type: 'file',
        value: '{{repl ConfigOption "first" | Base64Encode }}',
        filename: 'repl{{ ConfigOption "first" | trim }}.txt',
      },
      { name: 'named', default: 'repl{{ ConfigOptionFilename "file" }}' },
      { name: 'image', default: 'repl{{ LocalImageName "quay.io/acme/api:1" }}' },
      {
        name: 'overridden',
        default: 'repl{{ ConfigOption "typed" }}',
        value: 'repl{{ ConfigOption "first" }}',
      },
      { name: 'typed', default: 'never seen' },
    ],
    entered: { typed: { value: 'by hand' }, overridden: { value: '' } },
  },
  cycle: {
    ...base,
    items: [
      { name: 'free', default: 'free' },
      { name: 'a', default: 'repl{{ ConfigOption "b" }}' },
      { name: 'b', default: '{{repl ConfigOption "c" | upper }}' },
      { name: 'c', value: 'repl{{ ConfigOptionEquals "a" "1" }}' },
    ],
  },
  certificates: {
    ...base,
    items: [
      { name: 'a', default: '1' },
      { name: 'certificate', default: '{{repl TLSCert "web" }}{{repl ConfigOption "key" }}' },
      { name: 'key', default: '{{repl TLSKey "web" }}' },
    ],
  },
  self: {
    ...base,
    items: [
      { name: 'a', default: 'repl{{ ConfigOption "a" }}' },
      { name: 'b', default: '1' },
    ],
  },
  waits: { ...base, items: [{ name: 'a', default: 'repl{{ ConfigOption "nobody" }}' }] },
};

/** Those in which every template fails, because the options cannot be ordered. */
export const refused: readonly string[] = ['cycle', 'certificates', 'self', 'waits'];
