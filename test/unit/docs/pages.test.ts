import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { readConfig } from '../../../server/src/core/release/config.ts';
import { ruleNames } from '../../../server/src/core/rules/index.ts';
import { root } from '../../support/paths.ts';

test('the pages and schemas made from data are up to date (npm run docs)', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/docs.mjs'), '--check'], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

test('every example on the configuration page is one that is understood', () => {
  const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  assert.ok(examples.length > 10);
  for (const text of examples)
    assert.deepEqual(readConfig(parseDocument(text), ruleNames).problems, [], text);
});
