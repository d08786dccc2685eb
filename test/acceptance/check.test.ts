import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { root } from '../support/paths.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { check, waybill } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';
import { startTrap } from './support/trap.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

const api = `${ecr}/demo-apps/api`;

describe('exit codes', () => {
  const code = async (files: Record<string, string>, ...args: string[]) =>
    (await waybill(['check', folderWith(files), ...args], { env: sandbox.env })).code;
  const release = (...images: string[]) => ({ '.waybill.yaml': config, 'pod.yaml': pod(...images) });

  test('0: nothing is wrong', async () => assert.equal(await code(release(`${api}:1.4.2`)), 0));
  test('0: only warnings, information and hints', async () =>
    assert.equal(
      await code(release('nginx', 'index.docker.io/acme/web:1', '1111.dkr.ecr.us-east-2.amazonaws.com/a:1')),
      0,
    ));
  test('1: a tag that is proven to be missing', async () =>
    assert.equal(await code(release(`${api}:1.4.3`)), 1));
  test('1: a rule that is made an error', async () =>
    assert.equal(
      await code({ '.waybill.yaml': `${config}rules:\n  latest-tag: error\n`, 'pod.yaml': pod(api) }),
      1,
    ));
  test('0: an error that is turned off', async () =>
    assert.equal(
      await code({
        '.waybill.yaml': `${config}rules:\n  tag-not-found: off\n`,
        'pod.yaml': pod(`${api}:1.4.3`),
      }),
      0,
    ));
  test('3: verdicts are required and one could not be had', async () =>
    assert.equal(await code(release(`${api}:1.4.2`, `${ecr}/demo-apps/denied:1`), '--require-verdicts'), 3));
  test('3: verdicts are required and a file could not be read', async () =>
    assert.equal(
      await code({ ...release(`${api}:1.4.2`), 'broken.yaml': 'image: "no end\n' }, '--require-verdicts'),
      3,
    ));
  test('0: what cannot be read lies outside of what was named', async () => {
    const folder = folderWith({
      '.waybill.yaml': config,
      'release/pod.yaml': pod(`${api}:1.4.2`),
      'other/utf16.yaml': '',
    });
    writeFileSync(join(folder, 'other/utf16.yaml'), Buffer.from([0xff, 0xfe, 0x61, 0x00]));
    const { code, stderr } = await waybill(['check', join(folder, 'release'), '--require-verdicts'], {
      env: sandbox.env,
    });
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });
  test('1 comes before 3', async () =>
    assert.equal(await code(release(`${api}:1.4.3`, `${ecr}/demo-apps/denied:1`), '--require-verdicts'), 1));
  test('0: verdicts are required and all were had', async () =>
    assert.equal(await code(release(`${api}:1.4.2`, `${ecr}/demo-apps/web:2.0.1`), '--require-verdicts'), 0));

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a path that is not there', ['check', 'nowhere/at-all'], /nowhere\/at-all/],
    ['a format that is not known', ['check', '--format', 'xml'], /text, json, sarif, github/],
    ['an option that is not known', ['check', '--fixx'], /--fixx/],
    ['a kind of fix that is not known', ['check', '--fix=all'], /--fix=unverified/],
    ['--fix in files of a stranger', ['check', '--fix', '--untrusted'], /--untrusted/],
    ['a command that is not known', ['chek'], /no command "chek"/],
    ['no command', [], /^$/],
  ];
  for (const [what, args, says] of wrong)
    test(`2: ${what}`, async () => {
      const ran = await waybill(args, { env: sandbox.env });
      assert.equal(ran.code, 2);
      assert.match(ran.stderr, says);
    });

  test('each command explains itself', async () => {
    const { stdout } = await waybill(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    assert.ok(names.includes('check'));
    for (const name of names) {
      const ran = await waybill([name, '--help']);
      assert.equal(ran.code, 0);
      assert.match(ran.stdout, new RegExp(`^Usage: waybill ${name}`));
    }
  });
});

