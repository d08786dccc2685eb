import type { KotsCase } from './case.ts';
import { installations, refused } from './installations.ts';

const contexts = Object.keys(installations);

/** An expression in a context, between the app manager's one or other pair of marks. */
const expression = (context: string, call: string, index: number): KotsCase => ({
  context,
  text: index % 3 === 2 ? `{{repl ${call} }}` : `repl{{ ${call} }}`,
});

const quoted = (text: string): string => JSON.stringify(text);

const words = [
  ...[
    '',
    ' ',
    'abc',
    'Straße',
    'İstanbul',
    'ǆ',
    'ÀÉÎ',
    'ﬁ',
    'ŉ',
    'ΑΣ',
    '𐐨𐐀',
    '\t a\u00a0\n',
    '\u0085x\u2003',
  ],
  ...['\ufeffbom', 'a,b,,c', 'héllo wörld ☃ 𝄞', '--x--', 'line\nline', '"q" \'s\' `b`', '\u0000\u001b\u007f'],
] as const;

const yaml = [
  ...words,
  ...[
    'true',
    'False',
    'yes',
    'NO',
    'on',
    'y',
    'null',
    '~',
    '.inf',
    '-.INF',
    '.nan',
    '<<',
    '=',
    '-',
    '?',
    ':',
    '#',
  ],
  ...[
    '12',
    '-0',
    '+1',
    '0x1F',
    '0o17',
    '017',
    '089',
    '1_000',
    '1__0',
    '0b11',
    '1.5',
    '.5',
    '5.',
    '1e3',
    '1e400',
  ],
  ...[
    '1:30',
    '12:30:45.5',
    '2020-01-01',
    '2020-1-1T1:2:3Z',
    '2020-13-01',
    '2020-01-01 10:00:00',
    '0001-02-03x',
  ],
  ...[
    'a: b',
    'a:b',
    'a:',
    ':a',
    'a #b',
    'a#b',
    '#a',
    '- a',
    '-a',
    '? a',
    '?a',
    '---',
    '---a',
    '...',
    '..',
    '%a',
  ],
  ...[
    '@a',
    '`a`',
    '!a',
    '&a',
    '*a',
    '|',
    '>',
    '[a]',
    '{a}',
    'a]',
    'a, b',
    "'a'",
    '"a"',
    "it's",
    'a"b',
    'a\\b',
  ],
  ...[
    ' a',
    'a ',
    'a\tb',
    '\ta',
    'a\n',
    'a\n\n',
    '\n',
    '\na',
    ' a\nb',
    'a \nb',
    'a\n b',
    'a\nb ',
    'a\n\nb',
    'a\r\nb',
  ],
  ...[
    'a\tb\nc',
    'é\nñ',
    '☃',
    '𝄞',
    '𝄞\nx',
    '\u00a0',
    '\u2028',
    'a\u2028b',
    '\ue000',
    '\ufffd',
    '\u0007\u0008\u000b',
  ],
  `${'long words '.repeat(20)}`,
  'x'.repeat(200),
  `${'many words '.repeat(12)}\nand more`,
];

const base64 = [
  ...[
    '',
    'aGk=',
    'aGk',
    'aGk==',
    '!!',
    'aG k=',
    'aGk=\n',
    'aG\nk=',
    '=',
    'YQ==',
    'YQ=',
    'YWI=',
    'YWJj',
    'YWJjZA==',
  ],
  ...['_-8=', '/+8=', 'w6k=', 'YQ==YQ==', 'YQ==x', 'A', 'AA', '4pi4', '8J2Ehw=='],
];

const numbers = [
  ...[
    '',
    '0',
    '-0',
    '5',
    '-5',
    '+5',
    ' 5',
    '5 ',
    '12abc',
    'abc',
    '1.5',
    '1e3',
    '1_000',
    '_1',
    '1_',
    '1__0',
    '０',
  ],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'],
  ...['18446744073709551615', '18446744073709551616', '99999999999999999999', '99999999999999999999x', '-'],
  ...[
    '0x1f',
    '0X1F',
    '0b101',
    '0o17',
    '017',
    '08',
    '0x',
    '0_7',
    '0x_1f',
    'ff',
    'FF',
    'zz',
    '1010',
    '+-1',
    '-0x1f',
  ],
];
const bases = ['', ' 0', ' 2', ' 8', ' 10', ' 16', ' 36', ' 1', ' 37', ' -1'];

