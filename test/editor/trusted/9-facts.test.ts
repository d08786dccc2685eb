import assert from 'node:assert/strict';
import {
  eventually,
  hoverText,
  openWalkthrough,
  rangeOf,
  show,
  walkthroughTicked,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('the hover of an image that exists tells digest, platforms, age, scan and who was asked as whom', async () => {
  const document = await show('deployment.yaml');
  const { start } = rangeOf(document, `${ecr}/demo-apps/api:1.4.2`);
  const text = await eventually('all that the registry told', async () => {
    const hover = await hoverText(document.uri, start);
    return hover.includes('**Platforms:**') && hover.includes('**Scan:**') ? hover : undefined;
  });
  const [image, registry, verdict, facts, platforms, scan] = text.split('\n\n');
  assert.equal(image, `**Image:** \`${ecr}/demo-apps/api:1.4.2\``);
  assert.equal(registry, '**Registry:** Amazon ECR, account 429114214526, us-east-2, linked (vendor portal)');
  assert.match(
    verdict ?? '',
    /^\*\*Verdict:\*\* exists `sha256:[0-9a-f]{64}` \(Amazon ECR us-east-2, account 429114214526, asked with environment credentials, (just now|\d+ (second|minute)s? ago)\)$/,
  );
  assert.match(facts ?? '', /^\*\*Image facts:\*\* pushed \d+ days ago, \d+(\.\d)? (bytes|KB|MB)/);
  assert.equal(platforms, '**Platforms:** `linux/amd64`, `linux/arm64`');
  assert.match(scan ?? '', /^\*\*Scan:\*\* 2 high, 1 low \(enhanced scanning, \d+ days ago\)$/);
});

test('a walkthrough that is opened late has ticked off what was known before', async () => {
  await openWalkthrough();
  await walkthroughTicked('mirror', 'link', 'rewrite');
});