describe('paths', () => {
  const files = {
    'one/.waybill.yaml': config,
    'one/pod.yaml': pod(`${api}:1.4.3`),
    'one/deep/pod.yaml': pod(`${api}:1.4.2`),
    'two/.waybill.yaml': config,
    'two/pod.yaml': pod(`${api}:1.4.0`),
  };
  const shown = async (args: string[], cwd?: string) => {
    const { report } = await check(args, { env: sandbox.env, ...(cwd === undefined ? {} : { cwd }) });
    return report.images.map(({ file, written }) => `${file} ${written.split(':').at(-1)}`);
  };

  test('are relative to the folder that was named', async () =>
    assert.deepEqual(await shown([join(folderWith(files), 'one')]), [
      'deep/pod.yaml 1.4.2',
      'pod.yaml 1.4.3',
    ]));
  test('of several folders are relative to the first that holds them', async () => {
    const folder = folderWith(files);
    assert.deepEqual(await shown([join(folder, 'two'), join(folder, 'one')]), [
      'deep/pod.yaml 1.4.2',
      'pod.yaml 1.4.3',
      'pod.yaml 1.4.0',
    ]);
  });
  test('of a file are relative to its folder, and the release around it counts', async () => {
    const folder = folderWith(files);
    const { report } = await check([join(folder, 'one/pod.yaml')], { env: sandbox.env });
    assert.deepEqual(
      report.problems.map(({ file, rule }) => `${file} ${rule}`),
      ['pod.yaml tag-not-found'],
    );
  });
  test('of a file beside a folder are relative to what holds them', async () => {
    const folder = folderWith(files);
    assert.deepEqual(await shown([join(folder, 'one/pod.yaml'), folder]), [
      'one/deep/pod.yaml 1.4.2',
      'pod.yaml 1.4.3',
      'two/pod.yaml 1.4.0',
    ]);
  });
  test('of a linked file are those of the link', async () => {
    const folder = folderWith(files);
    symlinkSync('../one/pod.yaml', join(folder, 'two/linked pod.yaml'));
    assert.deepEqual(await shown([join(folder, 'two/linked pod.yaml')]), ['linked pod.yaml 1.4.3']);
  });
  test('without a Git work tree, too, settings above count', async () => {
    const folder = folderWith({
      '.waybill.yaml': config,
      'release/kots/app.yaml': 'apiVersion: kots.io/v1beta1\nkind: Config\n',
      'release/kots/pod.yaml': pod(`${api}:1.4.3`),
    });
    const { report } = await check([join(folder, 'release/kots')], { env: sandbox.env });
    assert.deepEqual(
      report.problems.map(({ file, rule }) => `${file} ${rule}`),
      ['pod.yaml tag-not-found'],
    );
  });
  test('without one the current folder is checked', async () =>
    assert.deepEqual(await shown([], join(folderWith(files), 'two')), ['pod.yaml 1.4.0']));
  test('in a Git work tree what lies above counts, but is not reported', async () => {
    const folder = folderWith({
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.waybill.yaml': `${config}unknown: true\n`,
      'a/pod.yaml': pod(`${api}:1.4.3`),
      'b/pod.yaml': pod(`${api}:1.4.4`),
    });
    const { report } = await check([join(folder, 'a')], { env: sandbox.env });
    assert.deepEqual(
      report.problems.map(({ file, rule }) => `${file} ${rule}`),
      ['pod.yaml tag-not-found'],
    );
  });
});