const floats = [
  ...[
    '',
    '0',
    '-0',
    '1.5',
    '1.5x',
    '.5',
    '5.',
    '.',
    '1e6',
    '1E6',
    '1e-7',
    '1e400',
    '-1e400',
    '1e',
    'e1',
    ' 1',
    '1 ',
  ],
  ...[
    'inf',
    '-Inf',
    '+INFINITY',
    'infin',
    'nan',
    'NaN',
    '-nan',
    '0x1p4',
    '0x1.8p1',
    '0x1',
    '0x.p1',
    '1_000',
    '1__0',
  ],
  ...[
    '0x_1p1',
    '123456789',
    '1234567.5',
    '0.000001',
    '0.0000001',
    '3.0',
    '9007199254740993',
    '4.9e-324',
    '1e21',
  ],
];

const operands = [
  ...[
    '0',
    '1',
    '-7',
    '2',
    '0.0',
    '2.5',
    '-0.5',
    '9223372036854775807',
    '"3"',
    '""',
    'true',
    'nil',
    '(ParseUint "1")',
  ],
  ...[
    '(ParseUint "18446744073709551615")',
    '(ParseInt "5")',
    '(ParseInt "-9223372036854775808")',
    '(ParseFloat "inf")',
  ],
  ...['(list 1)', '(int64 6)', '1e3', "'a'", '(ParseFloat "1e300")'],
];

const sizes = [
  ...[
    '0',
    '1',
    '999',
    '1000',
    '1023',
    '1536000',
    '1234567890',
    '999999',
    '123456',
    '99999',
    '1e30',
    '1e24',
    '1e27',
  ],
  ...[
    '-5',
    '-5000',
    '0.5',
    '1.25',
    '999.96',
    '1000.0',
    '12.345',
    '(ParseUint "18446744073709551615")',
    '"12"',
    'nil',
  ],
  ...[
    'true',
    '(ParseInt "5000000")',
    '(ParseFloat "inf")',
    '(ParseFloat "-inf")',
    '(ParseFloat "nan")',
    '(list)',
  ],
];

const digest = `sha256:${'ab'.repeat(32)}`;
const images = [
  ...[
    'nginx',
    'nginx:1.27',
    'nginx:1',
    `nginx@${digest}`,
    `nginx:1.27@${digest}`,
    'redis:latest',
    'library/redis',
  ],
  ...[
    'docker.io/nginx',
    'docker.io/library/busybox:1',
    'index.docker.io/acme/api:1',
    'acme/api',
    'acme/team/api:2',
  ],
  ...[
    'quay.io/acme/api',
    'quay.io/acme/api:1.4.2',
    `quay.io/acme/api:1.4.2@${digest}`,
    `quay.io/acme/api@${digest}`,
  ],
  ...[
    'quay.io/open/tool:2',
    'localhost:5000/a/b:1',
    'localhost/a',
    'reg.corp:5000/team/a/api:1',
    'ghcr.io/a/b/c/d:1',
  ],
  ...['429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/nginx', 'public.ecr.aws/nginx/nginx:1'],
  ...['429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/nginx:1.2', 'registry:5000/x'],
  ...['proxy.replicated.com/proxy/acme-app/quay.io/acme/api:1', 'proxy.replicated.com/library/sdk:1'],
  ...[
    'proxy.acme.com/proxy/acme-app/quay.io/acme/api:1',
    'proxy.acme.com/anything',
    'proxy.old.com/proxy/a/b:1',
  ],
  ...[
    'registry.replicated.com/acme-app/api:1',
    'registry.replicated.com/acme-app/api',
    'registry.acme.com/a/b:1',
  ],
  ...[
    'registry.replicated.com/registry.replicated.com/api:1',
    `registry.replicated.com/acme-app/api@${digest}`,
  ],
  ...[
    '',
    ' ',
    'Bad Image',
    'UPPER/case',
    'a/UPPER:1',
    'UPPER.io/case:1',
    'a:b:c',
    'a@b',
    '/a',
    'a/',
    'a//b',
    'http://a/b',
  ],
  ...[
    `${'a'.repeat(64)}`,
    `${'a'.repeat(64)}:1`,
    'a:',
    `nginx:${'t'.repeat(129)}`,
    'nginx@sha256:abc',
    '$IMAGE',
    'a_b.c-d:1',
  ],
];
const imageContexts = ['online', 'local', 'localBare', 'proxyAll', 'custom', 'customVersion', 'airgap'];

