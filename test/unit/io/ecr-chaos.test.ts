import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import {
  ecrQuirks,
  type Quirks,
  type Sandbox,
  seededDigests,
  startSandbox,
} from '../../../sandbox/src/index.ts';
import { usualRetries } from '../../../server/src/io/net/retry.ts';
import { signedCall } from '../../contract/support/signed.ts';
import { brief, ecrAsker, image, verdictsOf } from './support/ask.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
  const rule = { ecrRepositoryPrefix: 'mirror', upstreamRegistryUrl: 'quay.io' };
  await signedCall(sandbox, 'CreatePullThroughCacheRule', rule);
});
after(() => sandbox.close());

const api = seededDigests.ecr['demo-apps/api'];
/** What is asked, and what a registry in good health says. */
const truth = [
  [image('demo-apps/api', '1.4.2'), 'exists'],
  [image('demo-apps/api', '1.4.0'), 'exists'],
  [image('demo-apps/api', '9.9.9'), 'absent/tag'],
  [image('demo-apps/api', null, api['1.4.1']), 'exists'],
  [image('demo-apps/web', '2.0.0'), 'exists'],
  [image('demo-apps/web', '2.0.9'), 'absent/tag'],
  [image('demo-apps/archived', '1.0.0'), 'exists/archived'],
  [image('demo-apps/nowhere', '1'), 'absent/repository'],
  [image('mirror/acme/app', '1'), 'unchecked/not-cached-yet'],
  [image('mirror/acme/other', '1'), 'unchecked/not-cached-yet'],
] as const;
const questions = truth.map(([question]) => question);

const kinds = ['deny', 'throttle', 'expire', 'fail5xx', 'hang', 'reset', 'html200'] as const;
const operations = [
  undefined,
  'DescribeImages',
  'DescribePullThroughCacheRules',
  'DescribeRepositoryCreationTemplates',
  'GetAuthorizationToken',
  'HeadManifest',
  'GetManifest',
] as const;
const faults = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    operation: fc.constantFrom(...operations),
    times: fc.integer({ min: 1, max: 8 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function break_(
  with_: readonly { kind: (typeof kinds)[number]; operation: string | undefined; times: number }[],
) {
  for (const { kind, operation, times } of with_)
    sandbox.quirks[kind].push({ times, ...(operation === undefined ? {} : { operation }) });
}

const mend = (): Quirks => Object.assign(sandbox.quirks, ecrQuirks());

test('whatever breaks, a verdict is right or says that nobody knows; and when it is mended, all are right', async () => {
  let unknown = 0;
  await fc.assert(
    fc.asyncProperty(faults, async (some) => {
      mend();
      const asker = ecrAsker(sandbox.url, {
        env: sandbox.env,
        // Shorter than what a busy machine may take: then it is one fault more.
        deadlineMs: 100,
        retries: { ...usualRetries, baseMs: 1, maxWaitMs: 2 },
      });
      break_(some);
      // Rules that are refused leave a prefix of one's own unknown, which no fault of one moment may do.
      const refused = some.some(
        ({ kind, operation }) =>
          kind === 'deny' && (operation === undefined || operation === 'DescribePullThroughCacheRules'),
      );
      for (let round = 0; round < 2; round++) {
        const verdicts = await verdictsOf(asker, questions);
        for (const [n, verdict] of verdicts.entries()) {
          const expected = truth[n]?.[1];
          if (brief(verdict) === expected) continue;
          unknown++;
          if (refused && expected === 'unchecked/not-cached-yet') continue;
          const words = `${expected} became ${brief(verdict)}: ${verdict.reason}`;
          assert.ok(verdict.status !== 'exists' && verdict.status !== 'absent', words);
        }
      }
    }),
    { numRuns: process.env.WAYBILL_SOAK === '1' ? 500 : 25 },
  );
  assert.ok(unknown > 0, 'the faults did something');
  mend();
  const asker = ecrAsker(sandbox.url, { env: sandbox.env });
  assert.deepEqual(
    (await verdictsOf(asker, questions)).map(brief),
    truth.map(([, expected]) => expected),
  );
});