describe('whose app it is', () => {
  const image = `proxy.replicated.com/proxy/other/${api}:1.4.2`;
  const wrongApp = async (args: string[], env: Record<string, string> = {}) => {
    const folder = folderWith({ '.waybill.yaml': config, 'pod.yaml': pod(image) });
    const { report } = await check([folder, ...args], { env: { ...sandbox.env, ...env } });
    return report.problems.some(({ rule }) => rule === 'proxy-wrong-app');
  };
  test('.waybill.yaml says it', async () => assert.equal(await wrongApp([]), true));
  test('REPLICATED_APP wins over that', async () =>
    assert.equal(await wrongApp([], { REPLICATED_APP: 'other' }), false));
  test('--app wins over both', async () => {
    assert.equal(await wrongApp(['--app', 'other'], { REPLICATED_APP: 'third' }), false);
    assert.equal(await wrongApp(['--app', 'third'], { REPLICATED_APP: 'other' }), true);
  });
});

describe('--fix', () => {
  const text = `# Kept: every comment, blank line and quote.
apiVersion: v1
kind: Pod
metadata: { name: acme }
spec:
  containers:
    - name: slip   # v1.4.2 was meant to be 1.4.2
      image: "${api}:v1.4.2"

    - name: public
      image: 'nginx:1.27.2'
    - name: nowhere
      image: redis:7.4
    - name: alias
      image: index.docker.io/acme/maps:5
---
apiVersion: troubleshoot.sh/v1beta2
kind: Preflight
metadata: { name: acme }
spec:
  collectors:
    - run: { image: nginx:1.27.2 }
`.replaceAll('\n', '\r\n');
  const fixed = text
    .replace(`${api}:v1.4.2`, `${api}:1.4.2`)
    .replace(`'nginx:1.27.2'`, `'${ecr}/demo-apps/nginx:1.27.2'`)
    .replace('index.docker.io/acme', 'docker.io/acme');
  const run = async (args: string[], env: Readonly<Record<string, string>>) => {
    const folder = folderWith({ '.waybill.yaml': config, 'pod.yaml': text });
    const ran = await check([folder, ...args], { env });
    return { ...ran, text: readFileSync(join(folder, 'pod.yaml'), 'utf8') };
  };

  test('without it no file is touched', async () => assert.equal((await run([], sandbox.env)).text, text));

  test('rewrites what is known to exist, and nothing else', async () => {
    const { text: now, code, report, stderr } = await run(['--fix'], sandbox.env);
    assert.equal(now, fixed);
    assert.equal(code, 0);
    assert.match(stderr, /Fixed 3 problems/);
    assert.deepEqual(
      report.problems.map(({ rule }) => rule),
      ['public-image', 'public-image', 'public-image'],
    );
  });

  test('twice does no more than once', async () => {
    const folder = folderWith({ '.waybill.yaml': config, 'pod.yaml': text });
    await check([folder, '--fix'], { env: sandbox.env });
    await check([folder, '--fix'], { env: sandbox.env });
    // The docker.io spelling has become a public image like any other, and its private path does not exist.
    assert.equal(readFileSync(join(folder, 'pod.yaml'), 'utf8'), fixed);
  });

  test('leaves what nobody could be asked about, offline', async () => {
    const { text: now } = await run(['--fix', '--offline'], sandbox.env);
    assert.equal(now, text.replace('index.docker.io/acme', 'docker.io/acme'));
  });

  test('=unverified also rewrites what nobody could be asked about', async () => {
    const { text: now } = await run(['--fix=unverified', '--offline'], sandbox.env);
    assert.equal(
      now,
      text
        .replace(`'nginx:1.27.2'`, `'${ecr}/demo-apps/nginx:1.27.2'`)
        .replace('redis:7.4', `${ecr}/demo-apps/redis:7.4`)
        .replace('index.docker.io/acme', 'docker.io/acme'),
    );
  });

  test('=unverified never rewrites to what is known to be missing', async () =>
    assert.equal((await run(['--fix=unverified'], sandbox.env)).text, fixed));
});

