import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse, stringify } from 'yaml';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { installers, noConfig, readConfig, severities } from '../../../server/src/core/release/config.ts';
import { ruleNames } from '../../../server/src/core/rules/index.ts';
import { root } from '../../support/paths.ts';

interface Setting {
  readonly description: string;
  readonly examples: readonly unknown[];
  readonly items?: { readonly enum?: readonly string[] };
  readonly properties?: Readonly<Record<string, unknown>>;
}
interface ConfigSchema {
  readonly properties: Readonly<Record<string, Setting>>;
  readonly definitions: { readonly severity: { readonly enum: readonly unknown[] } };
}

const load = (name: string) => JSON.parse(readFileSync(join(root, 'docs', name), 'utf8'));
const schema: ConfigSchema = load('waybill.schema.json');
const compile = (name: string) =>
  new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(load(name));

const read = (text: string) => readConfig(parseDocument(text), ruleNames);

test('the schemas compile', () => {
  compile('check.schema.json');
  compile('preview.schema.json');
  compile('waybill.schema.json');
});

describe('waybill.schema.json', () => {
  const isConfig = compile('waybill.schema.json');

  test('has the settings that are read, and no other', () =>
    assert.deepEqual(Object.keys(schema.properties).sort(), Object.keys(noConfig).sort()));

  test('has the rules that there are, and no other', () =>
    assert.deepEqual(Object.keys(schema.properties.rules?.properties ?? {}).sort(), [...ruleNames].sort()));

  test('has the severities and installers that there are', () => {
    assert.deepEqual(
      [...schema.definitions.severity.enum].map(String).sort(),
      [...severities, 'off', 'false'].sort(),
    );
    assert.deepEqual(schema.properties.installers?.items?.enum, installers);
  });

  for (const [key, { description, examples }] of Object.entries(schema.properties))
    test(`${key}: is explained, and its examples are valid and understood`, () => {
      assert.ok(description.length > 20);
      assert.ok(examples.length > 0);
      for (const example of examples) {
        const said = { [key]: example };
        assert.ok(isConfig(said), JSON.stringify(isConfig.errors));
        const { config, problems } = read(stringify(said));
        assert.deepEqual(problems, []);
        assert.notDeepEqual(config[key as keyof typeof config], noConfig[key as keyof typeof noConfig]);
      }
    });

  const refused = [
    'ap: x',
    'app: [x]',
    'installers: [helm3]',
    'installers: kots',
    'platforms: [amd64]',
    'registries: [{ rewrite: x }]',
    'registries: [{ endpoint: a.example, link: true }]',
    'registries: a.example',
    'rewrites: [{ from: a/** }]',
    'keepPublic: nginx',
    'builtByUs: [{}]',
    'variables: [TAG]',
    'variables: { TAG: [] }',
    'variables: { TAG: null }',
    'rules: { latest-tags: off }',
    'rules: { latest-tag: loud }',
    'rules: { latest-tag: true }',
    'ignore: { charts: true }',
  ];
  for (const text of refused)
    test(`refuses what is reported too: ${text}`, () => {
      assert.equal(isConfig(parse(text)), false);
      assert.notDeepEqual(read(text).problems, []);
    });

  for (const sample of readdirSync(join(root, 'samples'))) {
    const path = join(root, 'samples', sample, '.waybill.yaml');
    if (!existsSync(path)) continue;
    test(`finds in samples/${sample} what is reported there`, () => {
      const text = readFileSync(path, 'utf8');
      const unknown = (isConfig(parse(text)) ? [] : (isConfig.errors ?? [])).map(
        ({ keyword, params }) => `${keyword} ${params.additionalProperty}`,
      );
      const expected = sample === 'labelled' ? ['additionalProperties registrys'] : [];
      assert.deepEqual(unknown, expected);
      assert.equal(read(text).problems.length, expected.length);
    });
  }
});