const optionNames = [
  ...[
    'host',
    'port',
    'tls',
    'off',
    'cert',
    'broken',
    'title',
    'spaced',
    'unicode',
    'mode',
    'size',
    'kind',
    'fixed',
  ],
  ...[
    'image',
    'gone',
    'old',
    'nobody',
    '',
    'HOST',
    'first',
    'second',
    'third',
    'url',
    'labelled',
    'fails',
    'licensed',
  ],
  ...['missing', 'twice', 'data', 'encoded', 'file', 'named', 'overridden', 'typed', 'a', 'b'],
];
const optionContexts = ['online', 'entered', 'chain', 'cycle', 'certificates', 'self', 'waits'];

const fields = [
  ...[
    'appSlug',
    'channelID',
    'channelName',
    'customerEmail',
    'customerID',
    'customerName',
    'endpoint',
    'licenseID',
  ],
  ...[
    'licenseId',
    'licenseid',
    'licenseSequence',
    'licenseType',
    'replicatedProxyDomain',
    'signature',
    'LICENSEID',
  ],
  ...[
    'isEmbeddedClusterDownloadEnabled',
    'isEmbeddedClusterMultiNodeEnabled',
    'isAirgapSupported',
    'isGitOpsSupported',
  ],
  ...[
    'IsDisasterRecoverySupported',
    'isDisasterRecoverySupported',
    'isGeoaxisSupported',
    'isIdentityServiceSupported',
  ],
  ...[
    'isSemverRequired',
    'isSnapshotSupported',
    'isSupportBundleUploadSupported',
    'isKotsInstallEnabled',
    'isNotAField',
  ],
  ...[
    'isCustom',
    'seats',
    'edition',
    'sso',
    'audit',
    'nothing',
    'empty',
    'big',
    'unknown',
    '',
    'entitlements',
  ],
];

const nullary = [
  ...[
    'HasLocalRegistry',
    'LocalRegistryHost',
    'LocalRegistryNamespace',
    'LocalRegistryAddress',
    'ImagePullSecretName',
  ],
  ...[
    'LocalRegistryImagePullSecret',
    'LicenseDockerCfg',
    'Sequence',
    'Cursor',
    'ChannelName',
    'VersionLabel',
  ],
  ...['ReleaseNotes', 'IsRequired', 'IsAirgap', 'Namespace', 'IsKurl', 'KurlAll'],
];

/** Ways to use what a function gives; `CALL` stands for the call. */
const uses = [
  'CALL',
  'CALL | printf "%[1]T %[1]v"',
  'CALL | quote',
  'eq CALL CALL',
  'CALL | toString | upper | b64enc | trunc 60',
  'if CALL }}yes repl{{ else }}no repl{{ end',
  'with CALL }}[repl{{ . }}]repl{{ end',
  '$x := CALL }}repl{{ $x }}repl{{ $x',
];
const used = (call: string, use: string): string => use.replaceAll('CALL', `(${call})`);