describe('formats', () => {
  const folder = () =>
    folderWith({
      '.waybill.yaml': config,
      'a b, ü.yaml': pod(`${api}:1.4.3`, `"🚚${api}"`, 'nginx:1.27.2', `${ecr}/demo-apps/denied:1`),
    });

  test('json: stdout is one object, everything else is on stderr', async () => {
    const { stdout, report } = await check([folder(), '--fix'], { env: sandbox.env });
    assert.equal(report.version, 1);
    assert.deepEqual(JSON.parse(stdout), report);
  });

  test('json: where nothing is found, stderr says so', async () => {
    const { code, stdout, stderr } = await waybill(['check', folderWith({}), '--format', 'json']);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), { version: 1, images: [], problems: [] });
    assert.match(stderr, /No YAML of a release was found/);
  });

  test('json: edits, applied, are what --fix writes', async () => {
    const path = folder();
    const { report } = await check([path], { env: sandbox.env });
    const [edit] = report.problems.find(({ rule }) => rule === 'public-image')?.fixes[0]?.edits ?? [];
    assert.deepEqual(edit, {
      file: 'a b, ü.yaml',
      range: { start: { line: 13, character: 13 }, end: { line: 13, character: 13 } },
      newText: `${ecr}/demo-apps/`,
    });
  });

  test('sarif: results point at rules and at lines and columns from 1', async () => {
    const { stdout, code } = await waybill(['check', folder(), '--format', 'sarif'], { env: sandbox.env });
    assert.equal(code, 1);
    const log = JSON.parse(stdout);
    assert.equal(log.version, '2.1.0');
    const [run] = log.runs;
    assert.equal(run.columnKind, 'utf16CodeUnits');
    const found = run.results.map(
      (result: {
        ruleId: string;
        ruleIndex: number;
        level: string;
        message: { text: string };
        locations: { physicalLocation: { artifactLocation: { uri: string }; region: object } }[];
      }) => {
        assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
        assert.ok(result.message.text.length > 0);
        const place = result.locations[0]?.physicalLocation;
        return [result.ruleId, result.level, place?.artifactLocation.uri, place?.region];
      },
    );
    const uri = 'a%20b%2C%20%C3%BC.yaml';
    assert.deepEqual(found, [
      [
        'tag-not-found',
        'error',
        uri,
        { startLine: 8, startColumn: 14, endLine: 8, endColumn: 14 + `${api}:1.4.3`.length },
      ],
      [
        'invalid-reference',
        'error',
        uri,
        { startLine: 11, startColumn: 15, endLine: 11, endColumn: 15 + `🚚${api}`.length },
      ],
      ['public-image', 'note', uri, { startLine: 14, startColumn: 14, endLine: 14, endColumn: 26 }],
    ]);
    for (const { helpUri, id } of run.tool.driver.rules) {
      assert.ok(helpUri.endsWith(`/docs/rules/${id}.md`));
      assert.ok(existsSync(join(root, 'docs/rules', `${id}.md`)), id);
    }
  });

  test('github: one workflow command a problem', async () => {
    const { stdout } = await waybill(['check', folder(), '--format', 'github'], { env: sandbox.env });
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    assert.match(
      lines[0] ?? '',
      /^::error file=a b%2C ü\.yaml,line=8,col=14,endLine=8,endColumn=\d+,title=waybill tag-not-found::.*has no tag "1\.4\.3"\.$/,
    );
    assert.match(lines[2] ?? '', /^::notice file=/);
  });

  test('sarif and github: files below the current folder are named from there', async () => {
    const cwd = folderWith({ 'release/.waybill.yaml': config, 'release/pod.yaml': pod(`${api}:1.4.3`) });
    const told = async (format: string) =>
      (await waybill(['check', 'release', '--format', format], { env: sandbox.env, cwd })).stdout;
    assert.match(await told('github'), /^::error file=release\/pod\.yaml,/);
    const [result] = JSON.parse(await told('sarif')).runs[0].results;
    assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, 'release/pod.yaml');
  });

  test('text: the line, what is under it, and what was not checked and why', async () => {
    const { stdout } = await waybill(['check', folder()], { env: sandbox.env });
    const lines = stdout.split('\n');
    const at = lines.findIndex((line) => line.includes('tag-not-found'));
    assert.match(lines[at] ?? '', /8:14\s+error/);
    const shown = lines[at + 1] ?? '';
    const marks = lines[at + 2] ?? '';
    assert.equal(shown.slice(marks.indexOf('~'), marks.lastIndexOf('~') + 1), `${api}:1.4.3`);
    assert.match(stdout, /4 images: 2 checked, 2 not\./);
    assert.match(stdout, /1 × .*not authorized/);
    assert.ok(!stdout.includes('\u001b['), 'no colours where nobody looks');
  });
});

