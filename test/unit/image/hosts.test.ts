import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearestEndpoint } from '../../../server/src/core/image/endpoints.ts';
import {
  ecrHost,
  ecrHostOf,
  ecrRepositoryProblem,
  isPublicByDefault,
  PARTITIONS,
  registryOf,
  sameRegistry,
} from '../../../server/src/core/image/hosts.ts';
import { malformedEcrHost } from '../../../server/src/core/image/malformed-ecr.ts';
import { runs } from '../../support/vectors.ts';

const account = '429114214526';

test('ECR hosts of every partition are known with account, region, FIPS and dual stack', () => {
  const rows: [string, string, string, boolean, boolean][] = [
    ['dkr.ecr.us-east-2.amazonaws.com', 'aws', 'us-east-2', false, false],
    ['dkr.ecr-fips.us-west-1.amazonaws.com', 'aws', 'us-west-1', true, false],
    ['dkr-ecr.eu-west-3.on.aws', 'aws', 'eu-west-3', false, true],
    ['dkr-ecr-fips.us-east-1.on.aws', 'aws', 'us-east-1', true, true],
    ['dkr.ecr.us-gov-west-1.amazonaws.com', 'aws-us-gov', 'us-gov-west-1', false, false],
    ['dkr.ecr.cn-northwest-1.amazonaws.com.cn', 'aws-cn', 'cn-northwest-1', false, false],
    ['dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'aws-cn', 'cn-north-1', false, true],
    ['dkr.ecr.eusc-de-east-1.amazonaws.eu', 'aws-eusc', 'eusc-de-east-1', false, false],
    ['dkr.ecr.us-iso-east-1.c2s.ic.gov', 'aws-iso', 'us-iso-east-1', false, false],
    ['dkr.ecr.us-isob-east-1.sc2s.sgov.gov', 'aws-iso-b', 'us-isob-east-1', false, false],
    ['dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk', 'aws-iso-e', 'eu-isoe-west-1', false, false],
    ['dkr.ecr.us-isof-south-1.csp.hci.ic.gov', 'aws-iso-f', 'us-isof-south-1', false, false],
  ];
  assert.deepEqual(new Set(rows.map((row) => row[1])), new Set(PARTITIONS.map(({ name }) => name)));
  for (const [rest, partition, region, fips, dualStack] of rows) {
    const host = `${account}.${rest}`;
    const { kind, ecr } = registryOf(host);
    assert.equal(kind, 'ecr', host);
    assert.deepEqual(
      { ...ecr, dnsSuffix: null },
      { account, partition, region, fips, dualStack, dnsSuffix: null },
      host,
    );
    assert.equal(malformedEcrHost(host), null, host);
    assert.equal(registryOf(`${host.toUpperCase()}:443`).kind, 'ecr');
  }
});

test('no host that somebody else can own is ECR', () => {
  const right = `${account}.dkr.ecr.us-east-2.amazonaws.com`;
  for (const host of [
    `${right}.evil.example`,
    `${right}.cn`,
    `evil-${right}`,
    `evil.${right}`,
    `${right}:5000`,
    `${right}.`,
    ` ${right}`,
    `${account}.dkr.ecr.us-east-2.amazonaws.com@evil.example`,
    `${account}.dkr.ecr.us-east-2.evil.amazonaws.com`,
    `${account}.dkrxecr.us-east-2.amazonaws.com`,
    `${account}.dkr.ecr.us-east-2.on.aws`,
    `${account}.dkr-ecr.us-east-2.amazonaws.com`,
    `4${right}`,
  ])
    assert.equal(ecrHost(host), null, host);
  fc.assert(
    fc.property(fc.domain(), (domain) => {
      assert.equal(ecrHost(`${right}.${domain}`), null);
    }),
    runs(100),
  );
});

test('hosts that were meant to be ECR are told what is wrong, with the likely right one', () => {
  const right = `${account}.dkr.ecr.us-east-2.amazonaws.com`;
  const rows: [string, string, string | null][] = [
    ['4999999999999.dkr.ecr.us-east-2.amazonaws.com', 'account-digits', null],
    ['123456689.dkr.ecr.us-east-1.amazonaws.com', 'account-digits', null],
    ['my-account.dkr.ecr.us-east-1.amazonaws.com', 'account-digits', null],
    ['dkr.ecr.us-east-1.amazonaws.com', 'account-missing', null],
    [`${account}.dkr.ecr.amazonaws.com`, 'region-missing', null],
    [`${account}.dkr.ecr.us-esat-2.amazonaws.com`, 'region', right],
    [`${account}.dkr.ecr.us-east2.amazonaws.com`, 'region', right],
    [`${account}.ecr.us-east-2.amazonaws.com`, 'dkr', right],
    [`${account}.dkr.us-east-2.amazonaws.com`, 'dkr', right],
    [`${account}.drk.ecr.us-east-2.amazonaws.com`, 'dkr', right],
    [`${account}.ecr.dkr.us-east-2.amazonaws.com`, 'dkr', right],
    [`${account}.dkr.ecr.us-east-2`, 'suffix', right],
    [`${account}.dkr.ecr.us-east-2.amazonaws.co`, 'suffix', right],
    [`${account}.dkr.ecr.us-east-2.amazonaws`, 'suffix', right],
    [`${account}.dkr.ecr.us-east-2.amazonws.com`, 'suffix', right],
    [
      `${account}.dkr.ecr.cn-north-1.amazonaws.com`,
      'suffix',
      `${account}.dkr.ecr.cn-north-1.amazonaws.com.cn`,
    ],
    [`${right}.evil.example`, 'look-alike', right],
    ['api.ecr.us-east-2.amazonaws.com', 'api-host', null],
    ['ecr.us-east-2.amazonaws.com', 'api-host', null],
  ];
  for (const [host, problem, suggestion] of rows) {
    const found = malformedEcrHost(host);
    assert.deepEqual([found?.problem, found?.suggestion], [problem, suggestion], host);
    assert.equal(registryOf(host).kind === 'ecr', problem === 'region', host);
  }
  assert.match(
    malformedEcrHost('4999999999999.dkr.ecr.us-east-2.amazonaws.com')?.message ?? '',
    /12 digits.*13/,
  );
});

test('hosts that were meant to be something else are left alone', () => {
  for (const host of [
    'docker.io',
    'quay.io',
    'public.ecr.aws',
    'ecr-public.aws.com',
    's3.us-east-2.amazonaws.com',
    'registry.example.com',
    'ecr.example.com',
    'dkr.example.com',
    'localhost:5000',
    '[::1]:5000',
    `${account}.example.com`,
    'vpce-0123.dkr.ecr.us-east-1.vpce.amazonaws.com',
    'gcr.io',
    'myregistry.azurecr.io',
    'a-new-region.amazonaws.com',
    `${account}.dkr.ecr.sa-west-9.amazonaws.com`,
  ])
    assert.equal(malformedEcrHost(host), null, host);
});

test('a suggestion is always a right ECR host, on any text', () => {
  const label = fc.constantFrom(
    account,
    '1',
    'dkr',
    'ecr',
    'drk',
    'us-east-2',
    'us-esat-1',
    'amazonaws',
    'com',
    'cn',
    'aws',
    'on',
    'evil',
    '',
    'é',
  );
  fc.assert(
    fc.property(fc.array(label, { maxLength: 8 }), (labels) => {
      const found = malformedEcrHost(labels.join('.'));
      if (found === null || found.suggestion === null) return;
      assert.notEqual(ecrHost(found.suggestion), null, found.suggestion);
      assert.equal(malformedEcrHost(found.suggestion), null, found.suggestion);
    }),
    runs(500),
  );
});

test('registries are told apart, with the vendor’s own domains', () => {
  const domains = { proxyDomain: 'proxy.acme.com', registryDomain: 'registry.acme.com/x' };
  const rows: [string, string][] = [
    ['docker.io', 'docker-hub'],
    ['index.docker.io', 'docker-hub'],
    ['registry-1.docker.io', 'docker-hub'],
    ['registry.hub.docker.com', 'docker-hub'],
    ['public.ecr.aws', 'ecr-public'],
    ['proxy.replicated.com', 'replicated-proxy'],
    ['PROXY.acme.com', 'replicated-proxy'],
    ['registry.replicated.com', 'replicated'],
    ['registry.acme.com', 'replicated'],
    ['proxy.other.com', 'other'],
    ['quay.io', 'other'],
  ];
  for (const [host, kind] of rows) assert.equal(registryOf(host, domains).kind, kind, host);
  assert.equal(registryOf('index.docker.io').host, 'docker.io');
  assert.ok(sameRegistry('docker.io', 'registry-1.docker.io'));
  assert.ok(sameRegistry('Quay.io:443', 'quay.io'));
  assert.ok(!sameRegistry('quay.io:5000', 'quay.io'));
});

test('nobody’s host is public as long as nobody was asked', () => {
  for (const host of ['docker.io', 'index.docker.io', 'ghcr.io', 'quay.io', 'gcr.io', 'registry.k8s.io'])
    assert.ok(isPublicByDefault(host), host);
  for (const host of ['public.ecr.aws', 'mcr.microsoft.com']) assert.ok(isPublicByDefault(host), host);
  for (const host of [`${account}.dkr.ecr.us-east-2.amazonaws.com`, 'registry.acme.com', 'evil.docker.io'])
    assert.ok(!isPublicByDefault(host), host);
});

test('ECR repository names have 2 to 256 characters of the path grammar', () => {
  for (const good of ['ab', 'demo-apps/nginx', 'a__b', 'a--b/c.d', 'x'.repeat(256)])
    assert.equal(ecrRepositoryProblem(good), null, good);
  for (const bad of ['', 'a', 'Demo', 'a/', '/a', 'a___b', 'a..b', '-ab', 'x'.repeat(257), 'a b'])
    assert.notEqual(ecrRepositoryProblem(bad), null, bad);
});

test('the nearest endpoint is nearest by account and region', () => {
  const endpoints = [ecrHostOf('111122223333', 'us-east-1'), ecrHostOf(account, 'us-east-1'), 'quay.io'];
  assert.equal(nearestEndpoint(`${account}.dkr.ecr.us-east-2.amazonaws.com`, endpoints), endpoints[1]);
  assert.equal(nearestEndpoint('4291142145226.dkr.ecr.us-east-1.amazonaws.com', endpoints), endpoints[1]);
  assert.equal(nearestEndpoint(`${account}.dkr.ecr.amazonaws.com`, endpoints), endpoints[1]);
  assert.equal(nearestEndpoint('qay.io', endpoints), 'quay.io');
  assert.equal(nearestEndpoint('registry.example.org', endpoints), null);
  assert.equal(nearestEndpoint('987654321098.dkr.ecr.eu-north-1.amazonaws.com', endpoints), null);
});
