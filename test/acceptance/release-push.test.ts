import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { startFakePortal } from '../unit/io/support/fake-portal.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { type Ran, waybill } from './support/cli.ts';
import { type Passage, type PortalGate, startPortalGate } from './support/portal-gate.ts';
import { ecr } from './support/release.ts';

let sandbox: Sandbox;
let gate: PortalGate;
before(async () => {
  sandbox = await startSandbox();
  gate = await startPortalGate(sandbox.portalUrl);
});
beforeEach(() => {
  gate.decide = () => 'pass';
  gate.calls.length = 0;
  const { releases, promotions, channels } = sandbox.portal;
  releases.length = 0;
  promotions.length = 0;
  for (const channel of channels)
    Object.assign(channel, { isArchived: false, semverRequired: false, buildAirgapAutomatically: false });
  for (const faults of ['fail5xx', 'html200', 'deny', 'expire', 'throttle', 'hang', 'reset'] as const)
    sandbox.quirks[faults].length = 0;
});
after(async () => {
  await gate.close();
  await sandbox.close();
});

const config = `app: hello\nchannel: Unstable\nregistries:\n  - endpoint: ${ecr}\n`;
const application =
  'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: hello\nspec:\n  title: Hello\n';
const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: ${image}\n`;
const files = {
  '.waybill.yaml': config,
  'app.yaml': application,
  'web.yaml': deployment(`${ecr}/demo-apps/api:1.4.2`),
};
const release = (more: Readonly<Record<string, string>> = {}): string => folderWith({ ...files, ...more });

const run = (
  folder: string,
  args: readonly string[] = ['--yes'],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> =>
  waybill(['release', 'push', folder, ...args], { env: { ...sandbox.env, REPLICATED_APP: '', ...env } });
const through = {
  get REPLICATED_API_ORIGIN() {
    return gate.url;
  },
};

/** What the portal holds of the app: sequences of releases, and of promotions to a channel. */
const held = (channel = 'unstable') => ({
  releases: sandbox.portal.releases.map(({ sequence }) => sequence),
  promoted: sandbox.portal.promotions
    .filter(({ channelId }) => channelId.endsWith(`-${channel}`))
    .map(({ sequence }) => sequence),
});
const nothing = { releases: [], promoted: [] };

test('a release is checked, created and promoted, with its files as they are', async () => {
  const { code, stdout, stderr } = await run(release({ 'README.md': '# hello\n' }), [
    '--yes',
    '--version',
    '1.0.0',
    '--notes',
    '*first*',
    '--required',
  ]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.split('\n').slice(0, 6), [
    'App hello, channel Unstable: no release was promoted to it yet',
    'Git: not in a repository',
    'Check: no errors, 1 image, it exists',
    'Files: 2, 1 kB',
    '  left out: README.md',
    '  app.yaml, web.yaml',
  ]);
  assert.match(
    stdout,
    /Release 1 is current on Unstable of hello\.\nhttps:\/\/vendor\.replicated\.com\/apps\/hello\//,
  );
  assert.match(stderr, /Created release 1\.\nPromoting release 1 to Unstable/);
  const [created] = sandbox.portal.releases;
  assert.deepEqual(
    created?.files.map(({ name, path, content, children }) => ({ name, path, content, children })),
    [
      { name: 'app.yaml', path: 'app.yaml', content: application, children: [] },
      { name: 'web.yaml', path: 'web.yaml', content: files['web.yaml'], children: [] },
    ],
  );
  const [{ versionLabel, notes, isRequired }] = sandbox.portal.promotions as [
    (typeof sandbox.portal.promotions)[0],
  ];
  assert.deepEqual(
    { versionLabel, notes, isRequired },
    { versionLabel: '1.0.0', notes: '*first*', isRequired: true },
  );
});

test('the same content is not released twice, unless asked', async () => {
  const folder = release();
  await run(folder);
  const again = await run(folder);
  assert.equal(again.code, 0);
  assert.match(again.stdout, /Nothing to do: Unstable has exactly this release\./);
  assert.deepEqual(held(), { releases: [1], promoted: [1] });
  assert.equal((await run(folder, ['--yes', '--again'])).code, 0);
  assert.deepEqual(held(), { releases: [1, 2], promoted: [1, 2] });
});

test('one release goes from channel to channel', async () => {
  const folder = release();
  await run(folder);
  const { code, stdout } = await run(folder, ['--yes', '--channel', 'Stable', '--version', '1.0.0']);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /Release 1 has this content already: it is promoted as 1\.0\.0, and none is created\./,
  );
  assert.deepEqual(held('stable'), { releases: [1], promoted: [1] });
});

test('what changes is shown: files, and images by tag', async () => {
  const folder = release({ 'old.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: old }\n' });
  await run(folder, ['--yes', '--version', '1.0.0']);
  rmSync(join(folder, 'old.yaml'));
  writeFileSync(
    join(folder, 'web.yaml'),
    `${deployment(`${ecr}/demo-apps/api:1.4.1`)}        - name: log\n          image: busybox:1.36\n`,
  );
  writeFileSync(join(folder, 'new.yaml'), 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: new }\n');
  const { code, stdout } = await run(folder, ['--dry-run', '--version', '1.0.0', '--offline']);
  assert.equal(code, 0);
  const shown = stdout.slice(stdout.indexOf('Files:')).split('\n');
  assert.deepEqual(shown, [
    'Files: 3, 1 kB',
    '  + new.yaml',
    '  - old.yaml',
    '  ~ web.yaml',
    'Images:',
    '  + docker.io/library/busybox:1.36',
    `  ~ ${ecr}/demo-apps/api: 1.4.2 → 1.4.1`,
    'Note: Unstable has a release labelled 1.0.0 already, with other content.',
    'A new release is created and promoted as 1.0.0.',
    'Nothing was done (--dry-run).',
    '',
  ]);
  assert.deepEqual(held(), { releases: [1], promoted: [1] });
});

describe('charts', () => {
  const chart = {
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
    'charts/web/values.yaml': `image:\n  repository: ${ecr}/demo-apps/api\n  tag: 1.4.2\n`,
    'charts/web/templates/web.yaml': 'kind: ConfigMap\n',
  };
  test('are packaged, and their images compared', async () => {
    const folder = release(chart);
    assert.equal((await run(folder)).code, 0);
    assert.deepEqual(
      sandbox.portal.releases[0]?.files.map(({ path }) => path),
      ['app.yaml', 'web-1.2.3.tgz', 'web.yaml'],
    );
    assert.deepEqual(sandbox.portal.releases[0]?.charts[0]?.name, 'web');
    assert.match((await run(folder)).stdout, /Nothing to do/);
    writeFileSync(
      join(folder, 'charts/web/values.yaml'),
      chart['charts/web/values.yaml'].replace('1.4.2', '1.4.1'),
    );
    const { stdout } = await run(folder, ['--dry-run', '--offline']);
    assert.match(
      stdout,
      / {2}~ web-1\.2\.3\.tgz\nImages:\n {2}~ \S+\/demo-apps\/api: 1\.4\.2 → 1\.4\.1, 1\.4\.2\n/,
    );
  });
  test('of .replicated too, with its files flat', async () => {
    const folder = folderWith({
      '.replicated':
        'appSlug: hello\nmanifests: ["kots/*.yaml"]\ncharts: [{ path: ./charts/web }]\npromoteToChannelNames: [Beta]\n',
      'kots/app.yaml': application,
      ...chart,
    });
    assert.equal((await run(folder)).code, 0);
    assert.deepEqual(
      sandbox.portal.releases[0]?.files.map(({ path }) => path),
      ['app.yaml', 'web-1.2.3.tgz'],
    );
    assert.deepEqual(held('beta'), { releases: [1], promoted: [1] });
  });
});

describe('the check stops what is not fit', () => {
  test('an error, named with its place', async () => {
    const { code, stderr } = await run(release({ 'web.yaml': deployment(`${ecr}/demo-apps/api:9.9.9`) }));
    assert.equal(code, 1);
    assert.match(stderr, /^web\.yaml:10:18: .*has no tag "9\.9\.9"\. \[tag-not-found\]$/m);
    assert.match(stderr, /The check found an error\. Nothing was created, and nothing was promoted/);
    assert.deepEqual(held(), nothing);
  });
  test('an image that our own CI has not pushed yet', async () => {
    const folder = release({
      '.waybill.yaml': `${config}builtByUs: ["**/api"]\nrules: { tag-not-found: off }\n`,
      'web.yaml': deployment(`${ecr}/demo-apps/api:9.9.9`),
    });
    const { code, stderr } = await run(folder);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^web\.yaml:10:18: .*no tag "9\.9\.9"\. Your own CI builds this image \(builtByUs\)/m,
    );
    assert.deepEqual(held(), nothing);
  });
  test('what could not be checked is said, and stops only where told to', async () => {
    const folder = release({ 'web.yaml': deployment(`${ecr}/demo-apps/denied:1`) });
    const strict = await run(folder, ['--yes', '--require-verdicts']);
    assert.equal(strict.code, 3);
    assert.deepEqual(held(), nothing);
    const { code, stdout } = await run(folder);
    assert.equal(code, 0);
    assert.match(stdout, /Check: no errors, 1 image, 1 could not be checked:\n {2}\S/);
  });
  test('what is no YAML is said with its place, and stops only where told to', async () => {
    const folder = release({ 'broken.yaml': 'kind: ConfigMap\n  data: [\n' });
    const { code, stderr } = await run(folder, ['--yes', '--require-verdicts']);
    assert.equal(code, 3);
    assert.match(stderr, /^broken\.yaml:1:7: not read as YAML: /m);
    assert.deepEqual(held(), nothing);
    assert.equal((await run(folder)).code, 0);
  });
  const unfit: readonly (readonly [string, () => string, RegExp])[] = [
    [
      'same-named files of two folders',
      () =>
        folderWith({
          '.replicated': 'appSlug: hello\nmanifests: ["**/*.yaml"]\n',
          'a/app.yaml': application,
          'b/app.yaml': application,
        }),
      /a\/app\.yaml and b\/app\.yaml would both be app\.yaml.*Nothing was pushed/,
    ],
    [
      'a chart that cannot be read',
      () => release({ 'charts/web/Chart.yaml': 'name: [\n' }),
      /The chart in charts\/web has a Chart\.yaml that cannot be read/,
    ],
    [
      'a release over the size limit of the portal',
      () => {
        const folder = release();
        // What does not compress: digits of a recurrence that never repeats itself here.
        let seed = 1;
        const bytes = Buffer.from(
          Uint8Array.from({ length: 30 * 1024 * 1024 }, () => {
            seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
            return seed >>> 24;
          }),
        );
        writeFileSync(join(folder, 'data-1.0.0.tgz'), bytes);
        return folder;
      },
      /takes nothing that large.*not created.*largest files are data-1\.0\.0\.tgz \(30 MB\)/,
    ],
  ];
  for (const [name, make, says] of unfit)
    test(name, async () => {
      const { code, stderr } = await run(make(), ['--yes', '--channel', 'Unstable']);
      assert.match(stderr, says);
      assert.equal(code, 1);
      assert.deepEqual(held(), nothing);
    });
});

describe("Replicated's linter, where it is asked", () => {
  const linting = async (type: string, folder = release()): Promise<Ran> => {
    const lintExpressions = [
      {
        rule: 'invalid-yaml',
        type,
        message: 'It is odd',
        path: 'web.yaml',
        positions: [{ start: { line: 3 } }],
      },
    ];
    const linter = await startFakePortal(() => ({ status: 200, body: { lintExpressions } }));
    try {
      return await run(folder, ['--yes', '--lint'], { LINTER_API_ORIGIN: linter.url });
    } finally {
      await linter.close();
    }
  };
  test('an error stops it', async () => {
    const { code, stderr } = await linting('error');
    assert.equal(code, 1);
    assert.match(stderr, /^web\.yaml:3: It is odd \[Replicated's linter: invalid-yaml\]$/m);
    assert.deepEqual(held(), nothing);
  });
  test('a warning is said', async () => {
    const { code, stderr } = await linting('warn');
    assert.equal(code, 0);
    assert.match(stderr, /^web\.yaml:3: warn: It is odd/m);
  });
  test('that is out of reach: 6, and nothing is promoted', async () => {
    const { code, stderr } = await run(release(), ['--yes', '--lint'], {
      LINTER_API_ORIGIN: 'http://127.0.0.1:1',
    });
    assert.equal(code, 6);
    assert.match(stderr, /Replicated's linter could not be reached/);
    assert.deepEqual(held(), nothing);
  });
});

describe('what a path names', () => {
  const parent = {
    '.waybill.yaml': config,
    'compose.yaml': 'services: {}\n',
    'kots/app.yaml': application,
    'kots/deep/web.yaml': deployment(`${ecr}/demo-apps/api:1.4.2`),
  };
  const pushed = () => sandbox.portal.releases.at(-1)?.files.map(({ path }) => path);
  test('a .waybill.yaml above the release: the folder of its kinds is pushed', async () => {
    assert.equal((await run(folderWith(parent))).code, 0);
    assert.deepEqual(pushed(), ['app.yaml', 'deep/web.yaml']);
  });
  test('a folder below, a link to it, and a file in it', async () => {
    const folder = folderWith(parent);
    symlinkSync(join(folder, 'kots'), join(folder, 'linked'));
    for (const path of ['kots', 'linked', 'kots/app.yaml']) {
      const { code, stderr } = await run(join(folder, path), ['--yes', '--again']);
      assert.equal(code, 0, stderr);
      assert.deepEqual(pushed(), ['app.yaml', 'deep/web.yaml'], path);
    }
  });
  test('two releases at once are none to push', async () => {
    const folder = folderWith({ 'a/app.yaml': application, 'b/app.yaml': application });
    const { code, stderr } = await run(folder, ['--yes', '--app', 'hello', '--channel', 'Unstable']);
    assert.equal(code, 2);
    assert.match(stderr, /There are 2 releases in .*: a, b\. Name the folder of one\./);
  });
});

describe('nothing is promoted by accident', () => {
  test('without a terminal it needs --yes', async () => {
    const { code, stderr } = await run(release(), []);
    assert.equal(code, 8);
    assert.match(stderr, /was not confirmed: nobody can be asked here\. Add --yes\./);
    assert.deepEqual(held(), nothing);
  });
  test('a protected channel wants its name', async () => {
    const folder = release({ '.waybill.yaml': `${config}protectedChannels: [Unstable]\n` });
    const yes = await run(folder);
    assert.equal(yes.code, 8);
    assert.match(yes.stderr, /The channel Unstable is protected .*: add --confirm Unstable/);
    const wrong = await run(folder, ['--yes', '--confirm', 'Stable']);
    assert.equal(wrong.code, 8);
    assert.deepEqual(held(), nothing);
    assert.equal((await run(folder, ['--confirm', 'Unstable'])).code, 0);
    assert.deepEqual(held(), { releases: [1], promoted: [1] });
  });
});

describe('what the portal refuses is said, with what was and was not done', () => {
  const edit = (name: string, change: object): void => {
    for (const channel of sandbox.portal.channels) if (channel.name === name) Object.assign(channel, change);
  };
  const refused: readonly (readonly [
    string,
    () => void,
    readonly string[],
    Readonly<Record<string, string>>,
    RegExp,
  ])[] = [
    [
      'an expired token',
      () => {},
      [],
      { REPLICATED_API_TOKEN: 'tokenOfLastYear42' },
      /refuses the token in REPLICATED_API_TOKEN \(Unauthorized\)\. It may have expired/,
    ],
    [
      'an app that is not there',
      () => {},
      ['--app', 'helo'],
      {},
      /no app "helo" for this token\. It sees hello,/,
    ],
    [
      'a channel that is not there',
      () => {},
      ['--channel', 'Unstabel'],
      {},
      /has no channel "Unstabel", or it is archived\. It has Unstable,/,
    ],
    [
      'an archived channel',
      () => edit('Unstable', { isArchived: true }),
      [],
      {},
      /has no channel "Unstable", or it is archived\. It has Stable, Beta/,
    ],
    [
      'a label that is no version',
      () => edit('Unstable', { semverRequired: true }),
      ['--version', 'one'],
      {},
      /wants a semantic version .*"one" is none.*Nothing was pushed/,
    ],
    [
      'no label where one is wanted',
      () => edit('Unstable', { semverRequired: true }),
      [],
      {},
      /wants a semantic version as label, such as 1\.2\.3\. Give one with --version/,
    ],
  ];
  for (const [name, prepare, args, env, says] of refused)
    test(name, async () => {
      prepare();
      const { code, stderr, stdout } = await run(release(), ['--yes', ...args], env);
      assert.match(stderr, says);
      assert.equal(code, 4);
      assert.deepEqual(held(), nothing);
      assert.ok(!`${stdout}${stderr}`.includes('tokenOfLastYear42'));
    });

  test('no token at all', async () => {
    const { code, stderr } = await run(release(), ['--yes'], { REPLICATED_API_TOKEN: '' });
    assert.equal(code, 2);
    assert.match(stderr, /There is no token for the vendor portal: set REPLICATED_API_TOKEN/);
  });

  test('warnings: nothing is promoted, and --ignore-warnings does it', async () => {
    const folder = release();
    await run(folder, ['--yes', '--version', '1.0.0']);
    writeFileSync(join(folder, 'app.yaml'), application.replace('Hello', 'Hi'));
    const warned = await run(folder, ['--yes', '--version', '1.0.0']);
    assert.equal(warned.code, 4);
    assert.match(
      warned.stderr,
      /version label 1\.0\.0 was used.* Release 2 of hello was created and was not promoted\. The channel Unstable is as it was\. Use --ignore-warnings/,
    );
    assert.deepEqual(held(), { releases: [1, 2], promoted: [1] });
    const ignored = await run(folder, ['--yes', '--version', '1.0.0', '--ignore-warnings']);
    assert.equal(ignored.code, 0);
    assert.match(ignored.stdout, /Release 2 has this content already/);
    assert.match(ignored.stderr, /The portal warns: version label 1\.0\.0 was used/);
    assert.deepEqual(held(), { releases: [1, 2], promoted: [1, 2] });
  });
});

describe('a portal that fails', () => {
  const failing: readonly (readonly [string, () => void, RegExp, ReturnType<typeof held>])[] = [
    [
      'before anything',
      () => sandbox.quirks.fail5xx.push({ plane: 'portal' }),
      /portal says: Internal server error/,
      nothing,
    ],
    [
      'with a page',
      () => sandbox.quirks.html200.push({ plane: 'portal' }),
      /Something other than the vendor portal answered .*HTML page/,
      nothing,
    ],
    [
      'while the release is created',
      () => sandbox.quirks.fail5xx.push({ plane: 'portal', operation: 'CreateRelease' }),
      /not known whether the release was created; nothing was promoted\. Run the same command again/,
      nothing,
    ],
    [
      'while it is promoted',
      () => sandbox.quirks.fail5xx.push({ plane: 'portal', operation: 'PromoteRelease', status: 503 }),
      /Release 1 of hello was created and was not promoted\. The channel Unstable is as it was\..*Run the same command again/,
      { releases: [1], promoted: [] },
    ],
  ];
  for (const [name, prepare, says, left] of failing)
    test(`${name}: 6, and the same command goes on`, async () => {
      const folder = release();
      prepare();
      const { code, stderr } = await run(folder);
      assert.match(stderr, says);
      assert.equal(code, 6);
      assert.deepEqual(held(), left);
      for (const faults of ['fail5xx', 'html200'] as const) sandbox.quirks[faults].length = 0;
      assert.equal((await run(folder)).code, 0);
      assert.deepEqual(held(), { releases: [1], promoted: [1] });
    });

  test('an answer that is lost after the release was created: it is found again', async () => {
    const folder = release();
    gate.decide = (call) => (call === 'POST /v3/app/app-2/release' ? 'lose the answer' : 'pass');
    const lost = await run(folder, ['--yes'], through);
    assert.equal(lost.code, 6);
    assert.match(lost.stderr, /not known whether the release was created/);
    assert.deepEqual(held(), { releases: [1], promoted: [] });
    gate.decide = () => 'pass';
    assert.equal((await run(folder, ['--yes'], through)).code, 0);
    assert.deepEqual(held(), { releases: [1], promoted: [1] });
  });

  test('an answer that is lost after it was promoted: the channel is asked', async () => {
    gate.decide = (call) => (call.endsWith('/promote') ? 'lose the answer' : 'pass');
    for (const channel of sandbox.portal.channels) channel.buildAirgapAutomatically = true;
    const { code, stdout } = await run(release(), ['--yes', '--wait-airgap'], through);
    assert.equal(code, 0);
    assert.match(stdout, /Release 1 is current on Unstable/);
    assert.match(stdout, /Air-gap bundle: built\./);
    assert.deepEqual(held(), { releases: [1], promoted: [1] });
    assert.equal(gate.calls.filter((call) => call.endsWith('/promote')).length, 1);
  });
});

test('two people at once: the second one sees first what they would replace', async () => {
  const mine = release();
  const theirs = release({ 'app.yaml': application.replace('Hello', 'Theirs') });
  let other: Promise<Ran> | null = null;
  gate.decide = async (call): Promise<Passage> => {
    // While ours is created, theirs is promoted.
    if (call === 'POST /v3/app/app-2/release' && other === null) {
      other = run(theirs);
      await other;
    }
    return 'pass';
  };
  const { code, stderr } = await run(mine, ['--yes'], through);
  assert.equal(code, 5);
  assert.match(
    stderr,
    /Somebody promoted release 1 to Unstable meanwhile.*Release 2 of hello was created and was not promoted\. Run the same command again/,
  );
  assert.deepEqual(held(), { releases: [1, 2], promoted: [1] });
  const next = await run(mine);
  assert.match(next.stdout, /Release 2 has this content already/);
  assert.deepEqual(held(), { releases: [1, 2], promoted: [1, 2] });
});

describe('the air-gap bundle', () => {
  beforeEach(() => {
    for (const channel of sandbox.portal.channels) channel.buildAirgapAutomatically = true;
  });
  test('is waited for', async () => {
    const { code, stdout, stderr } = await run(release(), ['--yes', '--wait-airgap']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Air-gap bundle: built\./);
  });
  test('that fails names the line of the image, and that the release is promoted', async () => {
    // Nobody at Replicated can pull it: the registry of this region is linked for another app.
    const west = '429114214526.dkr.ecr.eu-west-1.amazonaws.com';
    const folder = release({
      '.waybill.yaml': `${config}rules: { linked-for-another-app: off, repository-not-found: off }\n`,
      'web.yaml': deployment(`${west}/demo-apps/api:1.4.2`),
    });
    const { code, stderr } = await run(folder, ['--yes', '--wait-airgap', '--offline']);
    assert.equal(code, 7, stderr);
    assert.match(
      stderr,
      /Release 1 is promoted, and its air-gap bundle was not built \(failed\): .*demo-apps\/api:1\.4\.2/,
    );
    assert.match(stderr, /It is named at web\.yaml:10:18\./);
    assert.deepEqual(held(), { releases: [1], promoted: [1] });
  });
});

test('branch and files that are not committed are shown, and no program of the repository is run', async () => {
  const folder = release({ 'hook.sh': '#!/bin/sh\ntouch ran\n' });
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  git('init', '-b', 'trunk');
  git('add', '.');
  git('commit', '-m', 'first');
  git('config', 'core.fsmonitor', 'sh hook.sh');
  writeFileSync(join(folder, 'web.yaml'), `${files['web.yaml']}# changed\n`);
  writeFileSync(join(folder, 'a new one.yaml'), 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: n }\n');
  const { stdout } = await run(folder, ['--dry-run']);
  assert.match(stdout, /Git: trunk at [0-9a-f]{7,}, 2 files not committed: a new one\.yaml, web\.yaml\n/);
  assert.doesNotMatch(stdout, /left out:.*ran/);
});

