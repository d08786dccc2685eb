import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { folderWith } from '../unit/io/support/temp.ts';
import { check, waybill } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';

/** A good file beside the bad one: whatever the bad one does, this one is reported. */
const good = { '.waybill.yaml': config, 'good.yaml': pod('nginx:1.27.2') };
const goodImages = 1;

/** Checks a release of the good file and a bad one; nobody is asked. It must end by itself, and not by a crash. */
async function checked(
  files: Readonly<Record<string, string | Uint8Array>>,
  change?: (folder: string) => void,
) {
  const folder = folderWith({ ...good, ...files });
  change?.(folder);
  const ran = await check([folder, '--offline'], { limit: 180_000 });
  assert.equal(ran.report.images.filter(({ file }) => file === 'good.yaml').length, goodImages);
  assert.ok(!/at .*waybill\.mjs/.test(ran.stderr), ran.stderr);
  const bad = ran.report.images.filter(({ file }) => file !== 'good.yaml');
  return { ...ran, images: bad, problems: ran.report.problems.filter(({ file }) => file !== 'good.yaml') };
}

describe('half-typed names', () => {
  const full = `${ecr}/demo-apps/api:1.4.2@sha256:${'7b17'.repeat(16)}`;
  test('at every length, quoted, open and plain', async () => {
    const files: Record<string, string> = {};
    for (let length = 0; length <= full.length; length += 3) {
      const typed = full.slice(0, length);
      files[`plain-${length}.yaml`] = pod(typed);
      files[`open-${length}.yaml`] = pod(`"${typed}`);
      files[`quoted-${length}.yaml`] = pod(`'${typed}'`);
    }
    const { code, images } = await checked(files);
    assert.ok(images.length > full.length / 3);
    assert.ok(code === 0 || code === 1);
  });

  const halves = [
    'nginx:',
    'nginx@',
    'nginx@sha256:',
    '/',
    ':',
    '@',
    '{{repl',
    '{{repl ConfigOption "a',
    "'repl{{ x'",
    '${',
    '$',
    '*',
    '&',
    '!',
    '|',
    '>',
    '[',
    '{',
    '%',
    '`',
    '\t',
  ];
  test('of every odd kind', async () => {
    const files = Object.fromEntries(halves.map((half, i) => [`half-${i}.yaml`, pod(half, 'redis:7.4')]));
    const { code } = await checked(files);
    assert.ok(code === 0 || code === 1);
  });
});