describe('what is asked of whom', () => {
  const traps = async (
    args: string[],
    files: Record<string, string>,
    env: (url: string) => Record<string, string> = () => ({}),
  ) => {
    const trap = await startTrap();
    try {
      const ran = await check([folderWith(files), ...args], {
        env: {
          AWS_ENDPOINT_URL_ECR: trap.url,
          AWS_ENDPOINT_URL: trap.url,
          HTTPS_PROXY: trap.url,
          HTTP_PROXY: trap.url,
          WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ 'docker.io': trap.url, [ecr]: trap.url }),
          AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'a-secret-that-nobody-may-see',
          AWS_MAX_ATTEMPTS: '1',
          ...env(trap.url),
        },
      });
      assert.ok(!`${ran.stdout}${ran.stderr}`.includes('a-secret-that-nobody-may-see'));
      return { connections: trap.connections(), ...ran };
    } finally {
      await trap.close();
    }
  };
  const listed = { '.waybill.yaml': config, 'pod.yaml': pod(`${api}:1.4.2`, 'nginx:1.27.2') };

  test('a trusted release asks its registry (the trap works)', async () => {
    const { connections, report } = await traps([], listed);
    assert.ok(connections > 0);
    assert.equal(report.images[0]?.verdict.status, 'unreachable');
  });

  test('--untrusted opens no connection', async () => {
    const { connections, report } = await traps(['--untrusted'], listed);
    assert.equal(connections, 0);
    assert.equal(report.images[0]?.verdict.detail, 'offline');
    assert.match(report.images[0]?.verdict.reason ?? '', /not trusted/);
  });

  test('--untrusted starts no program', async () => {
    const folder = folderWith({ 'pod.yaml': pod(`${api}:1.4.2`), '.waybill.yaml': config });
    const mark = join(folder, 'started');
    const profile = join(folder, 'aws-config');
    const program = `${process.execPath} -e "require('fs').writeFileSync('${mark.replaceAll('\\', '/')}', '')"`;
    const made = folderWith({ config: `[default]\ncredential_process = ${program}\n` });
    const env = { AWS_CONFIG_FILE: join(made, 'config'), AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:9' };
    await check([folder, '--untrusted'], { env });
    assert.ok(!existsSync(mark));
    await check([folder], { env });
    assert.ok(existsSync(mark), 'a trusted release uses the profile');
    assert.ok(!existsSync(profile));
  });

  test('--offline opens no connection', async () =>
    assert.equal((await traps(['--offline'], listed)).connections, 0));

  test('an account that is not listed is not asked', async () => {
    const { connections, report } = await traps([], { 'pod.yaml': pod(`${api}:1.4.2`) });
    assert.equal(connections, 0);
    assert.equal(report.images[0]?.verdict.detail, 'account-not-registered');
    assert.deepEqual(
      report.problems.map(({ rule, severity }) => `${severity} ${rule}`),
      ['hint registry-not-linked'],
    );
  });

  test('a host that only looks like ECR is not asked', async () => {
    const host = `${ecr}.evil.example`;
    const { connections } = await traps([], {
      '.waybill.yaml': `registries: [{ endpoint: ${host} }]\n`,
      'pod.yaml': pod(`${host}/demo-apps/api:1.4.2`),
    });
    assert.equal(connections, 0);
  });
});
