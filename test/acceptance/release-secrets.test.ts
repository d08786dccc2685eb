import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { type Ran, waybill } from './support/cli.ts';
import { type PortalGate, startPortalGate } from './support/portal-gate.ts';
import { ecr } from './support/release.ts';

let sandbox: Sandbox;
let gate: PortalGate;
before(async () => {
  sandbox = await startSandbox();
  gate = await startPortalGate(sandbox.portalUrl);
});
after(async () => {
  await gate.close();
  await sandbox.close();
});

/** The arguments of every process of this machine; nothing where they cannot be read. */
function processList(): string {
  if (process.platform !== 'linux') return '';
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .join('\n');
}

function filesBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

test('no secret is in any output, log, file or process list on the way from nothing to a customer', async () => {
  const home = folderWith({ 'cache/nothing': '', 'work/nothing': '' });
  const work = join(home, 'work');
  const outputs: string[] = [];
  const seen: string[] = [];
  gate.decide = () => {
    seen.push(processList());
    return 'pass';
  };
  const token = sandbox.env.REPLICATED_API_TOKEN ?? '';
  const run = async (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> => {
    const ran = await waybill(args, {
      cwd: work,
      env: {
        ...sandbox.env,
        REPLICATED_API_ORIGIN: gate.url,
        REPLICATED_APP: 'hello',
        HOME: home,
        XDG_CACHE_HOME: join(home, 'cache'),
        WAYBILL_DEBUG: '1',
        ...more,
      },
    });
    outputs.push(ran.stdout, ran.stderr);
    return ran;
  };
  const folder = 'release';
  assert.equal(
    (await run(['release', 'init', folder, '--app', 'hello', '--registry', `${ecr}/demo-apps`])).code,
    0,
  );
  sandbox.portal.registries.length = 0;
  const added = await run(['registry', 'add', ecr, folder, '--create-user']);
  assert.equal(added.code, 0, added.stderr);
  const pushed = await run(['release', 'push', folder, '--yes', '--version', '1.0.0', '--wait-airgap']);
  assert.equal(pushed.code, 0, pushed.stderr);
  const made = await run(['customer', 'create', 'Big Bank', '--out', '../licence.yaml']);
  assert.equal(made.code, 0, made.stderr);
  await run(['customer', 'install', 'Big Bank', '--out', '../licence.yaml']);
  await run(['customer', 'ls', '--format', 'json']);
  await run(['registry', 'list', folder, '--format', 'json']);
  // What fails says the most.
  for (const broken of ['not-the-token-of-this-team-42'])
    await run(['release', 'push', folder, '--yes', '--again'], { REPLICATED_API_TOKEN: broken });

  const secrets = {
    'the token of the team': token,
    'a token that is refused': 'not-the-token-of-this-team-42',
    'the secret key of the user': sandbox.portal.registries[0]?.password ?? '',
    "the customer's licence id": sandbox.portal.customers[0]?.licenseId ?? '',
  };
  const kept = filesBelow(work) + filesBelow(join(home, 'cache'));
  for (const [name, secret] of Object.entries(secrets)) {
    assert.ok(secret.length > 15, name);
    for (const spelling of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ]) {
      assert.ok(!outputs.some((text) => text.includes(spelling)), `${name} is printed`);
      assert.ok(!kept.includes(spelling), `${name} is in a file`);
      assert.ok(!seen.some((list) => list.includes(spelling)), `${name} is in the process list`);
    }
  }
  assert.ok(seen.length > 20);
});
