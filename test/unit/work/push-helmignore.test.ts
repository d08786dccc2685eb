import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readHelmIgnore } from '../../../server/src/work/push/charts/helmignore.ts';

/** What helm.sh/helm pkg/ignore does with each pattern: pattern, path, whether it is a folder, left out. */
const cases: readonly (readonly [string, string, boolean, boolean])[] = [
  ['helm.txt', 'helm.txt', false, true],
  ['helm.*', 'helm.txt', false, true],
  ['helm.*', 'rudder.txt', false, false],
  ['*.txt', 'tiller.txt', false, true],
  ['*.txt', 'cargo/a.txt', false, true],
  ['cargo/*.txt', 'cargo/a.txt', false, true],
  ['cargo/*.*', 'cargo/a.txt', false, true],
  ['ru[c-e]?er.txt', 'rudder.txt', false, true],
  ['templates/.?*', 'templates/.dotfile', false, true],
  ['.*', '.', true, false],
  ['.*', '.joonix', true, true],
  ['.*', 'helm.txt', false, false],
  ['.*', '', true, false],
  ['cargo/', 'cargo', true, true],
  ['cargo/', 'cargo', false, false],
  ['mast/', 'mast/a.txt', false, false],
  ['/a.txt', 'a.txt', false, true],
  ['/a.txt', 'cargo/a.txt', false, false],
  ['cargo/a.txt', 'cargo/a.txt', false, true],
  ['/cargo/a.txt', 'mast/a.txt', false, false],
  ['!helm.txt', 'helm.txt', false, false],
  ['!helm.txt', 'tiller.txt', false, true],
  ['!*.txt', 'cargo', true, true],
  ['!cargo/', 'mast/a.txt', false, true],
  ['*', 'a/b', false, true],
  ['a*b', 'a/b', false, false],
  ['# comment', '# comment', false, false],
  ['  spaced.txt  ', 'spaced.txt', false, true],
  ['a\\*b', 'a*b', false, true],
  ['a\\*b', 'axb', false, false],
  ['[^a].txt', 'b.txt', false, true],
  ['[^a].txt', 'a.txt', false, false],
  ['x.txt\r', 'x.txt', false, true],
];

describe('.helmignore leaves out what Helm leaves out', () => {
  for (const [pattern, path, isFolder, left] of cases)
    test(`${JSON.stringify(pattern)} and ${path || 'nothing'}${isFolder ? '/' : ''}`, () => {
      assert.equal(readHelmIgnore(pattern).ignores(path, isFolder), left);
    });
  test('hidden files among the templates always', () => {
    assert.equal(readHelmIgnore('').ignores('templates/.swp', false), true);
  });
  for (const pattern of ['a/**/b', 'foo[', '[]'])
    test(`${pattern} is refused, as Helm refuses it`, () => {
      assert.throws(() => readHelmIgnore(pattern), /\.helmignore has/);
    });
});
