import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { renderKots } from '../../../server/src/core/kots/functions/render.ts';
import type { KotsGolden } from '../../oracle/kots/case.ts';
import { root } from '../../support/paths.ts';
import { functionsOf } from './installations.ts';

const golden = JSON.parse(
  readFileSync(process.env.WAYBILL_KOTS_GOLDEN ?? join(root, 'test/fixtures/kots/functions.json'), 'utf8'),
) as KotsGolden;

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
  const installations = new Map(
    Object.entries(golden.contexts).map(([name, installation]) => [name, functionsOf(installation)]),
  );
  const results = golden.cases.map((one) => {
    const installation = installations.get(one.context);
    assert.ok(installation !== undefined, one.context);
    const { functions, problem } = installation;
    if (problem !== null) return { one, text: '', error: problem, unknown: [] };
    const { text, error, unknown } = renderKots('t', one.text, functions);
    // JSON from Go has this letter where a byte is no UTF-8.
    return { one, text: text.replaceAll(/[\udc80-\udcff]/gu, '\ufffd'), error, unknown };
  });
  type Result = (typeof results)[number];
  // A few tell what is wrong, and are compared in no time.
  const shown = (wrong: readonly Result[]) =>
    wrong.slice(0, 20).map(({ one, text, error }) => ({ ...one, here: error ?? text }));

  test('there are enough cases for each function, and not too many of them errors', () => {
    const errors = golden.cases.filter(({ err }) => err !== undefined).length;
    assert.ok(errors <= golden.cases.length / 5, `${errors} of ${golden.cases.length} are errors`);
    if (process.env.WAYBILL_KOTS_GOLDEN !== undefined) return;
    const own = [...(installations.get('online')?.functions.keys() ?? [])].filter((name) =>
      /^[A-Z]/.test(name),
    );
    const few = own.filter(
      (name) =>
        !unknowable.has(name) &&
        !different.has(name) &&
        golden.cases.filter(({ text }) => new RegExp(`\\b${name}\\b`).test(text)).length < 10,
    );
    assert.deepEqual(few, []);
    assert.ok(own.length > 70);
  });

  test('the same output, all of it known', () => {
    const wrong = results.filter(
      ({ one, text, error, unknown }) =>
        one.err === undefined && (error !== null || text !== one.out || unknown.length > 0),
    );
    assert.deepEqual(shown(wrong), []);
  });

  test('an error where KOTS has one, in the same words', () => {
    const wrong = results.filter(
      ({ one, error }) =>
        one.err !== undefined && (error === null || withoutCircle(error) !== withoutCircle(one.err)),
    );
    assert.deepEqual(shown(wrong), []);
  });
});

/** Which options wait for which is told in no order. */
const withoutCircle = (error: string): string =>
  error.replace(/^create config context: |(?<=with 0 dependencies).*/gs, '');
