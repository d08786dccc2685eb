import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { altNames, proxiedImageUrl, stripTagAndDigest } from '../../../server/src/core/kots/names.ts';
import { localName, rewriteEntries } from '../../../server/src/core/kots/rewrite.ts';
import type { Scenario } from '../../../server/src/core/kots/scenario.ts';
import { applyImages } from '../../../server/src/core/kustomize/images.ts';
import { runs, vectors } from '../../support/vectors.ts';
import { scenario } from './support.ts';

interface Case {
  mode: 'proxy' | 'local';
  proxyDomain?: string;
  registryDomain?: string;
  localRegistry?: string;
  localRegistryNamespace?: string;
  images: string[];
  entries: { name: string; newName: string }[];
  rendered: Record<string, string>;
  error?: string;
}

const table = vectors<{ slug: string; cases: Case[] }>('proxy-rewrites.json');

function scenarioOfCase(row: Case): Scenario {
  return scenario({
    appSlug: table.slug,
    proxyDomain: row.proxyDomain ?? 'proxy.replicated.com',
    registryDomain: row.registryDomain ?? 'registry.replicated.com',
    localRegistry:
      row.localRegistry === undefined
        ? null
        : { host: row.localRegistry, namespace: row.localRegistryNamespace ?? '', username: null },
  });
}

test('every case of the table gives the entries and the images that KOTS and kustomize give', () => {
  assert.equal(table.cases.length, 27);
  for (const row of table.cases) {
    const label = `${row.mode} ${row.images.join(' ')}`;
    const { entries, failures } = rewriteEntries(scenarioOfCase(row), row.images);
    assert.equal(failures.length > 0, row.error !== undefined, label);
    assert.deepEqual(entries, row.entries, label);
    if (row.error !== undefined) {
      assert.deepEqual(
        failures.map(({ image }) => image),
        row.images,
      );
      continue;
    }
    const rendered = Object.fromEntries(
      row.images.map((image, i) => [image, applyImages(row.images, entries)[i]]),
    );
    assert.deepEqual(rendered, row.rendered, label);
  }
});

test('entries do not depend on the order in which images are found', () => {
  for (const row of table.cases)
    assert.deepEqual(
      rewriteEntries(scenarioOfCase(row), [...row.images].reverse()),
      rewriteEntries(scenarioOfCase(row), row.images),
    );
});

test('a container without an image makes the version fail', () => {
  assert.equal(rewriteEntries(scenario(), ['nginx', '']).failures[0]?.problem.code, 'empty');
});

test('public images stay, unless air gap or the Application make every image count as private', () => {
  const open: Partial<Scenario> = { isPrivate: () => ({ private: false, assumed: false }) };
  assert.deepEqual(rewriteEntries(scenario(open), ['quay.io/a/b:1']).entries, []);
  for (const forced of [{ airgap: true }, { proxyPublicImages: true }])
    assert.equal(rewriteEntries(scenario({ ...open, ...forced }), ['quay.io/a/b:1']).entries.length, 1);
});

test('without a licence, and where nothing rewrites, there are no entries', () => {
  assert.deepEqual(rewriteEntries(scenario({ licensed: false }), ['quay.io/a/b', '']).entries, []);
  for (const installer of ['helm', 'embedded-cluster-3'] as const)
    assert.deepEqual(rewriteEntries(scenario({ installer }), ['quay.io/a/b']).entries, []);
});

test('images of the app manager’s own kinds are moved to a local registry, behind the others', () => {
  const local = scenario({ localRegistry: { host: 'reg', namespace: '', username: null } });
  assert.deepEqual(
    rewriteEntries(local, ['quay.io/z/z:1', 'quay.io/b/b'], ['quay.io/a/a', 'quay.io/b/b']).entries,
    ['b/b', 'z/z', 'a/a'].map((name) => ({ name: `quay.io/${name}`, newName: `reg/${name.slice(2)}` })),
  );
  assert.deepEqual(rewriteEntries(scenario(), [], ['quay.io/a/a']).entries, []);
});

test('a local registry’s namespace may be empty, nested or badly ended', () => {
  const at = (host: string, namespace: string): string =>
    localName({ host, namespace, username: null }, 'a/b');
  assert.equal(at('reg:5000', ''), 'reg:5000/b');
  assert.equal(at('reg:5000', 'x/y'), 'reg:5000/x/y/b');
  assert.equal(at('reg:5000/', '/x/'), 'reg:5000/x/b');
});

test('the spellings of one Docker Hub image are all rewritten, in KOTS’s order', () => {
  const rows: [string, string[]][] = [
    ['docker.io/library/x', ['docker.io/library/x', 'library/x', 'x', 'docker.io/x']],
    ['docker.io/x', ['docker.io/x', 'x', 'docker.io/library/x', 'library/x']],
    ['docker.io/o/x', ['docker.io/o/x', 'o/x']],
    ['docker.io/o/p/x', ['docker.io/o/p/x', 'o/p/x']],
    ['library/x', ['library/x', 'x', 'docker.io/x', 'docker.io/library/x']],
    ['x', ['x', 'docker.io/library/x', 'library/x', 'docker.io/x']],
    ['o/x', ['o/x', 'docker.io/o/x']],
    ['o/p/x', ['o/p/x']],
    ['index.docker.io/o/x', ['index.docker.io/o/x']],
    ['quay.io/o/x', ['quay.io/o/x']],
  ];
  for (const [name, expected] of rows) assert.deepEqual(altNames(name), expected, name);
});

test('tag and digest are cut off the last part only', () => {
  assert.equal(stripTagAndDigest('localhost:5000/a:1@sha256:00'), 'localhost:5000/a');
  assert.equal(stripTagAndDigest('nginx@sha256:00'), 'nginx');
  assert.equal(proxiedImageUrl('p', 'app', 'localhost:5000/a:1'), 'p/proxy/app/localhost:5000/a');
  assert.equal(proxiedImageUrl('p', 'app', 'p/library/a:1'), 'p/library/a');
});

test('whatever is rewritten keeps its tag and digest', () => {
  const name = fc.constantFrom(
    'nginx',
    'o/x',
    'docker.io/o/x',
    'quay.io/o/x',
    'library/x',
    'localhost:5000/a',
  );
  const end = fc.constantFrom('', ':1', `@sha256:${'0'.repeat(64)}`, `:1@sha256:${'0'.repeat(64)}`);
  const image = fc.tuple(name, end);
  fc.assert(
    fc.property(fc.array(image, { maxLength: 6 }), fc.boolean(), (images, local) => {
      const written = images.map((parts) => parts.join(''));
      const localRegistry = local ? { host: 'reg', namespace: 'ns', username: null } : null;
      const { entries } = rewriteEntries(scenario({ localRegistry }), written);
      applyImages(written, entries).forEach((made, i) => {
        assert.ok(made.endsWith(images[i]?.[1] ?? '?'), made);
        assert.ok(made.startsWith(local ? 'reg/ns/' : 'proxy.replicated.com/proxy/app/'), made);
      });
    }),
    runs(200),
  );
});
