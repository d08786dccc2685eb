import assert from 'node:assert/strict';
import { DiagnosticSeverity } from 'vscode';
import { codeOf, problem, rangeOf, show } from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('a tag that ECR does not have is an error, exactly under the reference', async () => {
  const document = await show('deployment.yaml');
  const found = await problem(document.uri, 'tag-not-found');
  assert.equal(found.message, `${ecr}/demo-apps/api has no tag "v1.4.2".`);
  assert.equal(codeOf(found.code), 'tag-not-found');
  assert.equal(found.severity, DiagnosticSeverity.Error);
  assert.deepEqual(found.range, rangeOf(document, `${ecr}/demo-apps/api:v1.4.2`));
});

test('a public image is a hint, without its quotes', async () => {
  const document = await show('deployment.yaml');
  const found = await problem(document.uri, 'public-image');
  assert.equal(
    found.message,
    `nginx:1.27 is pulled from docker.io. Its private path is ${ecr}/demo-apps/nginx.`,
  );
  assert.equal(found.severity, DiagnosticSeverity.Hint);
  assert.deepEqual(found.range, rangeOf(document, 'nginx:1.27'));
});
