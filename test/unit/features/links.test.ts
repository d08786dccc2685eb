import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksOf } from '../../../server/src/core/features/links.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';

const console = (host: string, account: string, path: string, region: string): string =>
  `https://${host}/ecr/repositories/private/${account}/${path}?region=${region}`;

const cases: Readonly<Record<string, string | null>> = {
  [`${ecr}/demo-apps/api:1.4.2`]: console(
    'console.aws.amazon.com',
    '429114214526',
    'demo-apps/api',
    'us-east-2',
  ),
  [`proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api`]: console(
    'console.aws.amazon.com',
    '429114214526',
    'demo-apps/api',
    'us-east-2',
  ),
  '429114214526.dkr.ecr-fips.us-gov-west-1.amazonaws.com/api:1': console(
    'console.amazonaws-us-gov.com',
    '429114214526',
    'api',
    'us-gov-west-1',
  ),
  '429114214526.dkr.ecr.cn-north-1.amazonaws.com.cn/api:1': console(
    'console.amazonaws.cn',
    '429114214526',
    'api',
    'cn-north-1',
  ),
  '429114214526.dkr.ecr.us-iso-east-1.c2s.ic.gov/api:1': null,
  [`${ecr}.evil.example/api:1`]: null,
  'public.ecr.aws/docker/library/nginx:1.27': 'https://gallery.ecr.aws/docker/library/nginx',
  'nginx:1.27': 'https://hub.docker.com/_/nginx',
  'docker.io/bitnami/postgresql@sha256:0': null,
  'bitnami/postgresql:16': 'https://hub.docker.com/r/bitnami/postgresql',
  'proxy.replicated.com/proxy/acme/busybox:1': 'https://hub.docker.com/_/busybox',
  'quay.io/acme/tool:1': 'https://quay.io/repository/acme/tool',
  'ghcr.io/acme/tool:1': 'https://ghcr.io/acme/tool',
  'gcr.io/acme/tool:1': 'https://gcr.io/acme/tool',
  'mcr.microsoft.com/dotnet/sdk:8.0': 'https://mcr.microsoft.com/artifact/mar/dotnet/sdk',
  'registry.example.com/tool:1': null,
  '{{repl ConfigOption "host" }}/tool:1': null,
  [`${ecr}/demo-apps/api:{{repl ConfigOption "tag" }}`]: console(
    'console.aws.amazon.com',
    '429114214526',
    'demo-apps/api',
    'us-east-2',
  ),
};

for (const [image, url] of Object.entries(cases))
  test(`${image} leads to ${url ?? 'no page'}`, () => {
    const { snapshot } = sessionOf({ 'a.yaml': pod(`'${image}'`) });
    assert.deepEqual(
      linksOf(snapshot, 'a.yaml').map((link) => link.url),
      url === null ? [] : [url],
    );
  });

test('the link covers the reference, and says where it leads', () => {
  const image = `${ecr}/demo-apps/api:1.4.2`;
  const { snapshot } = sessionOf({ 'a.yaml': pod('"quay.io/acme/tool:1"', image) });
  const [quay, own] = linksOf(snapshot, 'a.yaml');
  assert.equal(quay?.tooltip, 'Open acme/tool in Quay');
  assert.equal(
    own?.tooltip,
    'Open demo-apps/api in the AWS console (Amazon ECR, account 429114214526, us-east-2)',
  );
  assert.deepEqual(quay?.range, { start: { line: 7, character: 14 }, end: { line: 7, character: 33 } });
  assert.deepEqual(own?.range, {
    start: { line: 9, character: 13 },
    end: { line: 9, character: 13 + image.length },
  });
});

test('a file of no release has none', () => {
  const { snapshot } = sessionOf({ 'notes.txt': pod('nginx:1.27') });
  assert.deepEqual(linksOf(snapshot, 'notes.txt'), []);
});
