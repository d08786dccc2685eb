import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyFileEdits } from '../../../server/src/io/files/edit.ts';
import { loadTexts } from '../../../server/src/io/files/load.ts';
import { readTextFile } from '../../../server/src/io/files/read.ts';
import { findConfigs, findUpwards, gitRootOf } from '../../../server/src/io/files/upward.ts';
import { writeFilesAtomically } from '../../../server/src/io/files/write.ts';
import { folderWith } from './support/temp.ts';

const onWindows = process.platform === 'win32';

async function problemWith(path: string, maxBytes?: number): Promise<string> {
  const read = await readTextFile(path, maxBytes);
  assert.ok(!read.ok);
  assert.ok(read.problem.message.includes(path), read.problem.message);
  return read.problem.code;
}

test('text is read as it stands, without its byte order mark', async () => {
  const root = folderWith({ plain: 'a: ü🚢\r\nb\r', bom: '\uFEFFa: 1\n', empty: '', two: '\uFEFF\uFEFFa' });
  assert.deepEqual(await readTextFile(join(root, 'plain')), { ok: true, text: 'a: ü🚢\r\nb\r', bom: false });
  assert.deepEqual(await readTextFile(join(root, 'bom')), { ok: true, text: 'a: 1\n', bom: true });
  assert.deepEqual(await readTextFile(join(root, 'empty')), { ok: true, text: '', bom: false });
  assert.deepEqual(await readTextFile(join(root, 'two')), { ok: true, text: '\uFEFFa', bom: true });
});

test('what is no text is named for what it is', async () => {
  const root = folderWith({
    'nul.yaml': Buffer.from('a: 1\0b'),
    'latin1.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xfc, 0x0a]),
    'utf16.yaml': Buffer.from('\uFEFFa: 1', 'utf16le'),
    'cut.yaml': Buffer.from('a: ü').subarray(0, 4),
    'large.yaml': 'x'.repeat(101),
  });
  assert.equal(await problemWith(join(root, 'nul.yaml')), 'binary');
  assert.equal(await problemWith(join(root, 'latin1.yaml')), 'not-utf8');
  assert.equal(await problemWith(join(root, 'utf16.yaml')), 'not-utf8');
  assert.equal(await problemWith(join(root, 'cut.yaml')), 'not-utf8');
  assert.equal(await problemWith(join(root, 'large.yaml'), 100), 'too-large');
  assert.equal(await problemWith(join(root, 'none.yaml')), 'missing');
  assert.equal(await problemWith(root), 'not-a-file');
});

test('many files are read in the order given; each that cannot be is named', async () => {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`d/${n}.yaml`, `n: ${n}`]));
  const root = folderWith({ ...files, 'bad.yaml': Buffer.from([0]) });
  const paths = [...Object.keys(files), 'bad.yaml', 'none.yaml'].reverse();
  const { texts, problems } = await loadTexts(root, paths);
  assert.deepEqual([...texts.keys()], paths.slice(2));
  assert.equal(texts.get('d/7.yaml'), 'n: 7');
  assert.deepEqual(
    problems.map(({ path, code, message }) => [path, code, message]),
    [
      ['none.yaml', 'missing', 'none.yaml does not exist.'],
      ['bad.yaml', 'binary', 'bad.yaml is a binary file, not text.'],
    ],
  );
});

test('edits keep mode and byte order mark and leave no other file behind', async () => {
  const root = folderWith({ 'a.yaml': '\uFEFFimage: nginx\r\n', 'b.yaml': 'image: redis\n' });
  chmodSync(join(root, 'a.yaml'), 0o775);
  const result = await applyFileEdits([
    {
      path: join(root, 'a.yaml'),
      before: 'image: nginx\r\n',
      edits: [{ span: { start: 7, end: 12 }, newText: 'web' }],
    },
    {
      path: join(root, 'b.yaml'),
      before: 'image: redis\n',
      edits: [{ span: { start: 7, end: 12 }, newText: 'db' }],
    },
  ]);
  assert.deepEqual(result, { ok: true });
  assert.equal(readFileSync(join(root, 'a.yaml'), 'utf8'), '\uFEFFimage: web\r\n');
  assert.equal(readFileSync(join(root, 'b.yaml'), 'utf8'), 'image: db\n');
  if (!onWindows) assert.equal(statSync(join(root, 'a.yaml')).mode & 0o777, 0o775);
  assert.deepEqual(readdirSync(root).sort(), ['a.yaml', 'b.yaml']);
});

