import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { functionsOf, isKotsOutcome, kotsGolden, kotsOutcomes } from '../../support/golden/kots.ts';

const golden = kotsGolden();

/** What the app manager has that is in no case: it rests on a cluster, a clock or chance, and is unknown here. */
const unknowable: ReadonlySet<string> = new Set([
  ...[
    'IdentityServiceEnabled',
    'IdentityServiceClientID',
    'IdentityServiceClientSecret',
    'IdentityServiceName',
  ],
  ...[
    'IdentityServicePort',
    'IdentityServiceRoles',
    'KotsVersion',
    'KubernetesVersion',
    'KubernetesMajorVersion',
  ],
  ...[
    'KubernetesMinorVersion',
    'PrivateCACert',
    'HTTPSProxy',
    'HTTPProxy',
    'NoProxy',
    'NodeCount',
    'Distribution',
  ],
  ...[
    'TLSCert',
    'TLSKey',
    'TLSCACert',
    'TLSCertFromCA',
    'TLSKeyFromCA',
    'KubeSeal',
    'Lookup',
    'RandomString',
  ],
  ...['RandomBytes', 'Now', 'NowFmt'],
]);

/**
 * Deliberate differences: the app manager tells the domains that Replicated's service sent to the installation, which
 * nobody knows before; here they are those that count in the release.
 */
const different: ReadonlySet<string> = new Set(['ReplicatedRegistryDomain', 'ReplicatedProxyDomain']);

describe('the template functions against what KOTS makes of them', () => {
  test('there are enough cases for each function, and not too many of them errors', () => {
    const errors = golden.cases.filter(({ err }) => err !== undefined).length;
    assert.ok(errors <= golden.cases.length / 5, `${errors} of ${golden.cases.length} are errors`);
    if (process.env.WAYBILL_KOTS_GOLDEN !== undefined) return;
    const { online } = golden.contexts;
    assert.ok(online !== undefined);
    const own = [...functionsOf(online).functions.keys()].filter((name) => /^[A-Z]/.test(name));
    const few = own.filter(
      (name) =>
        !unknowable.has(name) &&
        !different.has(name) &&
        golden.cases.filter(({ text }) => new RegExp(`\\b${name}\\b`).test(text)).length < 10,
    );
    assert.deepEqual(few, []);
    assert.ok(own.length > 70);
  });

  test('the same output, all of it known, and errors in the same words', () => {
    const wrong = kotsOutcomes(golden).filter((outcome) => !isKotsOutcome(outcome));
    // A few tell what is wrong, and are compared in no time.
    assert.deepEqual(
      wrong.slice(0, 20).map(({ one, text, error }) => ({ ...one, here: error ?? text })),
      [],
    );
  });
});
