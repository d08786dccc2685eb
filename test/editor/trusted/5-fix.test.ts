import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { applyFix, noProblem, problem, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('a quick fix changes the reference and nothing else, and its problem goes', async () => {
  const document = await show('deployment.yaml');
  const before = await readFile(document.fileName, 'utf8');
  const { range } = await problem(document.uri, 'tag-not-found');
  await applyFix(document.uri, range, 'Use 1.4.2');
  await document.save();
  assert.equal(await readFile(document.fileName, 'utf8'), before.replace('api:v1.4.2', 'api:1.4.2'));
  await noProblem(document.uri, 'tag-not-found');
});

test('a public image moves to its private path, quotes and comment kept', async () => {
  const document = await show('deployment.yaml');
  const before = await readFile(document.fileName, 'utf8');
  const { range } = await problem(document.uri, 'public-image');
  await applyFix(document.uri, range, `Rewrite to ${ecr}/demo-apps/nginx`);
  await document.save();
  const after = before.replace('"nginx:1.27"', `"${ecr}/demo-apps/nginx:1.27"`);
  assert.equal(await readFile(document.fileName, 'utf8'), after);
  await noProblem(document.uri, 'public-image');
});
