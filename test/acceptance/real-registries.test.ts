import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { clientOf } from '../contract/api/target.ts';
import { pushImage } from '../contract/registry/target.ts';
import { dockerRegistryTarget } from '../contract/registry/targets.ts';
import { testImage } from '../contract/support/images.ts';
import { findProgram, type Peer, runs, startPeer } from '../contract/support/peers.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { check } from './support/cli.ts';
import { pod } from './support/release.ts';

/**
 * The command line against registries that others wrote: moto for ECR's API, Debian's docker-registry for the
 * distribution-spec. Each state that a person can meet: verdict, problem and exit code.
 */
interface Expected {
  readonly verdict: string;
  readonly problems: readonly string[];
  readonly code: number;
}

const nothing: readonly string[] = [];
const problemsOf = (report: Awaited<ReturnType<typeof check>>['report']) =>
  report.problems
    .filter(({ rule }) => rule !== 'latest-tag')
    .map(({ severity, rule }) => `${severity} ${rule}`);

async function see(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  expected: Expected,
): Promise<void> {
  const { report, code } = await check([folderWith(files)], { env });
  const [image] = report.images;
  assert.ok(image);
  const { status, detail } = image.verdict;
  assert.equal(detail === null ? status : `${status}/${detail}`, expected.verdict, image.verdict.reason);
  assert.deepEqual(problemsOf(report), expected.problems);
  assert.equal(code, expected.code);
}

describe("ECR's API, by moto", async () => {
  const program = findProgram('moto_server');
  const skip = runs(program, '--help') ? false : 'moto_server is not installed';
  const account = '123456789012';
  const host = `${account}.dkr.ecr.us-east-2.amazonaws.com`;
  const release = (image: string) => ({
    '.waybill.yaml': `registries:\n  - endpoint: ${host}\n`,
    'pod.yaml': pod(`${host}/${image}`),
  });

  test('present, absent tag, absent repository, no credentials, stopped', { skip }, async (context) => {
    const peer: Peer = await startPeer(
      program as string,
      ['-H', '127.0.0.1', '-p', '0'],
      /Running on http:\/\/([\d.]+:\d+)/,
    );
    const env = { AWS_ENDPOINT_URL_ECR: peer.url };
    const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };
    let stopped = false;
    try {
      const client = clientOf(peer.url, 'us-east-2', 'testing');
      await client.send(new CreateRepositoryCommand({ repositoryName: 'team/app' }));
      const imageManifest = testImage('moto').manifest.toString();
      await client.send(
        new PutImageCommand({ repositoryName: 'team/app', imageTag: '1.0.0', imageManifest }),
      );
      const cases: readonly (readonly [string, string, Record<string, string>, Expected])[] = [
        ['present', 'team/app:1.0.0', credentials, { verdict: 'exists', problems: nothing, code: 0 }],
        [
          'absent tag',
          'team/app:1.0.1',
          credentials,
          { verdict: 'absent/tag', problems: ['error tag-not-found'], code: 1 },
        ],
        [
          'absent repository',
          'team/apps:1.0.0',
          credentials,
          { verdict: 'absent/repository', problems: ['error repository-not-found'], code: 1 },
        ],
        [
          'no credentials',
          'team/app:1.0.0',
          {},
          { verdict: 'unchecked/no-credentials', problems: nothing, code: 0 },
        ],
      ];
      for (const [name, image, more, expected] of cases)
        await context.test(name, () => see(release(image), { ...env, ...more }, expected));
      await peer.close();
      stopped = true;
      await context.test('stopped', () =>
        see(
          release('team/app:1.0.0'),
          { ...env, ...credentials },
          { verdict: 'unreachable', problems: nothing, code: 0 },
        ),
      );
    } finally {
      if (!stopped) await peer.close();
    }
  });
});

describe('a registry of the distribution-spec, by docker-registry', async () => {
  const program = findProgram('docker-registry');
  const skip = program === null ? 'docker-registry is not installed' : false;
  const host = 'registry.acme.example';
  const release = (image: string) => ({
    '.waybill.yaml': 'channel: Unstable\n',
    'pod.yaml': pod(`${host}/${image}`),
  });

  test('present, absent, denied, stopped', { skip }, async (context) => {
    const { target, close } = await dockerRegistryTarget(program as string);
    let stopped = false;
    try {
      await pushImage(target, 'team/app', '1.0.0', testImage('docker-registry'));
      const docker = join(folderWith(), 'docker');
      mkdirSync(docker);
      const auth = target.authorization.replace('Basic ', '');
      writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
      const env = { WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ [host]: target.url }) };
      const login = { ...env, DOCKER_CONFIG: docker };
      const cases: readonly (readonly [string, string, Record<string, string>, Expected])[] = [
        ['present', 'team/app:1.0.0', login, { verdict: 'exists', problems: nothing, code: 0 }],
        [
          'absent tag',
          'team/app:1.0.1',
          login,
          { verdict: 'absent/tag', problems: ['error tag-not-found'], code: 1 },
        ],
        [
          'absent repository',
          'team/apps:1.0.0',
          login,
          { verdict: 'absent/repository', problems: ['error repository-not-found'], code: 1 },
        ],
        ['denied', 'team/app:1.0.0', env, { verdict: 'denied/no-credentials', problems: nothing, code: 0 }],
      ];
      for (const [name, image, more, expected] of cases)
        await context.test(name, () => see(release(image), more, expected));
      await close();
      stopped = true;
      await context.test('stopped', () =>
        see(release('team/app:1.0.0'), login, { verdict: 'unreachable', problems: nothing, code: 0 }),
      );
    } finally {
      if (!stopped) await close();
    }
  });
});
