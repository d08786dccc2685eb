import assert from 'node:assert/strict';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tar } from '../../../sandbox/src/seed/tar.ts';
import type { ChartTexts } from '../../../server/src/core/release/charts/chart.ts';
import { createChartReader, readChart } from '../../../server/src/io/files/charts.ts';
import type { FileProblem } from '../../../server/src/io/files/problem.ts';
import { chartArchive } from '../../support/chart-archive.ts';
import { folderWith } from './support/temp.ts';

const read = (bytes: Uint8Array): Promise<ChartTexts | FileProblem | null> => {
  const folder = folderWith({ 'web.tgz': bytes });
  return readChart(join(folder, 'web.tgz'), 'web.tgz');
};
const block = 512;
/** A tar with an entry of another type or name in the place of a file's. */
function patched(
  bytes: Buffer,
  path: string,
  change: { name?: string; type?: string; link?: string },
): Buffer {
  const at = bytes.indexOf(`${path}\0`);
  assert.ok(at >= 0 && at % block === 0);
  if (change.name !== undefined) bytes.fill(0, at, at + 100).write(change.name, at);
  if (change.type !== undefined) bytes.write(change.type, at + 156);
  if (change.link !== undefined) bytes.write(change.link, at + 157);
  bytes.fill(' ', at + 148, at + 156);
  const sum = bytes.subarray(at, at + block).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
  return bytes;
}
const files = {
  'web/Chart.yaml': 'name: web\nversion: 1.0.0\n',
  'web/values.yaml': 'image: a/b:1\n',
  'web/templates/a.yaml': 'x: 1\n',
};

test('the texts that describe a chart are read, and nothing else', async () => {
  assert.deepEqual(await read(chartArchive('web', 'image: a/b:1\n')), {
    folder: 'web',
    chart: 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    values: 'image: a/b:1\n',
  });
  assert.deepEqual(await read(chartArchive('web', null)), {
    folder: 'web',
    chart: 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    values: null,
  });
});

describe('templates are kept where they make a preflight, and only then', () => {
  const helpers = { 'web/templates/_helpers.tpl': '{{ define "a" }}b{{ end }}\n' };
  const preflight = { 'web/templates/p.yaml': 'kind: Secret\nstringData: { preflight.yaml: "" }\n' };
  const template = async (bytes: Uint8Array) => {
    const found = await read(bytes);
    assert.ok(found !== null && 'chart' in found, JSON.stringify(found));
    return found.templates;
  };
  test('with what they may include, of dependencies too', async () => {
    const inner = { 'web/charts/lib/templates/_lib.tpl': '{{ define "lib" }}{{ end }}' };
    const kept = await template(gzipSync(tar({ ...helpers, ...files, ...preflight, ...inner })));
    assert.equal(kept?.whole, true);
    assert.deepEqual([...(kept?.texts.keys() ?? [])].sort(), [
      'charts/lib/templates/_lib.tpl',
      'templates/_helpers.tpl',
      'templates/p.yaml',
    ]);
  });
  test('none of a chart without preflights', async () =>
    assert.equal(await template(gzipSync(tar({ ...helpers, ...files }))), undefined));
  test('none that is a link', async () => {
    const link = { 'web/templates/_passwd.tpl': '' };
    const bytes = patched(tar({ ...files, ...preflight, ...link }), 'web/templates/_passwd.tpl', {
      type: '2',
      link: '/etc/passwd',
    });
    assert.deepEqual([...((await template(gzipSync(bytes)))?.texts.keys() ?? [])], ['templates/p.yaml']);
  });
  test('no more than is held', async () => {
    const big = Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [`web/templates/_${i}.tpl`, 'x'.repeat(1024 * 1024)]),
    );
    const kept = await template(gzipSync(tar({ ...files, ...preflight, ...big })));
    assert.equal(kept?.whole, false);
    const size = [...(kept?.texts.values() ?? [])].reduce((total, text) => total + text.length, 0);
    assert.ok(size <= 4 * 1024 * 1024);
  });
});

test('what is no chart is passed over', async () =>
  assert.equal(await read(gzipSync(tar({ 'package/package.json': '{}' }))), null));

