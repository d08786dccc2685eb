import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CreateRepositoryCommand, type ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import type { Question } from '../../server/src/core/knowledge/knowledge.ts';
import { createEcrAsker } from '../../server/src/io/aws/ecr.ts';
import { usualRetries } from '../../server/src/io/net/retry.ts';
import { answersOf, brief, verdictsOf } from '../unit/io/support/ask.ts';
import { clientOf } from './api/target.ts';
import { testImage } from './support/images.ts';
import { findProgram, type Peer, runs, startPeer } from './support/peers.ts';

/** moto's own account: it knows no other. */
const account = '123456789012';
const host = `${account}.dkr.ecr.us-east-2.amazonaws.com`;
const program = findProgram('moto_server');
const missing = program === null || !runs(program, '--help');

/** Verdicts with moto as the control plane: other people's idea of ECR, which has neither pages nor rules. */
describe('verdicts by moto', { skip: missing && 'moto_server is not installed' }, () => {
  let peer: Peer;
  let client: ECRClient;
  before(async () => {
    peer = await startPeer(program ?? '', ['-H', '127.0.0.1', '-p', '0'], /Running on http:\/\/([\d.]+:\d+)/);
    client = clientOf(peer.url, 'us-east-2', 'testing');
    for (const repositoryName of ['demo-apps/api', 'demo-apps/empty'])
      await client.send(new CreateRepositoryCommand({ repositoryName }));
    for (const imageTag of ['1.0', '1.1', '2.0']) {
      const image = testImage(imageTag);
      await client.send(
        new PutImageCommand({
          repositoryName: 'demo-apps/api',
          imageManifest: image.manifest.toString(),
          imageManifestMediaType: image.mediaType,
          imageTag,
        }),
      );
    }
  });
  after(() => peer.close());

  const asker = (env: NodeJS.ProcessEnv = keys()) =>
    createEcrAsker({
      accounts: () => new Set([account]),
      trusted: () => true,
      env,
      now: Date.now,
      log: () => {},
      retries: { ...usualRetries, baseMs: 1 },
    });
  const keys = (): NodeJS.ProcessEnv => ({
    AWS_ENDPOINT_URL_ECR: peer.url,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
  });
  const image = (repository: string, tag: string | null): Question => ({
    kind: 'image',
    image: { host, repository, tag, digest: null },
  });

  test('present, absent tag, absent repository', async () => {
    const verdicts = await verdictsOf(asker(), [
      image('demo-apps/api', '1.0'),
      image('demo-apps/api', '2.0'),
      image('demo-apps/api', '9.9'),
      image('demo-apps/api', '9.8'),
      image('demo-apps/empty', '1.0'),
      image('demo-apps/nowhere', '1.0'),
      image('demo-apps/api', null),
      image('demo-apps/nowhere', null),
    ]);
    assert.deepEqual(verdicts.map(brief), [
      'exists',
      'exists',
      'absent/tag',
      'absent/tag',
      'absent/tag',
      'absent/repository',
      'exists',
      'absent/repository',
    ]);
    assert.ok(verdicts.every(({ from }) => from === `Amazon ECR us-east-2, account ${account}`));
    assert.ok(verdicts[0]?.facts?.pushedAt);
    assert.match(verdicts[5]?.reason ?? '', /The repository with name 'demo-apps\/nowhere' does not exist/);
  });

  test('lists of tags and repositories', async () => {
    const [tags, repositories] = await answersOf(asker(), [
      { kind: 'tags', repository: { host, repository: 'demo-apps/api' } },
      { kind: 'repositories', host },
    ]);
    assert.ok(tags?.kind === 'tags' && repositories?.kind === 'repositories');
    assert.deepEqual(tags.list.names.toSorted(), ['1.0', '1.1', '2.0']);
    assert.deepEqual(repositories.list.names.toSorted(), ['demo-apps/api', 'demo-apps/empty']);
  });

  test('platforms of an image whose digest moto made up are not known, and nothing was scanned', async () => {
    const [verdict] = await verdictsOf(asker(), [image('demo-apps/api', '1.0')]);
    const content = { host, repository: 'demo-apps/api', digest: verdict?.digest ?? '' };
    const [platforms, findings] = await answersOf(asker(), [
      { kind: 'platforms', image: content },
      { kind: 'findings', image: content },
    ]);
    assert.ok(platforms?.kind === 'platforms' && findings?.kind === 'findings');
    assert.equal(platforms.found.value, null);
    assert.equal(findings.found.value, null);
    assert.match(findings.found.reason, /not scanned/);
  });

  test('no credentials', async () => {
    const saved = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent/config',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    });
    try {
      const [verdict] = await verdictsOf(asker({ AWS_ENDPOINT_URL_ECR: peer.url }), [
        image('demo-apps/nowhere', '1.0'),
      ]);
      assert.equal(verdict && brief(verdict), 'unchecked/no-credentials');
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
      Object.assign(process.env, saved);
    }
  });

  test('server stopped', async () => {
    const env = keys();
    await peer.close();
    const verdicts = await verdictsOf(asker(env), [
      image('demo-apps/api', '1.0'),
      image('demo-apps/nowhere', '1.0'),
    ]);
    assert.deepEqual(verdicts.map(brief), ['unreachable', 'unreachable']);
  });
});