test('a file that changed meanwhile stops all edits', async () => {
  const root = folderWith({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: new\n' });
  const edit = { edits: [{ span: { start: 0, end: 1 }, newText: 'x' }] };
  const result = await applyFileEdits([
    { path: join(root, 'a.yaml'), before: 'a: 1\n', ...edit },
    { path: join(root, 'b.yaml'), before: 'b: old\n', ...edit },
  ]);
  assert.ok(!result.ok);
  assert.equal(result.path, join(root, 'b.yaml'));
  assert.match(result.message, /b\.yaml was changed meanwhile\. No file was changed\./);
  assert.equal(readFileSync(join(root, 'a.yaml'), 'utf8'), 'a: 1\n');
});

test('one file that cannot be prepared: no file is written', async () => {
  const root = folderWith({ 'a.yaml': 'a\n', 'folder/x': '' });
  for (const bad of ['no-such-folder/b.yaml', 'folder']) {
    const result = await writeFilesAtomically([
      { path: join(root, 'a.yaml'), text: 'new' },
      { path: join(root, bad), text: 'new' },
    ]);
    assert.ok(!result.ok);
    assert.equal(result.path, join(root, bad));
    assert.match(result.message, /cannot be written: .*\. No file was changed\.$/);
  }
  assert.equal(readFileSync(join(root, 'a.yaml'), 'utf8'), 'a\n');
  assert.deepEqual(readdirSync(root).sort(), ['a.yaml', 'folder']);
});

test('a failure after some are in place puts those back, new ones away', async () => {
  const root = folderWith({ 'a.yaml': 'old\n', 'c.yaml': 'old\n' });
  const result = await writeFilesAtomically(
    ['a.yaml', 'new.yaml', 'c.yaml'].map((name) => ({ path: join(root, name), text: 'new\n' })),
    (from, to) =>
      to.endsWith('c.yaml')
        ? Promise.reject(Object.assign(new Error('x'), { code: 'ENOSPC' }))
        : rename(from, to),
  );
  assert.deepEqual(result, {
    ok: false,
    path: join(root, 'c.yaml'),
    message: `${join(root, 'c.yaml')} cannot be written: the disk is full. No file was changed.`,
    changed: [],
  });
  assert.equal(readFileSync(join(root, 'a.yaml'), 'utf8'), 'old\n');
  assert.deepEqual(readdirSync(root).sort(), ['a.yaml', 'c.yaml']);
});

test('writing through a link keeps the link', { skip: onWindows && 'links need rights there' }, async () => {
  const root = folderWith({ 'real/a.yaml': 'old\n' });
  symlinkSync(join('real', 'a.yaml'), join(root, 'link.yaml'));
  assert.deepEqual(await writeFilesAtomically([{ path: join(root, 'link.yaml'), text: 'new\n' }]), {
    ok: true,
  });
  assert.equal(readFileSync(join(root, 'real/a.yaml'), 'utf8'), 'new\n');
  assert.deepEqual(readdirSync(join(root, 'real')), ['a.yaml']);
  assert.ok(
    readdirSync(root, { withFileTypes: true })
      .find(({ name }) => name === 'link.yaml')
      ?.isSymbolicLink(),
  );
});

test('the nearest configuration above a folder is found, but not outside of its repository', async () => {
  const root = folderWith({
    '.waybill.yaml': '',
    'repo/.git/HEAD': '',
    'repo/.replicated': '',
    'repo/deploy/.replicated.yaml': '',
    'repo/deploy/kots/x.yaml': '',
  });
  const start = join(root, 'repo/deploy/kots');
  assert.equal(await gitRootOf(start), join(root, 'repo'));
  assert.deepEqual(await findConfigs(start), {
    waybill: null,
    replicated: join(root, 'repo/deploy/.replicated.yaml'),
  });
  writeFileSync(join(root, 'repo/.waybill.yaml'), '');
  assert.equal((await findConfigs(start)).waybill, join(root, 'repo/.waybill.yaml'));
  assert.equal(await findUpwards(start, ['no-such-name-anywhere-here']), null);
});