describe('a hostile archive is named, and nothing of it is kept', () => {
  const many = () => {
    const one = tar({ 'web/templates/a.yaml': '' }).subarray(2 * block, 3 * block);
    return Buffer.concat([...Array.from({ length: 100_000 }, () => one), tar(files)]);
  };
  const cases: Record<string, [bytes: () => Uint8Array, message: RegExp]> = {
    'a path that climbs out': [
      () => gzipSync(patched(tar(files), 'web/templates/a.yaml', { name: '../../.ssh/authorized_keys' })),
      /web\.tgz has an entry that leads out of it, "\.\.\/\.\.\/\.ssh/,
    ],
    'an absolute path': [
      () => gzipSync(patched(tar(files), 'web/templates/a.yaml', { name: '/etc/passwd' })),
      /leads out of it, "\/etc\/passwd"/,
    ],
    'a path of Windows': [
      () => gzipSync(patched(tar(files), 'web/templates/a.yaml', { name: '..\\a.yaml' })),
      /leads out of it/,
    ],
    'values that are a link': [
      () => gzipSync(patched(tar(files), 'web/values.yaml', { type: '2', link: '/etc/passwd' })),
      /web\/values\.yaml is a link or a device/,
    ],
    'values that are a hard link': [
      () => gzipSync(patched(tar(files), 'web/values.yaml', { type: '1', link: '../../a' })),
      /web\/values\.yaml is a link or a device/,
    ],
    'a bomb of zeros in a file that is not wanted': [
      () => gzipSync(tar({ 'web/big': '\0'.repeat(160 * 1024 * 1024), ...files })),
      /unpacks to more than 100 MB/,
    ],
    'values of 6 MB': [
      () => gzipSync(tar({ ...files, 'web/values.yaml': 'a'.repeat(6 * 1024 * 1024) })),
      /has a file of 6291456 bytes/,
    ],
    '100,000 entries': [() => gzipSync(many()), /more than 10000 entries/],
    'no gzip': [() => Buffer.from('text'), /is no gzip archive, or it is damaged/],
    'gzip of no tar': [() => gzipSync(Buffer.alloc(2048, 'x')), /is no tar archive/],
    'a tar that ends early': [() => gzipSync(tar(files).subarray(0, 1300)), /ends before the end/],
    'a gzip that ends early': [
      () => gzipSync(tar(files)).subarray(0, 100),
      /is no gzip archive, or it is damaged/,
    ],
    'values that are no UTF-8': [
      () => gzipSync(Buffer.from(tar(files).toString('latin1').replace('image: a', 'image: \xff'), 'latin1')),
      /values\.yaml is not valid UTF-8/,
    ],
    nothing: [() => Buffer.alloc(0), /./],
  };
  for (const [what, [bytes, message]] of Object.entries(cases))
    test(what, async () => {
      const found = await read(bytes());
      assert.ok(found !== null && 'message' in found, JSON.stringify(found));
      assert.match(found.message, message);
      assert.equal(found.path, 'web.tgz');
    });
});

test('an archive is read once for as long as it is the same', async () => {
  const root = folderWith({ 'web.tgz': chartArchive('web', 'a: 1\n') });
  const charts = createChartReader();
  const first = (await charts(root, ['web.tgz'])).charts.get('web.tgz');
  assert.equal((await charts(root, ['web.tgz'])).charts.get('web.tgz'), first);
  const { mtimeMs } = statSync(join(root, 'web.tgz'));
  writeFileSync(join(root, 'web.tgz'), chartArchive('web', 'a: 2, and more\n'));
  assert.ok(mtimeMs > 0);
  assert.equal((await charts(root, ['web.tgz'])).charts.get('web.tgz')?.values, 'a: 2, and more\n');
  assert.equal((await charts(root, [])).charts.size, 0);
});

test('a link to an archive outside is no archive of the workspace', async () => {
  const { walkWorkspace } = await import('../../../server/src/io/files/walk.ts');
  const outside = folderWith({ 'web.tgz': chartArchive('web', 'a: 1\n') });
  const root = folderWith({ 'a/api.tgz': '', '.gitignore': '*.tgz\n' });
  symlinkSync(join(outside, 'web.tgz'), join(root, 'web.tgz'));
  // What Git leaves out is there all the same: charts are packaged by CI.
  assert.deepEqual((await walkWorkspace(root)).archives, ['a/api.tgz']);
});