describe('what is no text or no YAML is named', () => {
  test('broken YAML: the images before it are still found', async () => {
    const { code, stderr, images } = await checked({
      'broken.yaml': `${pod('redis:7.4')}    - name: "no end\n      image: busybox:1.36\n`,
    });
    assert.match(stderr, /^broken\.yaml:\d+:\d+: not read as YAML/m);
    assert.equal(images[0]?.written, 'redis:7.4');
    assert.equal(code, 0);
  });

  test('broken YAML in one document leaves the others alone', async () => {
    const { images } = await checked({
      'several.yaml': `${pod('redis:7.4')}---\n}{\n: - [\n---\n${pod('busybox:1.36')}`,
    });
    assert.deepEqual(
      images.map(({ written }) => written),
      ['redis:7.4', 'busybox:1.36'],
    );
  });

  test('a binary file', async () => {
    const bytes = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) % 256);
    const { stderr, code } = await checked({ 'icon.yaml': bytes });
    assert.match(stderr, /icon\.yaml is a binary file/);
    assert.equal(code, 0);
  });

  test('bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(pod('redis:7.4')), Buffer.from([0xc3, 0x28, 0x0a])]);
    const { stderr } = await checked({ 'latin.yaml': bytes });
    assert.match(stderr, /latin\.yaml is not valid UTF-8/);
  });

  test('UTF-16', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(pod('redis:7.4'), 'utf16le')]);
    const { stderr } = await checked({ 'wide.yaml': bytes });
    assert.match(stderr, /wide\.yaml is UTF-16/);
  });

  test('a file larger than any release has', async () => {
    const { stderr } = await checked({ 'huge.yaml': `# ${'x'.repeat(17 * 1024 * 1024)}\n` });
    assert.match(stderr, /huge\.yaml is larger than 16 MB/);
  });

  test('a link to nowhere', { skip: process.platform === 'win32' && 'links need rights there' }, async () => {
    const { stderr } = await checked({}, (folder) => symlinkSync('nowhere', join(folder, 'link.yaml')));
    assert.match(stderr, /link\.yaml does not exist/);
  });

  test('links in a circle', { skip: process.platform === 'win32' && 'links need rights there' }, async () => {
    const { stderr } = await checked({}, (folder) => {
      symlinkSync('b.yaml', join(folder, 'a.yaml'));
      symlinkSync('a.yaml', join(folder, 'b.yaml'));
      symlinkSync('.', join(folder, 'same'));
    });
    assert.match(stderr, /a\.yaml cannot be read/);
  });

  test('a folder with the name of a file', async () => {
    const { code, images } = await checked({ 'folder.yaml/pod.yaml': pod('redis:7.4') }, (folder) =>
      mkdirSync(join(folder, 'empty.yaml')),
    );
    assert.equal(images[0]?.file, 'folder.yaml/pod.yaml');
    assert.equal(code, 0);
  });

  const root = process.getuid?.() === 0 && 'root may read everything';
  test('a file without rights', {
    skip: root || (process.platform === 'win32' && 'no such rights'),
  }, async () => {
    const { stderr } = await checked({ 'closed.yaml': pod('redis:7.4') }, (folder) =>
      chmodSync(join(folder, 'closed.yaml'), 0),
    );
    assert.match(stderr, /closed\.yaml cannot be read: permission denied/);
  });

  test('a file that was named itself ends it with 2', async () => {
    const folder = folderWith({ ...good, 'icon.yaml': new Uint8Array(100) });
    const { code, stderr, stdout } = await waybill(['check', join(folder, 'icon.yaml')]);
    assert.equal(code, 2);
    assert.match(stderr, /icon\.yaml is a binary file/);
    assert.equal(stdout, '');
  });

  test('a broken .waybill.yaml is a problem in it, and the rest is checked', async () => {
    const folder = folderWith({ ...good, '.waybill.yaml': 'app: [\nregistries: {}\n' });
    const { report, code } = await check([folder, '--offline']);
    assert.ok(
      report.problems.some(({ file, rule }) => file === '.waybill.yaml' && rule === 'invalid-config'),
    );
    assert.equal(report.images.length, 1);
    assert.equal(code, 0);
  });
});

describe('what is large', () => {
  test('a file of 10 MB in many documents', async () => {
    const env = Array.from(
      { length: 40 },
      (_, i) => `        - { name: SETTING_${i}, value: "${i}" }\n`,
    ).join('');
    const one = `---\n${pod(`${ecr}/demo-apps/api:1.4.2`)}      env:\n${env}`;
    const count = Math.ceil((10 * 1024 * 1024) / one.length);
    const { images } = await checked({ 'many.yaml': one.repeat(count) });
    assert.equal(images.length, count);
    assert.equal(images.at(-1)?.range.start.line, (count - 1) * 51 + 8);
  });

  test('10,000 documents, all of which are fixed', async () => {
    const text = (image: string) => `---\n${pod(image)}`.repeat(10_000);
    const folder = folderWith({ ...good, 'many.yaml': text('nginx:1.27.2') });
    await waybill(['check', folder, '--offline', '--fix=unverified'], { limit: 180_000 });
    assert.equal(readFileSync(join(folder, 'many.yaml'), 'utf8'), text(`${ecr}/demo-apps/nginx:1.27.2`));
  });

  test('a file of 10 MB in one text', async () => {
    const data = `${'    0123456789abcdef'.repeat(8)}\n`;
    const { images } = await checked({
      'map.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  text: |\n${data.repeat(65_000)}---\n${pod('redis:7.4')}`,
    });
    assert.equal(images.length, 1);
  });

  test('10,000 containers in one Pod', async () => {
    const { images } = await checked({
      'crowd.yaml': pod(...Array.from({ length: 10_000 }, (_, i) => `redis:7.${i}`)),
    });
    assert.equal(images.length, 10_000);
    assert.equal(images.at(-1)?.written, 'redis:7.9999');
  });

  test('10,000 containers that share one alias', async () => {
    const text = `images: &i redis:7.4\n${pod(...Array.from({ length: 10_000 }, () => '*i'))}`;
    const { images } = await checked({ 'alias.yaml': text });
    assert.equal(images.length, 10_000);
  });

  test('a reference of a megabyte', async () => {
    const { images, problems } = await checked({ 'long.yaml': pod(`a${'/b'.repeat(500_000)}`) });
    assert.equal(images.length, 1);
    assert.equal(problems[0]?.rule, 'invalid-reference');
  });

  test('5,000 files', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, i) => [`d${i % 50}/f${i}.yaml`, pod('redis:7.4')]),
    );
    const { images } = await checked(files);
    assert.equal(images.length, 5_000);
  });
});

