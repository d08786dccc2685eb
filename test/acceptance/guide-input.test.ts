import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { withScratch } from '../support/scratch.ts';
import { type Ran, waybill } from './support/cli.ts';
import { ecr } from './support/release.ts';

const application =
  'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: a\nspec:\n  title: A\n';

/** What somebody starts the guide with, and what is said of it. */
interface Wrong {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files that are there already. */
  readonly files?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly says: RegExp;
}

const wrong: Readonly<Record<string, Wrong>> = {
  'no app': { args: [], code: 2, says: /Which app\? Name it with --app/ },
  'an app that is no slug': { args: ['--app', 'My App'], code: 2, says: /"My App" is no slug of an app/ },
  'no token': {
    env: { REPLICATED_API_TOKEN: '' },
    code: 1,
    says: /✗ There is no token for the vendor portal: set REPLICATED_API_TOKEN.*\n.*holds nothing yet/,
  },
  'a token that the portal refuses': {
    env: { REPLICATED_API_TOKEN: 'mistyped-token' },
    code: 1,
    says: /✗ The vendor portal refuses the token in REPLICATED_API_TOKEN/,
  },
  'a portal that is out of reach': {
    env: { REPLICATED_API_ORIGIN: 'http://127.0.0.1:1' },
    code: 1,
    says: /✗ The vendor portal could not be reached/,
  },
  'no credentials of AWS': {
    args: ['--app', 'fresh', '--registry', ecr],
    env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    code: 1,
    says: /✗ There are no AWS credentials .*Log in \(`aws configure`/,
  },
  'neither credentials nor a registry': {
    env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    code: 2,
    says: /There are no AWS credentials .*Log in \(`aws configure`/,
  },
  'neither a region nor a registry': {
    env: { AWS_REGION: '', AWS_DEFAULT_REGION: '' },
    code: 2,
    says: /Which registry\? Name it with --registry HOST\/PREFIX, or set AWS_REGION/,
  },
  'a registry of somebody else than Amazon': {
    args: ['--app', 'fresh', '--registry', 'ghcr.io/acme'],
    code: 2,
    says: /"ghcr\.io" is no private registry of Amazon ECR/,
  },
  'a registry of another account': {
    args: ['--app', 'fresh', '--registry', '123456789012.dkr.ecr.us-east-2.amazonaws.com/x'],
    code: 1,
    says: /✗ AWS: .*is of account 123456789012, and these credentials are of 429114214526/,
  },
  'a channel that a new app lacks': {
    args: ['--app', 'fresh', '--channel', 'Nightly'],
    code: 1,
    says: /✗ Vendor portal: the app fresh, which is new, has no channel Nightly.*Stable, Beta, Unstable/,
  },
  'a channel that the app lacks': {
    args: ['--app', 'mysampleecrapp', '--channel', 'Nightly'],
    code: 1,
    says: /✗ Vendor portal: the app mysampleecrapp has no channel Nightly/,
  },
  'a folder with something else': {
    files: { 'fresh/thesis.tex': '\\begin{document}', 'fresh/.git/HEAD': 'ref' },
    code: 1,
    says: /✗ fresh holds other files and no release\. Name a folder that is empty/,
  },
  'a file where the folder would be': {
    files: { fresh: 'no folder' },
    code: 1,
    says: /✗ fresh is a file\. Name a folder\./,
  },
  'the release of another app': {
    files: { 'fresh/.waybill.yaml': 'app: theirs\n', 'fresh/app.yaml': application },
    code: 1,
    says: /✗ The release in fresh is of the app theirs, not of fresh\./,
  },
  'a release without a private path there': {
    files: { 'fresh/.waybill.yaml': 'app: fresh\n', 'fresh/app.yaml': application },
    code: 1,
    says: /✗ The release in fresh has no private path in 429114214526\.dkr.*`registries` in its \.waybill\.yaml/,
  },
};

describe('the guide, started with what cannot go well', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ linked: false });
  });
  after(() => sandbox.close());

  const guide = (
    folder: string,
    { args = ['--app', 'fresh'], env = {} }: Pick<Wrong, 'args' | 'env'>,
  ): Promise<Ran> => {
    const none = join(folder, '.none');
    return waybill(['guide', '--yes', ...args], {
      cwd: folder,
      env: { ...sandbox.env, AWS_CONFIG_FILE: none, AWS_SHARED_CREDENTIALS_FILE: none, ...env },
    });
  };

  /** All that a guide could have begun. */
  const begun = () => {
    const { apps, releases, promotions, customers, registries } = sandbox.portal;
    return [apps, releases, promotions, customers, registries].map(({ length }) => length);
  };

  for (const [name, one] of Object.entries(wrong))
    test(name, () =>
      withScratch(async (folder) => {
        for (const [path, text] of Object.entries(one.files ?? {})) {
          mkdirSync(join(folder, path, '..'), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
        const files = readdirSync(folder, { recursive: true }).sort();
        const before = begun();
        const { code, stdout, stderr } = await guide(folder, one);
        assert.match(stdout + stderr, one.says);
        assert.equal(code, one.code, stderr);
        assert.deepEqual(begun(), before);
        assert.deepEqual(
          readdirSync(folder, { recursive: true })
            .filter((path) => !String(path).startsWith('.'))
            .sort(),
          files,
        );
        assert.doesNotMatch(stdout + stderr, /undefined|\[object|\n {4}at /);
        assert.ok(!`${stdout}${stderr}`.includes('mistyped-token'));
      }),
    );

  test('the app of another team: the slug that the portal gave is told, and nothing goes on', () =>
    withScratch(async (folder) => {
      sandbox.portal.takenSlugs = ['theirs'];
      const args = ['--app', 'theirs'];
      for (const _ of ['first', 'again']) {
        const { code, stderr } = await guide(folder, { args });
        assert.equal(code, 1);
        assert.match(stderr, /The portal gave the app another slug, because theirs is taken\..*--app/);
        assert.match(stderr, /Step 2 did not end well/);
      }
      assert.equal(sandbox.portal.apps.filter(({ name }) => name === 'theirs').length, 1);
      assert.deepEqual(readdirSync(folder), []);
    }));

  test('a repository with nothing but a README is as good as empty', () =>
    withScratch(async (folder) => {
      mkdirSync(join(folder, 'fresh/.git'), { recursive: true });
      writeFileSync(join(folder, 'fresh/README.md'), '# Fresh\n');
      sandbox.quirks.deny.push({ plane: 'portal', operation: 'CreateApp', times: 1 });
      const { stdout } = await guide(folder, {});
      assert.match(stdout, /fresh holds no release yet\.\n✓ See that all is in place/);
    }));
});
