import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayerOptions, Layers } from '../../../server/src/core/kots/layers/types.ts';
import { writeLayers } from '../../../server/src/core/kots/layers/write-layers.ts';
import { scenario } from './support.ts';

const preflight = (kind: string): string =>
  `apiVersion: troubleshoot.sh/v1beta2\nkind: Preflight\nmetadata: { name: a }\nspec: { collectors: [{ ${kind}: {} }] }\n`;
const secret = (name: string, kind: string, annotations = ''): string =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n${annotations}stringData:\n  preflight.yaml: |\n` +
  preflight(kind).replace(/^(?=.)/gm, '    ');
const helmChart = (name: string, more = ''): string =>
  `apiVersion: kots.io/v1beta2\nkind: HelmChart\nmetadata: { name: ${name} }\nspec:\n  chart: { name: ${name}, chartVersion: 1.0.0 }\n${more}`;

const layers = (
  release: Readonly<Record<string, string>>,
  charts: Readonly<Record<string, string>>,
  options: Partial<LayerOptions> = {},
): Layers =>
  writeLayers(new Map(Object.entries(release)), scenario(), {
    renderTemplates: (_, text) => text,
    chartPreflights: (_, name) =>
      charts[name] === undefined
        ? null
        : {
            chart: `name: ${name}\n`,
            values: null,
            texts: new Map([['templates/preflight.yaml', charts[name] ?? '']]),
            whole: true,
            inDependencies: false,
          },
    ...options,
  });

/** The collectors of the whole preflight, in their order. */
const collectorsOf = ({ files }: Layers): string[] =>
  [...(files.get('kotsKinds/helm-preflight.yaml') ?? '').matchAll(/^ {2}- (\w+):/gm)].map(
    ([, kind = '']) => kind,
  );

test('preflights stand in the order of the folders and files that hold them', () => {
  const made = layers(
    {
      'a.yaml': secret('z', 'cpu'),
      'b.yaml': secret('helm-a', 'dns'),
      'c.yaml': helmChart('web'),
      'd.yaml': helmChart('app'),
    },
    { web: secret('a', 'exec'), app: secret('a', 'logs') },
  );
  assert.deepEqual(made.problems, []);
  assert.deepEqual(collectorsOf(made), ['logs', 'exec', 'dns', 'cpu']);
  assert.equal(made.origins.get('kotsKinds/helm-preflight.yaml'), 'upstream/d.yaml');
});

test('what is a hook counts twice, behind what is none, as the app manager writes it', () => {
  const hook = '  annotations: { helm.sh/hook: pre-install }\n';
  const text = `${secret('a', 'exec', hook)}---\n${secret('b', 'logs')}`;
  assert.deepEqual(collectorsOf(layers({ 'a.yaml': helmChart('web') }, { web: text })), [
    'logs',
    'exec',
    'exec',
  ]);
});

test('each downstream has them anew', () => {
  const made = layers(
    { 'a.yaml': helmChart('web') },
    { web: secret('a', 'exec') },
    { downstreams: ['x', 'y'] },
  );
  assert.deepEqual(collectorsOf(made), ['exec', 'exec']);
});

test('a chart that is not installed has none, and one that is called otherwise is rendered as that', () => {
  const web = secret('{{ .Release.Name }}', '{{ .Release.Name }}_{{ .Release.Namespace }}');
  const of = (more: string) => collectorsOf(layers({ 'a.yaml': helmChart('web', more) }, { web }));
  assert.deepEqual(of(''), ['web_default']);
  assert.deepEqual(of('  exclude: "true"\n'), []);
  assert.deepEqual(of('  releaseName: site\n  namespace: apps\n'), ['site_apps']);
});

test('a chart that fails takes nothing from the others', () => {
  const made = layers(
    { 'a.yaml': helmChart('bad'), 'b.yaml': helmChart('web'), 'c.yaml': secret('own', 'cpu') },
    { bad: '# preflight.yaml\n{{ fail "not here" }}', web: secret('a', 'exec') },
  );
  assert.deepEqual(collectorsOf(made), ['exec', 'cpu']);
  assert.deepEqual(
    made.problems.map(({ path, effect }) => [path, effect]),
    [['a.yaml', 'refused']],
  );
  assert.match(made.problems[0]?.message ?? '', /\(bad\/templates\/preflight\.yaml:2:3\): not here$/);
});
