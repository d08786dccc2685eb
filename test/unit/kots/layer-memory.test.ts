import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newLayerMemory } from '../../../server/src/core/kots/layers/types.ts';
import { writeLayers } from '../../../server/src/core/kots/layers/write-layers.ts';
import { generatedRelease } from '../../support/generated-release.ts';
import { scenario } from './support.ts';

test('a preview that remembers the one before it is the same as one that does not', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const memory = newLayerMemory();
    const release = generatedRelease(seed, seed > 30);
    for (let key = 0; key < 6; key++) {
      // As somebody types: a tag in one file, a name in the next, a local registry for a while.
      const [path = '', text = ''] = [...release][key % release.size] ?? [];
      release.set(path, text.replace(key % 2 === 0 ? /(image: [^\s"']+?:)/ : /(name: )(?=\w)/, '$1k'));
      const localRegistry = key === 3 ? { host: 'reg.corp', namespace: 'team', username: null } : null;
      const write = (options: object) =>
        writeLayers(release, scenario({ localRegistry }), {
          renderTemplates: (_, template) => template.replace(/(?:repl\{\{|\{\{repl)[\s\S]*?\}\}/g, 'true'),
          ...options,
        });
      const [remembering, fresh] = [write({ memory }), write({})];
      assert.deepEqual(
        { ...remembering, files: [...remembering.files] },
        { ...fresh, files: [...fresh.files] },
        `seed ${seed}, key ${key}`,
      );
    }
  }
});

test('what stays the same is not made anew, and what is gone is not kept', () => {
  const memory = newLayerMemory();
  const write = (tag: string, image = 'example.com/acme/api') =>
    writeLayers(
      new Map(
        ['a', 'b'].map((name) => [
          `${name}.yaml`,
          `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: a, image: "${image}:${name === 'a' ? tag : 1}" }] }\n`,
        ]),
      ),
      scenario(),
      { renderTemplates: (_, text) => text, memory },
    );
  const stepsNow = () => [...(memory.builds.get('this-cluster')?.steps.keys() ?? [])];
  write('1');
  const steps = stepsNow();
  assert.equal(steps.length, 3);
  const [values] = [...(memory.builds.get('this-cluster')?.steps.values() ?? [])];
  write('2');
  assert.deepEqual(stepsNow(), steps);
  assert.equal([...(memory.builds.get('this-cluster')?.steps.values() ?? [])][0], values);
  write('2', 'example.com/acme/web');
  assert.equal(stepsNow().length, 3);
  assert.notDeepEqual(stepsNow(), steps);
});

test('a chart is rendered again only where it or what it is installed with has changed', () => {
  const memory = newLayerMemory();
  const chart = (least: number) => ({
    chart: 'name: web\nversion: 1.0.0\n',
    values: `least: ${least}\n`,
    texts: new Map([
      [
        'templates/p.yaml',
        'kind: Preflight\napiVersion: troubleshoot.sh/v1beta2\nmetadata: { name: "{{ .Values.host }} {{ .Values.least }}" }\n',
      ],
    ]),
    whole: true,
    inDependencies: false,
  });
  const write = (preflights: ReturnType<typeof chart>, host: string, typed: string) => {
    const { files } = writeLayers(
      new Map([
        [
          'helm.yaml',
          `apiVersion: kots.io/v1beta2\nkind: HelmChart\nspec: { chart: { name: web }, values: { host: ${host} } }\n`,
        ],
        ['map.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { typed: "${typed}" }\n`],
      ]),
      scenario(),
      { renderTemplates: (_, text) => text, memory, chartPreflights: () => preflights },
    );
    return /name: (.*)/.exec(files.get('kotsKinds/helm-preflight.yaml') ?? '')?.[1];
  };
  const renderedNow = () => [...memory.charts.values()].flatMap((made) => [...made.values()]);
  const first = chart(2);
  assert.equal(write(first, 'a', ''), 'a 2');
  const [rendered, ...others] = renderedNow();
  assert.deepEqual(others, []);
  assert.equal(write(first, 'a', 'key'), 'a 2');
  assert.equal(renderedNow()[0], rendered);
  assert.equal(write(first, 'b', 'key'), 'b 2');
  assert.equal(write(chart(3), 'b', 'key'), 'b 3');
  assert.equal(renderedNow().length, 1);
});
