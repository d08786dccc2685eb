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
