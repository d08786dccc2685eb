import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Difference, midstreamDifferences } from '../../../server/src/core/features/installed.ts';
import type { Preview } from '../../../server/src/core/features/layers.ts';

const kustomization = (more: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${more}`;
const patched = kustomization('patchesStrategicMerge:\n- pullsecrets.yaml\n');

const patch = (kind: string, name: string, spec: string, namespace = ''): string =>
  `---\napiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${namespace === '' ? '' : `  namespace: ${namespace}\n`}spec: ${spec}\n`;
const podSpec = '{imagePullSecrets: [{name: acme-registry}]}';
const template = `{template: {spec: ${podSpec}}}`;

/** The differences of a kustomization, with its patches, from another; or why they cannot be compared. */
function differences(
  [installed, installedPatches]: readonly [string, string?],
  [wanted, wantedPatches]: readonly [string, string?],
  more: Partial<Preview> = {},
) {
  const files = (text: string, patches: string | undefined) =>
    new Map([
      ['overlays/midstream/kustomization.yaml', text],
      ...(patches === undefined ? [] : [['overlays/midstream/pullsecrets.yaml', patches] as const]),
    ]);
  const preview = { files: files(wanted, wantedPatches), images: [], problems: [], ...more };
  return midstreamDifferences(files(installed, installedPatches), preview as unknown as Preview);
}

const words = (found: ReturnType<typeof differences>): string[] => {
  assert.ok(!('error' in found));
  return (found as readonly Difference[]).map(
    ({ kind, what, name, installed, preview }) =>
      `${kind} ${what} ${name}: ${installed ?? '-'} / ${preview ?? '-'}`,
  );
};

test('every kind of object is found in the patches, in any order, and in its namespace', () => {
  const patches = [
    patch('Pod', 'a', podSpec),
    patch('Deployment', 'b', template, 'apps'),
    patch('CronJob', 'c', `{jobTemplate: {spec: ${template}}}`),
  ];
  const all = patches.join('');
  assert.deepEqual(words(differences([patched, patches.toReversed().join('')], [patched, all])), []);
  assert.deepEqual(words(differences([patched, ''], [patched, all])), [
    'missing pull-secret Pod a: - / acme-registry',
    'missing pull-secret Deployment apps/b: - / acme-registry',
    'missing pull-secret CronJob c: - / acme-registry',
  ]);
});

test('patches that no kustomization names add nothing', () => {
  const [bare, one] = [kustomization(''), patch('Pod', 'a', podSpec)];
  assert.deepEqual(words(differences([bare, one], [patched, one])), [
    'missing pull-secret Pod a: - / acme-registry',
  ]);
});

test('of entries of one name the first counts, as for the app manager', () => {
  const twice = kustomization(
    'images:\n- name: nginx\n  newName: one/nginx\n- name: nginx\n  newName: other/nginx\n',
  );
  assert.deepEqual(
    words(differences([twice], [kustomization('images:\n- {name: nginx, newName: one/nginx}\n')])),
    [],
  );
});

test('an entry that rests on an assumption is no difference for certain', () => {
  const images = [
    {
      layer: 'midstream',
      path: 'base/a.yaml',
      field: 'image',
      from: 'ghcr.io/acme/a:1',
      to: 'proxy.replicated.com/proxy/acme/ghcr.io/acme/a:1',
      pullSecret: null,
      assumed: true,
      reason: 'Nobody could be asked.',
    },
  ];
  const entry = kustomization(
    'images:\n- name: ghcr.io/acme/a\n  newName: proxy.replicated.com/proxy/acme/ghcr.io/acme/a\n',
  );
  for (const found of [
    differences([kustomization('')], [entry], { images }),
    differences([entry], [kustomization('')], { images }),
  ]) {
    assert.ok(!('error' in found));
    assert.deepEqual(
      found.map(({ uncertain }) => uncertain),
      ['That is assumed: Nobody could be asked.'],
    );
  }
  const certain = differences([kustomization('')], [entry], {
    images: images.map((image) => ({ ...image, assumed: false })),
  });
  assert.deepEqual('error' in certain ? certain : certain[0]?.uncertain, null);
});

test('what is no kustomization is told as that', () => {
  for (const [text, error] of [
    ['- a', 'is no kustomization'],
    ['a: [', 'is not read as YAML'],
    ['', 'is no kustomization'],
  ] as const) {
    const found = differences([text], [patched]);
    assert.ok('error' in found && found.error.includes(error), JSON.stringify(found));
  }
});
