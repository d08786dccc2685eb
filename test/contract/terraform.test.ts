import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ecrHost } from '../../server/src/core/image/hosts.ts';
import { pullPolicy, trustPolicy } from '../../server/src/work/link/policy.ts';
import { asTerraform, type PullIdentity } from '../../server/src/work/link/print.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { findProgram, runs } from './support/peers.ts';

const terraform = findProgram('terraform');
const missing = runs(terraform, 'version') ? false : 'terraform is not installed';
/**
 * A mirror of providers on this machine, laid out as `terraform providers mirror` lays it out: the one that is named, or
 * one where Terraform or administrators keep them.
 */
const plugins = [
  process.env.WAYBILL_TERRAFORM_PLUGINS,
  process.env.TF_PLUGIN_CACHE_DIR,
  join(homedir(), '.terraform.d/plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
  ...foldersIn('/opt'),
].find((folder) => folder !== undefined && existsSync(join(folder, 'registry.terraform.io/hashicorp/aws')));
const noProvider =
  missing || (plugins === undefined && 'no mirror has the AWS provider; WAYBILL_TERRAFORM_PLUGINS names one');

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

const host = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const ecr = ecrHost(host);
assert.ok(ecr !== null);
const identity = (kind: 'user' | 'role', repositories: readonly string[] | null): PullIdentity => ({
  kind,
  name: 'replicated-pull-hello',
  ecr,
  host,
  policy: pullPolicy([{ ecr, repositories }]),
  trust: kind === 'role' ? trustPolicy(ecr, 'team-42') : null,
});
const many = Array.from({ length: 50 }, (_, i) => `team/service-${i}`);
const cases: readonly (readonly [string, PullIdentity])[] = [
  ['a user, all repositories', identity('user', null)],
  ['a user, some repositories', identity('user', ['demo-apps/api', 'demo-apps/web'])],
  ['a user, so many that the policy is one of its own', identity('user', many)],
  ['a role', identity('role', ['demo-apps/api'])],
];

describe('the printed Terraform', () => {
  for (const [name, one] of cases) {
    test(`${name}: is written as terraform fmt writes it`, { skip: missing }, () => {
      const { status, stdout } = spawnSync(terraform ?? '', ['fmt', '-check', '-diff', '-'], {
        input: asTerraform(one),
        encoding: 'utf8',
      });
      assert.equal(status, 0, stdout);
    });
    test(`${name}: passes terraform validate`, { skip: noProvider }, () => {
      const folder = folderWith({ 'main.tf': asTerraform(one) });
      const run = (...args: string[]): string =>
        execFileSync(terraform ?? '', args, {
          cwd: folder,
          encoding: 'utf8',
          env: { ...process.env, TF_DATA_DIR: join(folder, '.terraform'), CHECKPOINT_DISABLE: '1' },
          stdio: 'pipe',
        });
      run('init', '-backend=false', '-input=false', `-plugin-dir=${plugins}`);
      assert.match(run('validate', '-no-color'), /The configuration is valid/);
    });
  }
});