/** Cases written by hand, for each function every value that it treats in its own way. */
export function handWritten(): KotsCase[] {
  const calls: (readonly [string, string])[] = [];
  const add = (call: string, context = 'online'): void => void calls.push([context, call]);
  for (const word of words) {
    for (const name of ['ToLower', 'ToUpper', 'TrimSpace', 'Trim', 'UrlEncode', 'Base64Encode'])
      add(`${name} ${quoted(word)}`);
    for (const by of ['', ',', 'l', ' ', 'll', '☃']) add(`Split ${quoted(word)} ${quoted(by)} | toJson`);
    for (const cut of ['', '-', 'a-x', '☃𝄞', ' \t\n']) add(`Trim ${quoted(word)} ${quoted(cut)} | quote`);
  }
  add('Trim "aXbXa" "a" "b"');
  add(`UrlEncode "it's (a)!*~-_.+%/?#[]@:$&=;, é"`);
  for (const word of yaml) add(`YamlEscape ${quoted(word)}`);
  for (const text of base64) add(`Base64Decode ${quoted(text)} | b64enc`);
  for (const text of [
    '1',
    't',
    'T',
    'true',
    'TRUE',
    'True',
    '0',
    'f',
    'false',
    'yes',
    '',
    ' true',
    'tRUE',
    '2',
  ])
    add(`ParseBool ${quoted(text)}`);
  for (const number of numbers)
    for (const base of bases)
      for (const name of ['ParseInt', 'ParseUint'])
        if (
          base === '' ||
          base === ' 0' ||
          base === ' 10' ||
          (numbers.indexOf(number) + bases.indexOf(base)) % 4 === 0
        )
          add(`${name} ${quoted(number)}${base} | printf "%[1]T %[1]v"`);
  for (const float of floats) add(`ParseFloat ${quoted(float)} | printf "%[1]T %[1]v"`);
  for (const [index, a] of operands.entries())
    for (const [other, b] of operands.entries())
      for (const [turn, name] of ['Add', 'Sub', 'Mult', 'Div'].entries())
        if ((index + other * 3 + turn) % 4 === 0) add(`${name} ${a} ${b} | printf "%[1]T %[1]v"`);
  for (const size of sizes) add(`HumanSize ${size}`);
  for (const [index, call] of nullary.entries())
    for (const [turn, context] of contexts.entries())
      add(used(call, uses[(index + turn) % uses.length] as string), context);
  for (const name of ['KurlString', 'KurlOption', 'KurlInt', 'KurlBool'])
    for (const [turn, use] of uses.entries())
      for (const path of ['Kubernetes.Version', ''])
        add(used(`${name} ${quoted(path)}`, use), contexts[turn % contexts.length]);
  for (const context of imageContexts)
    for (const image of images) add(`LocalImageName ${quoted(image)}`, context);
  for (const context of optionContexts)
    for (const name of optionNames) {
      if (refused.includes(context) && name.length > 1) continue;
      for (const call of ['ConfigOption', 'ConfigOptionData', 'ConfigOptionFilename'])
        add(`${call} ${quoted(name)}`, context);
    }
  for (const [index, name] of optionNames.entries()) {
    const context = optionContexts[index % 3];
    add(`ConfigOptionName ${quoted(name)}`, context);
    add(`ConfigOptionIndex ${quoted(name)}`, context);
    for (const value of ['1', '0', '', 'db.example', 'entered'])
      for (const call of ['ConfigOptionEquals', 'ConfigOptionNotEquals']) {
        add(`${call} ${quoted(name)} ${quoted(value)}`, 'online');
        add(`${call} ${quoted(name)} ${quoted(value)}`, 'entered');
      }
  }
  for (const context of ['online', 'customVersion', 'airgap', 'noSlug'])
    for (const name of fields) add(`LicenseFieldValue ${quoted(name)}`, context);
  const cases = calls.map(([context, call], index) => expression(context, call, index));
  return [...new Map([...cases, ...wrong()].map((one) => [`${one.context} ${one.text}`, one])).values()];
}

/** What is refused, or only looks as if it were. */
function wrong(): KotsCase[] {
  return [
    ...[
      'ToUpper 5',
      'ToUpper nil',
      'ToUpper',
      'ToUpper "a" "b"',
      'Split "a"',
      'Split 1 ","',
      'Trim',
      'Trim "a" 5',
    ],
    ...[
      'UrlEncode 1',
      'Base64Decode nil',
      'Add 1',
      'Add',
      'Add 1 2 3',
      'Div 1 0',
      'Div (ParseUint "1") (ParseUint "0")',
    ],
    ...['Div -1 0', 'Div 0.0 0', 'ParseInt 5', 'ParseInt "5" "10"', 'ParseInt "5" 1.5', 'ParseInt "5" 10.0'],
    ...[
      'ParseInt "5" (int64 10)',
      'ParseInt "ff" 16 10',
      'ParseFloat 1.5',
      'ParseBool true',
      'HumanSize',
      'YamlEscape 5',
    ],
    ...[
      'ConfigOption',
      'ConfigOption 5',
      'ConfigOption "a" "b"',
      'ConfigOptionEquals "tls"',
      'ConfigOptionEquals "tls" 1',
    ],
    ...[
      'ConfigOptionNotEquals "tls" true',
      'LocalImageName',
      'LocalImageName 5',
      'LicenseFieldValue',
      'NoSuchFunction',
    ],
    ...[
      'HasLocalRegistry "a"',
      'Namespace 1',
      'Sequence "a"',
      'KurlInt',
      'KurlInt 5',
      'ImagePullSecretName "a"',
    ],
    ...[
      'ConfigOption "tls" | ParseBool',
      'ConfigOption "port" | ParseInt | Add 1',
      '.Values.x',
      '$undefined',
    ],
    ...[
      'ReplicatedImageName "a"',
      'HelmValue ".a"',
      'ConfigOption "host" | LocalImageName',
      'and (HasLocalRegistry) 1',
    ],
  ].map((call, index) => expression('online', call, index));
}
