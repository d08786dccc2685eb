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
    [
      `1. Written: \`${ecr}/demo-apps/api:1.4.2\``,
      `2. Private: \`${ecr}\` gives nothing to those who do not sign in`,
      `3. Rewritten by line 7 of \`overlays/midstream/kustomization.yaml\`, \`name: ${ecr}/demo-apps/api\`, to \`proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api\`: It is private, so the app manager pulls it through the proxy`,
    ].join('\n'),
    "**Air gap:** pulled as `registry.customer.example/namespace/api:1.4.2`, where the customer's registry holds it",
  ]);
  assert.deepEqual(hover?.range.start, { line, character: 13 });
});

test('a hover tells what the registry told, as whom it was asked, and what could not be asked again', () => {
  const session = sessionOf({ 'a.yaml': pod(`${ecr}/demo-apps/api:1.4.2`) });
  const digest = `sha256:${'b'.repeat(64)}`;
  const content = { host: ecr, repository: 'demo-apps/api', digest };
  const day = 24 * 60 * 60_000;
  const now = 10 * day;
  session.learn([
    {
      kind: 'image',
      image: { host: ecr, repository: 'demo-apps/api', tag: '1.4.2', digest: null },
      verdict: {
        status: 'exists',
        detail: null,
        digest,
        reason: 'It is there.',
        checkedAt: now - 60_000,
        from: 'Amazon ECR us-east-2, account 429114214526',
        as: 'AWS profile dev',
        facts: { pushedAt: now - 3 * day, size: 52_300_000 },
        trouble: {
          status: 'unchecked',
          detail: 'session-expired',
          reason: 'The session has expired.',
          at: now,
        },
      },
    },
    {
      kind: 'platforms',
      image: content,
      found: { value: ['linux/amd64', 'linux/arm64'], reason: '', checkedAt: now },
    },
    {
      kind: 'findings',
      image: content,
      found: {
        value: {
          scanner: 'enhanced',
          counts: { critical: 1, medium: 4 },
          completedAt: now - day,
          sourceUpdatedAt: null,
        },
        reason: '',
        checkedAt: now,
      },
    },
    {
      kind: 'pulls',
      host: ecr,
      found: {
        value: [
          { at: now - 7_200_000, action: 'pull', image: 'demo-apps/api:1.4.2', status: 404, ok: false },
        ],
        reason: '',
        checkedAt: now,
      },
    },
  ]);
  const lines =
    hoverAt(session.snapshot, 'a.yaml', { line, character: 20 }, now)?.markdown.split('\n\n') ?? [];
  assert.deepEqual(lines.slice(2, 8), [
    `**Verdict:** exists \`${digest}\` (Amazon ECR us-east-2, account 429114214526, asked with AWS profile dev, 1 minute ago)`,
    '**Not checked again:** The session has expired.',
    '**Image facts:** pushed 3 days ago, 52.3 MB',
    '**Platforms:** `linux/amd64`, `linux/arm64`',
    '**Scan:** 1 critical, 4 medium (enhanced scanning, 24 hours ago)',
    "**Replicated:** could not pull it (HTTP 404), 2 hours ago (the vendor portal's log)",
  ]);
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
