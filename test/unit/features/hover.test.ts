import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoverAt } from '../../../server/src/core/features/hover.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';

const line = 7;

test('a hover says reference, registry, verdict with age and source, and what is deployed', () => {
  const session = sessionOf(
    { 'a.yaml': pod(`${ecr}/demo-apps/api:1.4.2`) },
    { [`${ecr}/demo-apps/api:1.4.2`]: 'exists' },
  );
  const hover = hoverAt(session.snapshot, 'a.yaml', { line, character: 20 }, 120_000);
  assert.deepEqual(hover?.markdown.split('\n\n'), [
    `**Image:** \`${ecr}/demo-apps/api:1.4.2\``,
    '**Registry:** Amazon ECR, account 429114214526, us-east-2, linked (.waybill.yaml)',
    `**Verdict:** exists \`sha256:${'a'.repeat(64)}\` (Test registry, 2 minutes ago)`,
    `**Deployed:** \`proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api:1.4.2\`, pulled with the secret \`acme-registry\``,
    'It is private, so the app manager pulls it through the proxy.',
  ]);
  assert.deepEqual(hover?.range.start, { line, character: 13 });
});

test('what a registry says is shown as text, not as markup', () => {
  const session = sessionOf({ 'a.yaml': pod(`${ecr}/demo-apps/api:1.4.2`) });
  session.learn([
    {
      kind: 'image',
      image: { host: ecr, repository: 'demo-apps/api', tag: '1.4.2', digest: null },
      verdict: {
        status: 'denied',
        detail: null,
        digest: null,
        reason: 'See [here](command:evil) <img src=x>',
        checkedAt: 0,
        from: 'ECR',
      },
    },
  ]);
  const hover = hoverAt(session.snapshot, 'a.yaml', { line, character: 20 }, 0);
  assert.match(hover?.markdown ?? '', /See \\\[here\\\]\(command:evil\) \\<img src=x\\>/);
});

test('nothing is said where no image is named', () => {
  const { snapshot } = sessionOf({ 'a.yaml': pod('nginx:1.27') });
  assert.equal(hoverAt(snapshot, 'a.yaml', { line: 1, character: 2 }, 0), null);
  assert.equal(hoverAt(snapshot, 'other.yaml', { line: 1, character: 2 }, 0), null);
});
