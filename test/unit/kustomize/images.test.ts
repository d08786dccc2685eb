import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  applyEntry,
  applyImages,
  type ImageEntry,
  imageTransformer,
  isImageField,
  isImageMatched,
  splitImage,
} from '../../../server/src/core/kustomize/images.ts';
import { runs } from '../../support/vectors.ts';

const digest = 'sha256:06b5d462c92fc39303e6363c65e074559f8d6b1363250027ed5053557e3398c5';

/** The rule as kustomize states it, for names without other special characters than dots. */
const stated = (image: string, name: string): boolean =>
  new RegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(image);

test('an image matches a name with any tag and digest behind it', () => {
  const rows: [string, string, boolean][] = [
    ['nginx', 'nginx', true],
    ['nginx:1.2', 'nginx', true],
    [`nginx:1.2@${digest}`, 'nginx', true],
    [`nginx@${digest}`, 'nginx', true],
    ['nginx:{{tag}}', 'nginx', true],
    ['nginx:', 'nginx', true],
    ['nginx@sha512:00', 'nginx', false],
    ['nginx:1/2', 'nginx', false],
    ['docker.io/nginx', 'nginx', false],
    ['nginx', 'docker.io/nginx', false],
    ['localhost:5000/nginx:1', 'localhost:5000/nginx', true],
    ['quayxio/a', 'quay.io/a', true],
    ['nginx-foo', 'nginx-.*', true],
  ];
  for (const [image, name, expected] of rows)
    assert.equal(isImageMatched(image, name), expected, `${image} by ${name}`);
});

test('matching agrees with the stated expression on any short text', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '.', ':', '/', '@', '@sha256:', '{', '\n'),
    maxLength: 8,
  });
  const name = fc.string({ unit: fc.constantFrom('a', '.', ':', '/', '@sha256'), maxLength: 5 });
  fc.assert(
    fc.property(text, name, (image, entry) => {
      assert.equal(isImageMatched(image, entry), stated(image, entry), JSON.stringify([image, entry]));
    }),
    runs(2000),
  );
});

test('a new tag or digest replaces both old ones, else both stay', () => {
  const rows: [string, ImageEntry, string][] = [
    [`nginx:1@${digest}`, { name: 'nginx', newName: 'acme/nginx' }, `acme/nginx:1@${digest}`],
    [`nginx:1@${digest}`, { name: 'nginx', newTag: '2' }, 'nginx:2'],
    ['nginx:1', { name: 'nginx', digest }, `nginx@${digest}`],
    ['nginx:1', { name: 'nginx', newTag: '2', digest }, `nginx:2@${digest}`],
    [`nginx:1@${digest}`, { name: 'nginx', tagSuffix: '-x' }, 'nginx:1-x'],
    ['nginx', { name: 'nginx', newName: '', newTag: '' }, 'nginx'],
    ['redis:1', { name: 'nginx', newTag: '2' }, 'redis:1'],
    ['localhost:5000/a:1', { name: 'localhost:5000/a', newName: 'b' }, 'b:1'],
  ];
  for (const [image, entry, expected] of rows) assert.equal(applyEntry(image, entry), expected, image);
});

test('an image is split behind its first slash, as kustomize does', () => {
  assert.deepEqual(splitImage('localhost:5000/a:1'), { name: 'localhost:5000/a', tag: '1', digest: '' });
  assert.deepEqual(splitImage(`a/b@${digest}`), { name: 'a/b', tag: '', digest });
  assert.deepEqual(splitImage(`a/b:1@${digest}`), { name: 'a/b', tag: '1', digest });
});

test('entries are applied in turn, each to what the one before left', () => {
  const entries: ImageEntry[] = [
    { name: 'a', newName: 'b' },
    { name: 'b', newName: 'c', newTag: '2' },
    { name: 'a', newName: 'never' },
  ];
  assert.deepEqual(applyImages(['a:1', 'b', 'c:1', 'd'], entries), ['c:2', 'c:2', 'c:1', 'd']);
  assert.deepEqual(imageTransformer(entries)('a:1').applied, [0, 1]);
});

test('the prepared transformer does what one entry after another does', () => {
  const name = fc.stringMatching(/^[ab.]{1,3}(\/[ab.]{1,2})?$/);
  const entry = fc.record({
    name,
    newName: fc.option(name, { nil: undefined }),
    newTag: fc.constantFrom('', '2'),
  });
  const image = fc
    .tuple(name, fc.constantFrom('', ':1', `@${digest}`, `:1@${digest}`))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), image, (entries, text) => {
      assert.equal(imageTransformer(entries)(text).image, entries.reduce(applyEntry, text));
    }),
    runs(1000),
  );
});

test('images are found in every list of containers, but never in ephemeral ones', () => {
  assert.ok(isImageField('Deployment', 'spec.template.spec.containers[0].image'));
  assert.ok(isImageField('MyKind', 'spec.deep.er[2].initContainers[10].image'));
  assert.ok(!isImageField('Pod', 'spec.ephemeralContainers[0].image'));
  assert.ok(!isImageField('CustomResourceDefinition', 'spec.containers[0].image'));
  assert.ok(!isImageField('Pod', 'spec.containers[0].env[0].image'));
});

test('expressions that would run for ever match only themselves', () => {
  const image = `${'a'.repeat(5000)}!`;
  for (const name of ['(a+)+', '(a|a)*b', 'a*a*a*a*b', '[', '*', 'a{1', '\\'])
    assert.equal(typeof isImageMatched(image, name), 'boolean');
  assert.ok(isImageMatched('(a+)+:1', '(a+)+'));
});

test('ten thousand images with as many entries are done in one pass', () => {
  const host = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
  const names = Array.from({ length: 10_000 }, (_, i) => `${host}/app/img-${String(i).padStart(5, '0')}`);
  const entries = names.map((name) => ({ name, newName: `proxy/${name}` }));
  const out = applyImages(
    names.map((name) => `${name}:1`),
    entries,
  );
  assert.equal(out[9_999], `proxy/${names[9_999]}:1`);
});
