import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Sandbox, seededDigests, startSandbox } from '../../../sandbox/src/index.ts';
import type { Asker } from '../../../server/src/core/knowledge/ports.ts';
import { usualRetries } from '../../../server/src/io/net/retry.ts';
import { answersOf, brief, ecrAsker, host, image, verdictsOf } from './support/ask.ts';

let sandbox: Sandbox;
const quick = { ...usualRetries, baseMs: 1 };
const asker = (): Asker => ecrAsker(sandbox.url, { env: sandbox.env });
const api = seededDigests.ecr['demo-apps/api'];

before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

test('the embedded ECR is understood: every kind of verdict', async () => {
  const cases = [
    [image('demo-apps/api', '1.4.2'), 'exists', api['1.4.2']],
    [image('demo-apps/api', 'latest'), 'exists', api.latest],
    [image('demo-apps/api', null, api['1.4.0']), 'exists', api['1.4.0']],
    [image('demo-apps/api', '1.4.0', api['1.4.0']), 'exists', api['1.4.0']],
    [image('demo-apps/api', '1.4.1', api['1.4.0']), 'exists/digest-mismatch', api['1.4.0']],
    [image('demo-apps/api', '9.9.9', api['1.4.0']), 'exists/digest-mismatch', api['1.4.0']],
    [
      image('demo-apps/archived', '1.0.0'),
      'exists/archived',
      seededDigests.ecr['demo-apps/archived']['1.0.0'],
    ],
    [image('demo-apps/api', null), 'exists', null],
    [image('demo-apps/api', '1.4.9'), 'absent/tag', null],
    [image('demo-apps/api', null, `sha256:${'0'.repeat(64)}`), 'absent/digest', null],
    [image('demo-apps/apii', '1.4.2'), 'absent/repository', null],
    [image('demo-apps/apii', null), 'absent/repository', null],
    [image('demo-apps/denied', '1.0.0'), 'denied', null],
    [image('demo-apps/throttled', '1.0.0'), 'throttled', null],
  ] as const;
  const verdicts = await verdictsOf(
    asker(),
    cases.map(([question]) => question),
  );
  assert.deepEqual(
    verdicts.map((verdict) => [brief(verdict), verdict.digest]),
    cases.map(([, expected, digest]) => [expected, digest]),
  );
  for (const { reason } of verdicts) assert.match(reason, /Amazon ECR us-east-2/);
});

test('names near a misspelt one can be listed', async () => {
  const [repositories, tags, none] = await answersOf(asker(), [
    { kind: 'repositories', host },
    { kind: 'tags', repository: { host, repository: 'demo-apps/api' } },
    { kind: 'tags', repository: { host, repository: 'demo-apps/apii' } },
  ]);
  assert.ok(repositories?.kind === 'repositories' && tags?.kind === 'tags' && none?.kind === 'tags');
  assert.ok(repositories.list.complete);
  assert.ok(repositories.list.names.includes('demo-apps/api'));
  assert.deepEqual(tags.list.names, ['1.4.2', 'latest', '1.4.1', '1.4.0'], 'the newest first');
  assert.deepEqual([none.list.names, none.list.complete], [[], true]);
});

test('throttled once: it is tried again and the verdict is there', async () => {
  sandbox.quirks.throttle.push({ operation: 'DescribeImages', repository: 'demo-apps/worker', times: 1 });
  const [verdict] = await verdictsOf(ecrAsker(sandbox.url, { env: sandbox.env, retries: quick }), [
    image('demo-apps/worker', '0.9.0'),
  ]);
  assert.equal(verdict?.status, 'exists');
});

test('keys that this ECR never gave out are denied', async () => {
  const [verdict] = await verdictsOf(ecrAsker(sandbox.url), [image('demo-apps/api', '1.4.2')]);
  assert.equal(verdict?.status, 'denied');
  assert.match(verdict?.reason ?? '', /does not accept the AWS credentials/);
});

test('when the registry is gone, nothing is absent', async () => {
  const other = await startSandbox();
  await other.close();
  const questions = ['api', 'apii', 'denied', 'throttled'].map((name) => image(`demo-apps/${name}`, '1.4.2'));
  const verdicts = await verdictsOf(ecrAsker(other.url, { env: other.env }), questions);
  assert.deepEqual([...new Set(verdicts.map(brief))], ['unreachable']);
});
