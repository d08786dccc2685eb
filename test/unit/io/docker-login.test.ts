import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dockerLogins } from '../../../server/src/io/oci/credentials.ts';
import { DockerLoginError } from '../../../server/src/io/oci/docker-config.ts';
import { writeDockerLogin } from '../../../server/src/io/oci/login.ts';
import { dockerConfig } from './support/oci.ts';
import { folderWith } from './support/temp.ts';

const host = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const posix = process.platform === 'win32' ? 'needs POSIX' : false;
const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
const find = async (folder: string, at = host) =>
  dockerLogins({ env: { DOCKER_CONFIG: folder }, trusted: () => true, onSecret: () => {} })(
    at,
    new AbortController().signal,
  );

test('a login is written where docker looks for it, for its owner only, and found again', async () => {
  const folder = join(folderWith(), 'made/by/it');
  const login = await writeDockerLogin({ DOCKER_CONFIG: folder }, host, 'AWS', 'p4ssword:with:colons');
  assert.deepEqual(login, { helper: null, path: join(folder, 'config.json') });
  if (!posix) assert.equal(statSync(login.path).mode & 0o777, 0o600);
  assert.deepEqual(await find(folder), {
    kind: 'basic',
    user: 'AWS',
    password: 'p4ssword:with:colons',
    as: 'docker login AWS',
  });
  assert.deepEqual(readdirSync(folder), ['config.json']);
});

test('all else in the file is kept, and another spelling of the host replaced', async () => {
  const before = {
    proxies: { default: { httpProxy: 'x' } },
    auths: { 'quay.io': { auth: 'YTpi', email: 'a@b' }, [`https://${host}/v1/`]: { auth: 'b2xkOm9sZA==' } },
    credHelpers: { 'gcr.io': 'gcloud' },
    currentContext: 'desktop',
  };
  const folder = dockerConfig(before);
  chmodSync(join(folder, 'config.json'), 0o644);
  await writeDockerLogin({ DOCKER_CONFIG: folder }, host, 'AWS', 'new');
  const { auths, ...rest } = read(folder);
  const { auths: old, ...kept } = before;
  assert.deepEqual(rest, kept);
  assert.deepEqual(auths['quay.io'], old['quay.io']);
  assert.deepEqual(Object.keys(auths), ['quay.io', host]);
  if (!posix) assert.equal(statSync(join(folder, 'config.json')).mode & 0o777, 0o600);
});

test("Docker Hub's login has docker's own name for it", async () => {
  const folder = folderWith();
  await writeDockerLogin({ DOCKER_CONFIG: folder }, 'docker.io', 'acme', 'secret-secret');
  assert.deepEqual(Object.keys(read(folder).auths), ['https://index.docker.io/v1/']);
  assert.equal((await find(folder, 'registry-1.docker.io'))?.as, 'docker login acme');
});

for (const text of ['{"auths":', '[]', '"text"'])
  test(`a file that is ${text} is left alone`, async () => {
    const folder = dockerConfig(text);
    await assert.rejects(
      writeDockerLogin({ DOCKER_CONFIG: folder }, host, 'AWS', 'secret-secret'),
      (error) => error instanceof DockerLoginError && /is not a JSON object/.test(error.message),
    );
    assert.equal(readFileSync(join(folder, 'config.json'), 'utf8'), text);
    assert.deepEqual(readdirSync(folder), ['config.json']);
  });

test('the store that is configured keeps the login, and the file has no secret', {
  skip: posix,
}, async () => {
  for (const config of [{ credsStore: 'kept' }, { credsStore: 'none', credHelpers: { [host]: 'kept' } }]) {
    const folder = dockerConfig(config);
    const helper = join(folder, 'docker-credential-kept');
    const write = `const { readFileSync, writeFileSync } = require('node:fs');
writeFileSync('${folder}/action', process.argv[2] + '\\n');
writeFileSync('${folder}/stored', readFileSync(0));
`;
    writeFileSync(helper, `#!${process.execPath}\n${write}`);
    chmodSync(helper, 0o755);
    const env = { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH}` };
    const login = await writeDockerLogin(env, host, 'AWS', 'secret-secret');
    assert.equal(login.helper, 'kept');
    assert.equal(readFileSync(join(folder, 'action'), 'utf8'), 'store\n');
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'stored'), 'utf8')), {
      ServerURL: host,
      Username: 'AWS',
      Secret: 'secret-secret',
    });
    assert.deepEqual(read(folder), config);
  }
});

test('a store with a path in its name is not started', { skip: posix }, async () => {
  const folder = folderWith();
  const helper = join(folder, 'docker-credential-evil');
  writeFileSync(helper, `#!/bin/sh\ntouch '${folder}/ran'\n`);
  chmodSync(helper, 0o755);
  const env = { DOCKER_CONFIG: dockerConfig({ credsStore: `../../${helper}` }), PATH: process.env.PATH };
  await assert.rejects(writeDockerLogin(env, host, 'AWS', 'secret-secret'), DockerLoginError);
  assert.ok(!existsSync(join(folder, 'ran')));
});
