import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { fileUri, normalUri, pathOfUri, toSlashes } from '../../../server/src/io/files/uri.ts';

const windows = { windows: true };
const posix = { windows: false };

// What VS Code's URI.file(path).toString() gives.
const pairs: readonly (readonly [string, string, { readonly windows: boolean }])[] = [
  ['/home/me/a b/x#1%.yaml', 'file:///home/me/a%20b/x%231%25.yaml', posix],
  ["/w/(a)!'*&=+,;@[1]?.yaml", 'file:///w/%28a%29%21%27%2A%26%3D%2B%2C%3B%40%5B1%5D%3F.yaml', posix],
  ['/w/schön/日本.yaml', 'file:///w/sch%C3%B6n/%E6%97%A5%E6%9C%AC.yaml', posix],
  ['/w/c:/x', 'file:///w/c%3A/x', posix],
  ['/w/back\\slash', 'file:///w/back%5Cslash', posix],
  ['/', 'file:///', posix],
  ['c:\\Users\\me\\a b\\x#1.yaml', 'file:///c%3A/Users/me/a%20b/x%231.yaml', windows],
  ['c:\\', 'file:///c%3A/', windows],
  ['\\\\server\\share\\a b.yaml', 'file://server/share/a%20b.yaml', windows],
];
for (const [path, uri, style] of pairs)
  test(`${path} is ${uri}`, () => {
    assert.equal(fileUri(path, style), uri);
    assert.equal(pathOfUri(uri, style), path);
  });

test('a drive letter is the same in either case, its colon encoded or not', () => {
  assert.equal(fileUri('C:\\x', windows), 'file:///c%3A/x');
  for (const uri of ['file:///C:/x', 'file:///c:/x', 'file:///C%3A/x', 'file:///c%3a/x', 'FILE:/C:/x']) {
    assert.equal(pathOfUri(uri, windows), 'c:\\x', uri);
    assert.equal(normalUri(uri, windows), 'file:///c%3A/x', uri);
  }
});

test('localhost is this machine; query and fragment are no part of a path', () => {
  assert.equal(pathOfUri('file://localhost/a/b', posix), '/a/b');
  assert.equal(pathOfUri('file:///a/b?x=1#y', posix), '/a/b');
});

test('what names no file here gives null', () => {
  for (const uri of [
    'untitled:Untitled-1',
    'https://x/y',
    '',
    'file:',
    '/a/b',
    'file:///a%00b',
    'file:///a%2Fb',
  ])
    assert.equal(pathOfUri(uri, posix), null, uri);
  assert.equal(pathOfUri('file:///a%zz', posix), null);
  assert.equal(pathOfUri('file://server/share', posix), null);
  assert.equal(pathOfUri('file:///c:/a%5Cb', windows), null);
  assert.equal(normalUri('untitled:Untitled-1', posix), 'untitled:Untitled-1');
});

test('every path comes back from its URI, and Node reads the URI alike', () => {
  const part = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[/\0]/.test(text));
  const runs = { numRuns: process.env.WAYBILL_SOAK === '1' ? 20_000 : 300 };
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const path = `/${parts.join('/')}`;
      assert.equal(pathOfUri(fileUri(path, posix), posix), path);
      assert.match(fileUri(path, posix), /^file:\/\/\/[\w.~%/-]*$/);
      if (process.platform !== 'win32' && !parts.includes('.') && !parts.includes('..'))
        assert.equal(pathOfUri(pathToFileURL(path).href, posix), path);
    }),
    runs,
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const path = `d:\\${parts.join('\\').replaceAll('\\', '-')}`;
      assert.equal(pathOfUri(fileUri(path, windows), windows), path);
    }),
    runs,
  );
});

test('slashes', () => {
  assert.equal(toSlashes('a\\b\\c', windows), 'a/b/c');
  assert.equal(toSlashes('a\\b/c', posix), 'a\\b/c');
});