describe('what goes in circles or deep', () => {
  test('an anchor that holds itself', async () => {
    const { code } = await checked({
      'cycle.yaml': `apiVersion: v1\nkind: Pod\nspec: &spec\n  containers:\n    - &c { name: a, image: redis:7.4, more: *c }\n  template: { spec: *spec }\n  list: &l [*l, *l]\n  <<: *spec\n`,
    });
    assert.ok(code === 0 || code === 1);
  });

  test('a billion laughs', async () => {
    const levels = ['a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]'];
    for (let i = 1; i < 12; i++) {
      const name = String.fromCharCode(97 + i);
      const before = `*${String.fromCharCode(96 + i)}`;
      levels.push(`${name}: &${name} [${Array(9).fill(before).join(', ')}]`);
    }
    const laughs = levels.join('\n');
    const { code } = await checked({
      'laughs.yaml': `${laughs}\n${pod('redis:7.4')}`,
      'values/Chart.yaml': 'apiVersion: v2\nname: values\nversion: 1.0.0\n',
      'values/values.yaml': `${laughs}\nimage: *l\n`,
      'crd.yaml': `apiVersion: example.com/v1\nkind: Thing\n${laughs}\n`,
    });
    assert.equal(code, 0);
  });

  test('a billion merged maps', async () => {
    const levels = ['a0: &a0 { image: redis:7.4 }'];
    for (let i = 1; i < 30; i++)
      levels.push(`a${i}: &a${i} { <<: [*a${i - 1}, *a${i - 1}], x: *a${i - 1}, y: *a${i - 1} }`);
    const text = levels.join('\n');
    const { code } = await checked({
      'merged.yaml': `apiVersion: example.com/v1\nkind: Thing\n${text}\nspec:\n  containers:\n    - <<: [*a29, *a29]\n`,
      'values/Chart.yaml': 'apiVersion: v2\nname: values\nversion: 1.0.0\n',
      'values/values.yaml': `${text}\n`,
    });
    assert.equal(code, 0);
  });

  for (const [what, open, close] of [
    ['lists', '[', ']'],
    ['maps', '{a: ', '}'],
  ] as const)
    test(`${what} 100,000 deep`, async () => {
      const text = `apiVersion: v1\nkind: Pod\nspec: ${open.repeat(100_000)}1${close.repeat(100_000)}\n`;
      const { code, stderr } = await checked({ 'deep.yaml': text, 'open.yaml': text.slice(0, 150_000) });
      assert.equal(code, 0);
      assert.match(stderr, /^deep\.yaml:\d+:\d+: .*deep/m);
    });

  test('5,000 levels of indentation', async () => {
    const text = Array.from({ length: 5_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    const { code } = await checked({ 'stairs.yaml': `apiVersion: v1\nkind: Thing\n${text} 1\n` });
    assert.equal(code, 0);
  });

  test('folders 60 deep', async () => {
    const { stderr, code } = await checked({ [`${'d/'.repeat(60)}pod.yaml`]: pod('redis:7.4') });
    assert.match(stderr, /40 levels deep/);
    assert.equal(code, 0);
  });

  test('100,000 braces of templates', async () => {
    const { code } = await checked({
      'braces.yaml': pod(`'${'{{repl '.repeat(50_000)}'`, `'${'repl{{'.repeat(50_000)}`),
      'ends.yaml': pod(`'${'}}'.repeat(100_000)}'`),
    });
    assert.ok(code === 0 || code === 1);
  });
});
