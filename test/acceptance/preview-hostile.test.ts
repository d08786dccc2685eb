import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tar } from '../../sandbox/src/seed/tar.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';

/** Longer than any of these takes on a slow machine, and far shorter than what they ask for would. */
const limit = 50_000;
const run = (...args: string[]) => waybill(['preview', ...args], { limit });
const good = { '.waybill.yaml': config, 'pod.yaml': pod(`${ecr}/demo-apps/api:1.4.2`) };
const map = (text: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad }\ndata:\n  text: '${text}'\n`;
const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

describe('a file whose templates never end, or make too much, is named, and the others are written', () => {
  const doubled = Array.from(
    { length: 40 },
    (_, i) => `repl{{ define "a${i + 1}" }}repl{{ template "a${i}" }}repl{{ template "a${i}" }}repl{{ end }}`,
  );
  const cases: Record<string, readonly [text: string, message: RegExp]> = {
    'a template that calls itself': [
      'repl{{ define "a" }}repl{{ template "a" }}repl{{ end }}repl{{ template "a" }}',
      /bad\.yaml: refused: template: .*/,
    ],
    'output that doubles with each step': [
      `repl{{ define "a0" }}x0123456789repl{{ end }}${doubled.join('')}repl{{ template "a40" }}`,
      /bad\.yaml: refused: template: .*/,
    ],
    '50 MB of output': [
      'repl{{ range until 5000000 }}0123456789repl{{ end }}',
      /bad\.yaml: refused: template: .*/,
    ],
    '50 MB in one call': ['repl{{ repeat 50000000 "x" }}', /bad\.yaml: refused: template: .*/],
    'a text that grows in a loop': [
      'repl{{ $x := "x" }}repl{{ range until 100 }}repl{{ $x = print $x $x }}repl{{ end }}repl{{ len $x }}',
      /bad\.yaml: refused: template: .*/,
    ],
    'an action that nobody closes': ['repl{{ if ', /bad\.yaml: refused: .*/],
  };
  for (const [what, [text, message]] of Object.entries(cases))
    test(what, async () => {
      const out = join(folderWith(), 'out');
      const { code, stderr } = await run(folderWith({ ...good, 'bad.yaml': map(text) }), '--out', out);
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
      assert.ok(stderr.length < 20_000, 'what went wrong is said in a few lines');
      assert.ok(existsSync(join(out, 'rendered/this-cluster/acme-pod.yaml')));
      assert.ok(below(out).every((path) => readFileSync(join(out, path)).length < 1024 * 1024));
    });
});

test('a broken manifest does not hide the others', async () => {
  const out = join(folderWith(), 'out');
  const { stderr } = await run(folderWith({ ...good, 'bad.yaml': 'a: [1\nb: }\n' }), '--out', out);
  assert.match(stderr, /bad\.yaml: skipped: /);
  assert.match(readFileSync(join(out, 'rendered/this-cluster/acme-pod.yaml'), 'utf8'), /proxy\/acme/);
  const { stdout, code } = await run(
    folderWith({ ...good, 'bad.yaml': 'a: [1\nb: }\n' }),
    '--format',
    'json',
  );
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).releases[0].images.length, 1);
});

test('names of objects and charts lead nowhere outside', async () => {
  const names = [
    '../../../escaped',
    '/escaped',
    'a/../../../../escaped',
    '..\\\\escaped',
    'a\\0b',
    '..',
    `${'n'.repeat(300)}`,
  ];
  const files = names.flatMap((name, i) => [
    [`pod-${i}.yaml`, pod(`${ecr}/demo-apps/api:1`).replace('name: acme', `name: "${name}"`)],
    [
      `chart-${i}.yaml`,
      `apiVersion: kots.io/v1beta2\nkind: HelmChart\nmetadata: { name: c${i} }\nspec:\n  chart: { name: c${i}, chartVersion: 1.0.0 }\n  releaseName: "${name}"\n  values: { a: 1 }\n`,
    ],
  ]);
  const around = folderWith();
  const out = join(around, 'deep/out');
  const { code, stderr } = await run(folderWith({ ...good, ...Object.fromEntries(files) }), '--out', out);
  assert.ok(code === 0 || code === 1, stderr);
  assert.deepEqual(
    below(around).filter((path) => !path.startsWith('deep/out/')),
    [],
  );
  assert.ok(!existsSync('/escaped') && !below(out).some((path) => path.includes('escaped')));
  assert.ok(existsSync(join(out, 'rendered/this-cluster/acme-pod.yaml')));
  assert.match(stderr, /leads? out of (its|the) folder/);
  // What no disk holds is named too.
  assert.match(stderr, /nnn.*not written: Its name is too long/);
});

test("two files of which one would be the other's folder are both told", async () => {
  const chart = (name: string) =>
    `apiVersion: kots.io/v1beta2\nkind: HelmChart\nmetadata: { name: x }\nspec:\n  chart: { name: x, chartVersion: 1.0.0 }\n  releaseName: "${name}"\n  values: { a: 1 }\n`;
  const out = join(folderWith(), 'out');
  const folder = folderWith({ ...good, 'a.yaml': chart('web'), 'b.yaml': chart('web/values.yaml') });
  const { code, stderr } = await run(folder, '--out', out);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /helm\/web\/values\.yaml\/values\.yaml: not written: Another file has the name of its folder/,
  );
  assert.equal(readFileSync(join(out, 'helm/web/values.yaml'), 'utf8'), 'a: 1\n');
});

describe('--out into a folder that no preview made', () => {
  test('is refused, and nothing in it changes', async () => {
    const out = folderWith({ precious: 'kept', 'base/pod.yaml': 'mine' });
    const { code, stderr } = await run(folderWith(good), '--out', out);
    assert.equal(code, 2);
    assert.match(stderr, /holds other files\. .* add --force/);
    assert.deepEqual(below(out).sort(), ['base/pod.yaml', 'precious']);
  });

  test('with --force writes among what is there, again and again, and follows no link', async () => {
    const outside = folderWith({ victim: 'untouched', 'folder/pod.yaml': 'untouched' });
    const out = folderWith({ precious: 'kept', 'base/pod.yaml': 'mine' });
    symlinkSync(join(outside, 'folder'), join(out, 'rendered'));
    mkdirSync(join(out, 'overlays/midstream'), { recursive: true });
    symlinkSync(join(outside, 'victim'), join(out, 'overlays/midstream/kustomization.yaml'));
    for (let times = 0; times < 2; times++) {
      const { code, stderr } = await run(folderWith(good), '--out', out, '--force');
      assert.equal(code, 1);
      assert.match(stderr, /rendered\/this-cluster\/acme-pod\.yaml: not written: A link is in the way/);
    }
    assert.equal(readFileSync(join(out, 'precious'), 'utf8'), 'kept');
    assert.match(readFileSync(join(out, 'base/pod.yaml'), 'utf8'), /kind: Pod/);
    assert.match(readFileSync(join(out, 'overlays/midstream/kustomization.yaml'), 'utf8'), /newName: proxy/);
    assert.deepEqual(below(outside).sort(), ['folder/pod.yaml', 'victim']);
    assert.equal(readFileSync(join(outside, 'victim'), 'utf8'), 'untouched');
    // Without it the folder is still not one that a preview made.
    assert.equal((await run(folderWith(good), '--out', out)).code, 2);
  });

  test('a folder that a preview made loses links, not what they lead to', async () => {
    const outside = folderWith({ 'folder/pod.yaml': 'untouched' });
    const out = join(folderWith(), 'out');
    assert.equal((await run(folderWith(good), '--out', out)).code, 0);
    symlinkSync(join(outside, 'folder'), join(out, 'mine'));
    assert.equal((await run(folderWith(good), '--out', out)).code, 0);
    assert.ok(!existsSync(join(out, 'mine')));
    assert.equal(readFileSync(join(outside, 'folder/pod.yaml'), 'utf8'), 'untouched');
  });

  test('a file in its place is named', async () => {
    const folder = folderWith({ out: 'text' });
    const { code, stderr } = await run(folderWith(good), '--out', join(folder, 'out'));
    assert.equal(code, 2);
    assert.match(stderr, /cannot be written to/);
  });
});

describe("a customer's file that is none is named, and nothing of it is told", () => {
  const license = 'apiVersion: kots.io/v1beta1\nkind: License\nmetadata: { name: a }\n';
  const cases: Record<string, readonly [flag: string, text: string | Uint8Array, message: RegExp]> = {
    'no YAML': ['license', 'licenseID: [sesame\n', /--license .*file: It is not read as YAML: /],
    'another kind': [
      'config',
      license,
      /--config .*file: That is not config values: its kind is License, not ConfigValues/,
    ],
    'a text': [
      'installation',
      'sesame\n',
      /--installation .*file: That is not an Installation: it has no kind/,
    ],
    'no spec': ['license', license, /That is not a licence: its spec is missing/],
    'a list': ['license', '- sesame\n', /That is not a licence/],
    nothing: ['license', '', /That is not a licence/],
    'no text': ['license', Buffer.from([0x1f, 0x8b, 0, 1, 2]), /file is a binary file/],
    aliases: ['license', `a: &a [sesame]\nb: &b [${'*a,'.repeat(30)}]\n`, /That is not a licence/],
  };
  for (const [what, [flag, text, message]] of Object.entries(cases))
    test(what, async () => {
      const file = join(folderWith({ file: text }), 'file');
      for (const more of [['--out', join(folderWith(), 'out')], []]) {
        const { code, stderr } = await run(folderWith(good), `--${flag}`, file, ...more);
        assert.equal(code, 2, stderr);
        assert.match(stderr, message);
        assert.ok(!stderr.includes('sesame'));
      }
    });

  test('one that is not there', async () => {
    const { code, stderr } = await run(folderWith(good), '--license', '/nowhere/license.yaml');
    assert.equal(code, 2);
    assert.match(stderr, /\/nowhere\/license\.yaml does not exist/);
  });
});

test('a hostile chart archive is named and leaves nothing anywhere', async () => {
  const around = folderWith();
  const folder = join(around, 'release');
  mkdirSync(folder);
  const chart =
    'apiVersion: kots.io/v1beta2\nkind: HelmChart\nmetadata: { name: web }\nspec: { chart: { name: web, chartVersion: 1.0.0 } }\n';
  for (const [path, text] of Object.entries({ ...good, 'web.yaml': chart }))
    writeFileSync(join(folder, path), text);
  const entries = { 'web/Chart.yaml': 'name: web\nversion: 1.0.0\n', '../escaped.yaml': 'image: a/b:1\n' };
  writeFileSync(join(folder, 'web-1.0.0.tgz'), gzipSync(tar(entries)));
  const before = below(around).sort();
  for (const command of ['preview', 'check']) {
    const { stderr } = await waybill([command, folder, ...(command === 'check' ? ['--offline'] : [])], {
      limit,
    });
    assert.match(stderr, /web-1\.0\.0\.tgz has an entry that leads out of it, "\.\.\//);
  }
  assert.deepEqual(below(around).sort(), before);
});

test('a place where nobody can make folders is refused', {
  skip: process.platform === 'linux' ? false : 'only Linux has /proc',
}, async () => {
  const { code } = await run(folderWith(good), '--out', '/proc/waybill/out');
  assert.equal(code, 2);
});