test('a domain of the vendor’s own that only the portal knows is told', async () => {
  const { hostnames } = sandbox.portal;
  hostnames.push({ appId: 'app-2', service: 'proxy', hostname: 'images.acme.example', isDefault: true });
  try {
    const { stderr } = await run(release(), ['--dry-run']);
    assert.match(
      stderr,
      /customers reach the proxy as images\.acme\.example.*Set `proxyDomain: images\.acme\.example`/,
    );
    const told = release({ '.waybill.yaml': `${config}proxyDomain: images.acme.example\n` });
    assert.doesNotMatch((await run(told, ['--dry-run'])).stderr, /Note/);
  } finally {
    hostnames.pop();
  }
});

test('--format json prints one object, also where it fails', async () => {
  const folder = release();
  const good = JSON.parse((await run(folder, ['--yes', '--format', 'json', '--version', '2.0.0'])).stdout);
  assert.deepEqual(
    [good.version, good.app, good.channel, good.release, good.action, good.check.images, good.error],
    [1, 'hello', 'Unstable', { sequence: 1, created: true, version: '2.0.0' }, { kind: 'create' }, 1, null],
  );
  writeFileSync(join(folder, 'web.yaml'), deployment(`${ecr}/demo-apps/api:9.9.9`));
  const bad = await run(folder, ['--yes', '--format', 'json']);
  const report = JSON.parse(bad.stdout);
  assert.equal(bad.code, 1);
  assert.deepEqual(
    report.check.errors.map(({ file, rule }: { file: string; rule: string }) => [file, rule]),
    [['web.yaml', 'tag-not-found']],
  );
  assert.match(report.error, /The check found an error/);
});

describe('the command line', () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['release'], /wants init or push/],
    [['release', 'pull'], /not "pull"/],
    [['release', 'push', 'a', 'b'], /name one folder/],
    [['release', 'push', '--format', 'xml'], /text or json/],
    [['release', 'push', '--notes', 'a', '--notes-file', 'b'], /do not go together/],
    [['release', 'push', '--notes-file', '/nowhere/notes.md'], /notes\.md cannot be read \(ENOENT\)/],
    [['release', 'push', '--airgap-timeout', 'soon'], /number of minutes/],
  ];
  for (const [args, says] of wrong)
    test(`2: waybill ${args.join(' ')}`, async () => {
      const { code, stderr } = await waybill(args, { env: sandbox.env });
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
  test('says what it lacks: the app, the channel, the release', async () => {
    const bare = { 'app.yaml': application };
    assert.match((await run(folderWith(bare))).stderr, /Which app\?/);
    assert.match(
      (await run(folderWith({ ...bare, '.waybill.yaml': 'app: hello\n' }))).stderr,
      /Which channel\?/,
    );
    assert.match((await run(folderWith({ 'a.txt': '' }))).stderr, /No release was found/);
  });
});
