import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { type Sandbox, seededDigests, startSandbox, upstreamUser } from '../../sandbox/src/index.ts';
import { digestOf } from './support/images.ts';
import { findProgram, runs } from './support/peers.ts';
import { signedCall } from './support/signed.ts';

const run = promisify(execFile);
const skopeo = findProgram('skopeo');
const aws = findProgram('aws');
const noSkopeo = runs(skopeo, '--version') ? false : 'skopeo is not installed';
const noAws = runs(aws, '--version') ? false : 'the aws command is not installed';

async function withSandbox(use: (sandbox: Sandbox, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-tools-'));
  const sandbox = await startSandbox();
  try {
    await use(sandbox, folder);
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function password(sandbox: Sandbox): Promise<string> {
  const { body } = await signedCall(sandbox, 'GetAuthorizationToken', {});
  const [data] = body.authorizationData as { authorizationToken: string }[];
  return Buffer.from(data?.authorizationToken ?? '', 'base64').toString();
}

test(
  'skopeo mirrors an image of all platforms into ECR and out again, byte for byte',
  { skip: noSkopeo },
  () =>
    withSandbox(async (sandbox, folder) => {
      const program = skopeo ?? '';
      const from = `docker://${new URL(sandbox.publicUrl).host}/library/redis:7`;
      const to = `docker://${new URL(sandbox.registryUrl).host}/mirror/redis:7`;
      await signedCall(sandbox, 'CreateRepository', { repositoryName: 'mirror/redis' });
      const credentials = await password(sandbox);
      const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
      await run(program, ['copy', '--all', '--quiet', ...insecure, '--dest-creds', credentials, from, to]);
      const { body } = await signedCall(sandbox, 'DescribeImages', {
        repositoryName: 'mirror/redis',
        imageIds: [{ imageTag: '7' }],
      });
      const [detail] = body.imageDetails as { imageDigest: string }[];
      assert.equal(detail?.imageDigest, seededDigests.upstream['library/redis']['7']);
      const out = join(folder, 'out');
      await run(program, [
        'copy',
        '--all',
        '--quiet',
        ...insecure,
        '--src-creds',
        credentials,
        to,
        `dir:${out}`,
      ]);
      assert.equal(digestOf(readFileSync(join(out, 'manifest.json'))), detail?.imageDigest);
    }),
);

test('skopeo needs credentials for the private repository of the public registry', { skip: noSkopeo }, () =>
  withSandbox(async (sandbox) => {
    const image = `docker://${new URL(sandbox.publicUrl).host}/acme/secret:1.0.0`;
    const inspect = ['inspect', '--raw', '--tls-verify=false'];
    await assert.rejects(run(skopeo ?? '', [...inspect, image]), /unauthorized|denied/);
    const creds = `${upstreamUser.user}:${upstreamUser.password}`;
    const { stdout } = await run(skopeo ?? '', [...inspect, '--creds', creds, image]);
    assert.equal(digestOf(stdout), seededDigests.upstream['acme/secret']['1.0.0']);
  }),
);

test('the aws command logs in, describes an image and names a missing one', { skip: noAws }, () =>
  withSandbox(async (sandbox) => {
    const env = { ...process.env, ...sandbox.env, AWS_PAGER: '' };
    const ecr = (...args: string[]) =>
      run(aws ?? '', ['--endpoint-url', sandbox.url, '--output', 'json', 'ecr', ...args], { env });
    assert.match((await ecr('get-login-password')).stdout.trim(), /^\S+$/);
    const image = (tag: string) => ['--repository-name', 'demo-apps/api', '--image-ids', `imageTag=${tag}`];
    const { stdout } = await ecr('describe-images', ...image('1.4.2'));
    const { imageDetails } = JSON.parse(stdout) as {
      imageDetails: { imageDigest: string; imageTags: string[] }[];
    };
    assert.equal(imageDetails[0]?.imageDigest, seededDigests.ecr['demo-apps/api']['1.4.2']);
    assert.deepEqual(imageDetails[0]?.imageTags, ['1.4.2', 'latest']);
    await assert.rejects(
      ecr('describe-images', ...image('1.4.3')),
      /\(ImageNotFoundException\).*imageTag:'1.4.3'/s,
    );
  }),
);
