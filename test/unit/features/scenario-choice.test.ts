import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changesOf,
  customerOf,
  readScenario,
  scenarioFields,
} from '../../../server/src/core/features/scenario-choice.ts';

test('what is said of a scenario is taken field by field, and nonsense is named', () => {
  const { choice, problems } = readScenario(
    {
      installer: 'embedded-cluster-3',
      airgap: 'yes',
      localRegistry: 'registry.corp:5000',
      localRegistryNamespace: 'team',
      channel: 7,
      namespace: '',
      license: 'acme.yaml',
      unheardOf: true,
    },
    (field) => `--${field}`,
  );
  assert.deepEqual(choice, {
    installer: 'embedded-cluster-3',
    localRegistry: 'registry.corp:5000',
    localRegistryNamespace: 'team',
    license: 'acme.yaml',
  });
  assert.deepEqual(problems, ['--airgap is true or false.', '--channel is a text.']);
});

test('nothing said is the default scenario', () => {
  const nothing = Object.fromEntries(Object.keys(scenarioFields).map((field) => [field, null]));
  assert.deepEqual(readScenario({ ...nothing, airgap: false }), { choice: {}, problems: [] });
  assert.deepEqual(changesOf({}), {});
  assert.deepEqual(customerOf({}, {}), {});
});

test('every field reaches the scenario or its customer', () => {
  const said = Object.fromEntries(
    Object.entries(scenarioFields).map(([field, takes]) => [
      field,
      takes === 'switch' ? true : takes === 'installer' ? 'helm' : `the ${field}`,
    ]),
  );
  const { choice, problems } = readScenario(said);
  assert.deepEqual(problems, []);
  const texts = { config: 'the config', license: 'the license', installation: 'the installation' };
  const reached = JSON.stringify([changesOf(choice), customerOf(choice, texts)]);
  for (const [field, value] of Object.entries(said))
    assert.ok(reached.includes(value === true ? `"${field}":true` : `"${value}"`), `${field} is lost`);
});
