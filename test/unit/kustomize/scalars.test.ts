import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { emitYaml } from '../../../server/src/core/manifest/emit.ts';
import { parsePlain } from '../../../server/src/core/manifest/plain.ts';
import { root } from '../../support/paths.ts';

/** scalars.built.yaml is what `kustomize build` v5.8.1 wrote for scalars.yaml. */
const fixture = (name: string): string => readFileSync(join(root, 'test/fixtures/kustomize', name), 'utf8');

test('scalars are read as kustomize reads them, and written as it writes them, to the byte', () => {
  const read = parsePlain(fixture('scalars.yaml'));
  assert.ok(read.ok);
  assert.deepEqual(emitYaml(read.value).split('\n'), fixture('scalars.built.yaml').split('\n'));
});

test('what is written is read back as it was', () => {
  const built = fixture('scalars.built.yaml');
  const read = parsePlain(built);
  assert.ok(read.ok);
  assert.equal(emitYaml(read.value), built);
});
