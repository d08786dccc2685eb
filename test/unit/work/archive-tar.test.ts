import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { tar as sandboxTar } from '../../../sandbox/src/seed/tar.ts';
import { readTar, type TarEntry } from '../../../server/src/work/mirror/archive/tar.ts';
import { MirrorError } from '../../../server/src/work/mirror/model.ts';
import { END, GNU_MAGIC, type Member, memberOf, pax, tarHeader, tarOf } from '../../support/tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-tar-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;

async function read(bytes: Buffer, signal = never): Promise<TarEntry[]> {
  const path = join(folder, 'image.tar');
  writeFileSync(path, bytes);
  const handle = await open(path);
  try {
    return [...(await readTar({ name: 'image.tar', handle, size: bytes.length }, signal)).values()];
  } finally {
    await handle.close();
  }
}

const contents = (bytes: Buffer, { offset, size }: TarEntry): string =>
  bytes.toString('utf8', offset, offset + size);
const fails = (bytes: Buffer, why: string, message: RegExp): Promise<void> =>
  assert.rejects(read(bytes), (error) => {
    assert.ok(error instanceof MirrorError, String(error));
    assert.equal(error.why, why);
    assert.match(error.message, message);
    return true;
  });

describe('what is in a tar', () => {
  test('files, folders and links, with where their bytes are', async () => {
    const bytes = tarOf(
      { name: './a/', type: '5' },
      { name: './a/one', body: 'one' },
      { name: 'old/', type: '\0' },
      { name: 'empty' },
      { name: 'a//two', body: 'x'.repeat(512) },
      { name: 'a/link', type: '2', link: '../b' },
      { name: 'hard', type: '1', link: 'a/one', size: 3 },
      { name: 'last', type: '7', body: 'last' },
    );
    const entries = await read(bytes);
    assert.deepEqual(
      entries.map((one) => [one.name, one.kind, one.size, one.linkTarget]),
      [
        ['a', 'folder', 0, null],
        ['a/one', 'file', 3, null],
        ['old', 'folder', 0, null],
        ['empty', 'file', 0, null],
        ['a/two', 'file', 512, null],
        ['a/link', 'symlink', 0, '../b'],
        ['hard', 'hard link', 0, 'a/one'],
        ['last', 'file', 4, null],
      ],
    );
    assert.equal(contents(bytes, entries[1]!), 'one');
    assert.equal(contents(bytes, entries[4]!), 'x'.repeat(512));
    assert.equal(contents(bytes, entries[7]!), 'last');
  });
  test("what the sandbox's own writer made", async () => {
    const bytes = sandboxTar({ 'a/b/c.txt': 'text', 'd.txt': 'x'.repeat(20_000) });
    const entries = await read(bytes);
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['a', 'a/b', 'a/b/c.txt', 'd.txt'],
    );
    assert.equal(contents(bytes, entries[2]!), 'text');
    assert.equal(contents(bytes, entries[3]!), 'x'.repeat(20_000));
  });
  test('long names of GNU tar, of POSIX and of pax', async () => {
    const long = `${'d/'.repeat(80)}file`;
    const target = `${'t/'.repeat(80)}file`;
    const bytes = tarOf(
      { name: '././@LongLink', type: 'L', body: `${long}\0`, magic: GNU_MAGIC },
      { name: long, body: 'gnu', magic: GNU_MAGIC },
      { name: '././@LongLink', type: 'K', body: `${target}\0`, magic: GNU_MAGIC },
      { name: '././@LongLink', type: 'L', body: `${long}2\0`, magic: GNU_MAGIC },
      { name: 'cut', type: '2', link: 'cut', magic: GNU_MAGIC },
      { name: 'file', prefix: 'posix/prefix', body: 'posix' },
      // In its place GNU tar keeps times.
      { name: 'times', prefix: '14370000000', magic: GNU_MAGIC },
      pax({ mtime: '1.5', path: `${long}/ä`, size: '4' }),
      { name: 'cut', body: 'pax!', size: 0 },
      pax({ linkpath: target }),
      { name: 'paxlink', type: '2', link: 'cut' },
      // What pax says of the size is not about the header that stands between.
      pax({ size: '5' }),
      { name: '././@LongLink', type: 'L', body: `${long}3\0`, magic: GNU_MAGIC },
      { name: 'cut', body: 'mixed', size: 0 },
      { name: 'pax_global_header', type: 'g', body: '13 path=all\n' },
      { name: 'after', body: 'after' },
    );
    const entries = await read(bytes);
    assert.deepEqual(
      entries.map(({ name, linkTarget }) => [name, linkTarget]),
      [
        [long, null],
        [`${long}2`, target],
        ['posix/prefix/file', null],
        ['times', null],
        [`${long}/ä`, null],
        ['paxlink', target],
        [`${long}3`, null],
        ['after', null],
      ],
    );
    assert.equal(contents(bytes, entries[4]!), 'pax!');
    assert.equal(contents(bytes, entries[6]!), 'mixed');
    assert.equal(contents(bytes, entries[7]!), 'after');
  });
  test('a size as a binary number', async () => {
    const size = Buffer.alloc(12);
    size[0] = 0x80;
    size[11] = 5;
    const bytes = tarOf({ name: 'binary', body: 'bytes', size }, { name: 'after', body: 'x' });
    assert.deepEqual(
      (await read(bytes)).map(({ name, size }) => [name, size]),
      [
        ['binary', 5],
        ['after', 1],
      ],
    );
  });
  test('a name that stands twice means its last entry', async () => {
    const bytes = tarOf({ name: 'a', body: 'first' }, { name: './a', body: 'second' });
    const [entry, ...others] = await read(bytes);
    assert.deepEqual([contents(bytes, entry!), others], ['second', []]);
  });
  test('what follows the end is not read', async () => {
    const bytes = Buffer.concat([tarOf({ name: 'a' }), Buffer.from('no tar'.repeat(200))]);
    assert.equal((await read(bytes)).length, 1);
  });
});

