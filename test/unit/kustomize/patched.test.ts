import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { singleDocuments } from '../../../server/src/core/kots/layers/documents.ts';
import { build } from '../../../server/src/core/kustomize/build.ts';
import { emitYaml } from '../../../server/src/core/manifest/emit.ts';
import { type Plain, parsePlain } from '../../../server/src/core/manifest/plain.ts';
import { root } from '../../support/paths.ts';

const folder = join(root, 'test/fixtures/kustomize');

/** patched.built.yaml is what `kustomize build` v5.8.1 wrote for patched/. */
test('a patch keeps the quotes of what it changes, and so its type', () => {
  const read = (path: string): Plain[] | null => {
    const file = join(folder, path);
    if (!existsSync(file)) return null;
    return [...singleDocuments(readFileSync(file, 'utf8'))].map((text) => {
      const document = parsePlain(text);
      assert.ok(document.ok);
      return document.value;
    });
  };
  const built = build(read, 'patched').map(({ value }) => emitYaml(value));
  assert.equal(built.join('---\n'), readFileSync(join(folder, 'patched.built.yaml'), 'utf8'));
});
