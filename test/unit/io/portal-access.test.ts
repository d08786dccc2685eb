import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPortalAccess } from '../../../server/src/io/vendor/access.ts';
import { folderWith } from './support/temp.ts';

const access = (files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) => {
  const HOME = folderWith({ 'nothing.txt': '', ...files });
  return findPortalAccess({ HOME, ...env });
};
const legacy = '.replicated/config.yaml';
const profiles = JSON.stringify({
  token: 'old',
  defaultProfile: 'prod',
  profiles: { prod: { apiToken: 'new', apiOrigin: 'https://api.example' }, dev: { apiToken: 'other' } },
});

test('the environment wins over the CLI', async () => {
  assert.deepEqual(await access({ [legacy]: profiles }, { REPLICATED_API_TOKEN: 'mine' }), {
    token: 'mine',
    from: 'REPLICATED_API_TOKEN',
    origin: 'https://api.replicated.com/vendor',
  });
});

test("the CLI's default profile, with its origin", async () => {
  const found = await access({ [legacy]: profiles });
  assert.deepEqual([found?.token, found?.origin], ['new', 'https://api.example']);
  assert.match(found?.from ?? '', /^the profile "prod" of .*\.replicated.config\.yaml$/);
  const elsewhere = await access({ [legacy]: profiles }, { REPLICATED_API_ORIGIN: 'https://mine.example' });
  assert.equal(elsewhere?.origin, 'https://mine.example');
});

test('the one token of older versions, and of profiles that are not there', async () => {
  assert.equal((await access({ [legacy]: '{"token":"old"}' }))?.token, 'old');
  const lost = '{"token":"old","defaultProfile":"gone","profiles":{}}';
  assert.equal((await access({ [legacy]: lost }))?.token, 'old');
});

test('the newer place, where the older one is not there', async () => {
  const xdg = '.config/replicated/config.yaml';
  assert.equal((await access({ [xdg]: '{"token":"xdg"}' }))?.token, 'xdg');
  assert.equal((await access({ [xdg]: '{"token":"xdg"}', [legacy]: '{"token":"old"}' }))?.token, 'old');
  const home = folderWith({ 'conf/replicated/config.yaml': '{"token":"named"}' });
  const named = await findPortalAccess({ HOME: home, XDG_CONFIG_HOME: join(home, 'conf') });
  assert.equal(named?.token, 'named');
});

test('nothing is found where nobody is logged in', async () => {
  assert.equal(await access({}), null);
  assert.equal(await access({ [legacy]: '{}' }), null);
});

test('a configuration that is broken is said to be', async () => {
  await assert.rejects(access({ [legacy]: 'token: old\n' }), /config\.yaml is no JSON object/);
  const empty = '{"defaultProfile":"prod","profiles":{"prod":{}}}';
  await assert.rejects(access({ [legacy]: empty }), /The profile "prod" in .* has no API token/);
});