describe('a tar that is damaged', () => {
  const whole = tarOf({ name: 'first', body: 'x'.repeat(600) }, { name: 'second', body: 'y'.repeat(40_000) });
  const ends = whole.length - END.length;
  for (const length of [0, 1, 511, 512, 600, 1024 + 512, 1024 + 512 + 100, 2048 + 20_000, ends - 600, ends])
    test(`cut off after ${length} bytes`, () =>
      fails(whole.subarray(0, length), 'corrupt', /^image\.tar ends at byte \d+, (before|in the middle)/));
  test('cut off in an entry, says which', () =>
    fails(whole.subarray(0, 2048 + 20_000), 'corrupt', /ends at byte 22048, in the middle of second\.$/));
  test('its end may be one block', async () =>
    assert.equal((await read(whole.subarray(0, ends + 512))).length, 2));
  test('no tar at all', () => fails(Buffer.from('text'.repeat(500)), 'corrupt', /is no tar archive/));
  test('a header with another sum', () => {
    const bytes = Buffer.from(whole);
    bytes[1024 + 512] = 0x7a;
    return fails(bytes, 'corrupt', /damaged: at byte 1536/);
  });
  for (const [what, size] of [
    ['a size that is no number', Buffer.from('000000x0000\0')],
    ['a negative size', Buffer.alloc(12, 0xff)],
    ['a size beyond all numbers', Buffer.from('\xc0' + '\x7f'.repeat(11), 'latin1')],
  ] as const)
    test(what, () => fails(tarOf({ name: 'a', size }), 'corrupt', /has no size/));
  for (const [what, body] of [
    ['without a length', 'path=a\n'],
    ['longer than it is', '99 path=a\n'],
    ['of no length', '0 path=a\n'],
    ['without a key', '5 =a\n'],
    ['with a zero byte in a name', '11 path=a\0b\n'],
    ['with a size that is none', '11 size=-1\n'],
  ] as const)
    test(`a pax record ${what}`, () =>
      fails(tarOf({ name: 'pax', type: 'x', body }, { name: 'a' }), 'corrupt', /extended header/));
});

describe('what has no business in an archive of images', () => {
  const refused: readonly (readonly [what: string, members: readonly Member[], message: RegExp])[] = [
    ['a name that climbs', [{ name: '../../etc/passwd' }], /leads out of it: \.\.\/\.\.\/etc\/passwd/],
    ['a name that climbs within', [{ name: 'blobs/../../x' }], /leads out of it: blobs\/\.\.\/\.\.\/x/],
    ['an absolute name', [{ name: '/etc/passwd' }], /leads out of it: \/etc\/passwd/],
    ['a long name that climbs', [{ name: 'L', type: 'L', body: '../x\0' }, { name: 'x' }], /leads out/],
    ['a pax name that climbs', [pax({ path: '../x' }), { name: 'x' }], /leads out/],
    ['a character device', [{ name: 'dev/null', type: '3' }], /dev\/null \(type "3"\)/],
    ['a block device', [{ name: 'dev/sda', type: '4' }], /dev\/sda/],
    ['a pipe', [{ name: 'pipe', type: '6' }], /pipe/],
    ['a sparse file of GNU tar', [{ name: 'sparse', type: 'S' }], /sparse/],
    ['a sparse file of pax', [pax({ 'GNU.sparse.major': '1' }), { name: 'x' }], /--sparse/],
    ['a name of 5000 bytes', [{ name: 'L', type: 'L', body: 'x'.repeat(5000) }, { name: 'x' }], /5000 bytes/],
    ['a pax name of 5000 bytes', [pax({ path: 'x'.repeat(5000) }), { name: 'x' }], /4096 bytes/],
    ['headers without end', [...Array(9)].map(() => pax({ path: 'x' })), /in a row/],
  ];
  for (const [what, members, message] of refused)
    test(what, () => fails(tarOf(...members), 'refused', message));
  test('more than 100,000 entries', () => {
    const one = tarHeader({ name: 'x' });
    return fails(Buffer.alloc(100_001 * 512, one), 'refused', /more than 100000 entries/);
  });
  test('names that together fill the memory', () => {
    const one = Buffer.concat([
      memberOf({ name: 'L', type: 'L', body: 'x'.repeat(4096) }),
      memberOf({ name: 'x' }),
    ]);
    return fails(Buffer.alloc(4097 * one.length, one), 'refused', /too long names/);
  });
  test('control characters of a name do not reach the message', () =>
    fails(tarOf({ name: '../\x1b[2J\nx' }), 'refused', /leads out of it: \.\.\/�\[2J�x/));
});

test('reading ends when it is called off', async () => {
  const reason = new Error('called off');
  await assert.rejects(read(tarOf({ name: 'a' }), AbortSignal.abort(reason)), reason);
});
