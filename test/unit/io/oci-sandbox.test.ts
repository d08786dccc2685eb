import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { type Sandbox, seededDigests, startSandbox, upstreamUser } from '../../../sandbox/src/index.ts';
import type { Question } from '../../../server/src/core/knowledge/knowledge.ts';
import { createBudget } from '../../../server/src/io/net/budget.ts';
import { brief } from './support/ask.ts';
import { ask, dockerConfig, imageAt, logged, ociAsker, verdict, verdicts } from './support/oci.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const quay = (repository: string, tag: string | null, digest: string | null = null): Question =>
  imageAt('quay.io', repository, tag, digest);
const asker = (more: NodeJS.ProcessEnv = {}) => ociAsker({ env: { ...sandbox.env, ...more } });
const nginx = seededDigests.upstream['library/nginx'];
const login = (): string =>
  dockerConfig({
    auths: {
      'quay.io': { auth: Buffer.from(`${upstreamUser.user}:${upstreamUser.password}`).toString('base64') },
    },
  });
const calls = (operation: string) => sandbox.calls.filter((call) => call.operation === operation).length;

test('a registry that hides nothing is understood: every kind of verdict', async () => {
  sandbox.quirks.upstreamHidesMissing = false;
  const cases = [
    [quay('library/nginx', '1.27'), 'exists', nginx['1.27']],
    [quay('library/nginx', null, nginx['1.25']), 'exists', nginx['1.25']],
    [quay('library/nginx', '1.27', nginx['1.27']), 'exists', nginx['1.27']],
    [quay('library/nginx', '1.27', nginx['1.25']), 'exists/digest-mismatch', nginx['1.25']],
    [quay('library/nginx', '9.9', nginx['1.25']), 'exists/digest-mismatch', nginx['1.25']],
    [quay('library/nginx', null), 'exists', null],
    [quay('library/nginx', '1.28'), 'absent/tag', null],
    [quay('library/nginx', null, `sha256:${'0'.repeat(64)}`), 'absent/digest', null],
    [quay('library/ngnix', '1.27'), 'absent/repository', null],
    [quay('library/ngnix', null), 'absent/repository', null],
    [quay('acme/secret', '1.0.0'), 'denied/no-credentials', null],
  ] as const;
  const found = await verdicts(
    asker(),
    cases.map(([question]) => question),
  );
  assert.deepEqual(
    found.map((one) => [brief(one), one.digest]),
    cases.map(([, expected, digest]) => [expected, digest]),
  );
  for (const one of found) {
    assert.match(one.reason, /^quay\.io /);
    assert.equal(one.as, 'anonymously');
    assert.equal(one.checkedAt, 1_000_000);
  }
  assert.deepEqual(
    found.map(({ access }) => access),
    [
      ...Array.from({ length: 6 }, () => 'anonymous'),
      ...Array.from({ length: 4 }, () => undefined),
      'credentials',
    ],
  );
  assert.equal(found[0]?.facts?.mediaType, 'application/vnd.oci.image.index.v1+json');
  assert.match(found[3]?.reason ?? '', /but the tag 1\.27 is on sha256:/);
  assert.match(found[4]?.reason ?? '', /but there is no tag 9\.9/);
  assert.equal(calls('GetManifest'), 0);
});

test('a registry that hides what is missing proves nothing to strangers', async () => {
  const one = await verdict(asker(), quay('library/ngnix', '1.27'));
  assert.equal(brief(one), 'denied/no-credentials');
  assert.match(one.reason, /does not exist or is private/);
});

test('a docker login is used where nobody is not let in, and only then', async () => {
  const env = { DOCKER_CONFIG: login() };
  const [secret, missing, hidden, open] = await verdicts(asker(env), [
    quay('acme/secret', '1.0.0'),
    quay('acme/secret', '2.0.0'),
    quay('acme/nothing', '1.0.0'),
    quay('library/redis', '7'),
  ]);
  assert.deepEqual(
    [secret, missing, hidden, open].map((one) => one && brief(one)),
    ['exists', 'absent/tag', 'absent/repository', 'exists'],
  );
  assert.deepEqual([secret?.access, secret?.as], ['credentials', 'docker login acme']);
  assert.deepEqual([open?.access, open?.as], ['anonymous', 'anonymously']);
  for (const line of logged) assert.ok(!line.includes(upstreamUser.password), line);
});

test('the tags fall off once per repository, however many are missing', async () => {
  const answers = await ask(asker(), [
    quay('library/nginx', '1'),
    quay('library/nginx', '2'),
    quay('library/nginx', '3'),
    quay('library/nginx', '1.27'),
  ]);
  assert.equal(calls('ListTags'), 1);
  const tags = answers.find(({ kind }) => kind === 'tags');
  assert.ok(tags?.kind === 'tags');
  assert.deepEqual(tags.repository, { host: 'quay.io', repository: 'library/nginx' });
  assert.deepEqual(tags.list, {
    names: ['1.25', '1.27', '1.27.2', 'latest'],
    complete: true,
    checkedAt: 1_000_000,
  });
});

test('all pages of tags are read where they were asked for', async () => {
  sandbox.quirks.tagsLimit = null;
  const registry = sandbox.store.repository('upstream', 'library/nginx');
  assert.ok(registry);
  const first = registry.tags.values().next().value;
  for (let i = 0; i < 1500; i++) registry.tags.set(`t${i}`, first as never);
  const [tags] = await ask(asker(), [
    { kind: 'tags', repository: { host: 'quay.io', repository: 'library/nginx' } },
  ]);
  assert.ok(tags?.kind === 'tags');
  assert.deepEqual([tags.list.names.length, tags.list.complete, calls('ListTags')], [1504, true, 3]);
});

test('platforms come from the index, or from the configuration of a single image', async () => {
  const about = (digest: string): Question => ({
    kind: 'platforms',
    image: { host: 'quay.io', repository: 'library/nginx', digest },
  });
  const [index, unknown] = await ask(asker(), [about(nginx['1.27']), about(`sha256:${'1'.repeat(64)}`)]);
  assert.ok(index?.kind === 'platforms' && unknown?.kind === 'platforms');
  assert.deepEqual(index.found, { value: ['linux/amd64', 'linux/arm64'], reason: '', checkedAt: 1_000_000 });
  assert.equal(unknown.found.value, null);
  assert.match(unknown.found.reason, /quay\.io does not have sha256:1+ any more/);
  const manifest = sandbox.store.repository('upstream', 'library/nginx')?.manifests.get(nginx['1.27']);
  const child = JSON.parse(Buffer.from(manifest?.bytes ?? '').toString('utf8')).manifests[1].digest;
  const [single] = await ask(asker(), [about(child)]);
  assert.ok(single?.kind === 'platforms');
  assert.deepEqual(single.found.value, ['linux/arm64']);
});

test('Docker Hub is asked by HEAD only; what that cannot prove is not said', async () => {
  const hub = (repository: string, tag: string) => imageAt('docker.io', repository, tag);
  sandbox.quirks.fail5xx.push({ operation: 'ListTags', repository: 'library/redis' });
  sandbox.quirks.deny.push({ operation: 'ListTags', repository: 'library/busybox' });
  const found = await verdicts(asker(), [
    hub('library/nginx', '1.27'),
    hub('library/nginx', '9'),
    hub('library/redis', '9'),
    hub('library/busybox', '9'),
  ]);
  assert.deepEqual(found.map(brief), ['exists', 'absent/tag', 'unreachable', 'unchecked']);
  const image = { host: 'docker.io', repository: 'library/nginx', digest: nginx['1.27'] };
  const [platforms] = await ask(asker(), [{ kind: 'platforms', image }]);
  assert.ok(platforms?.kind === 'platforms');
  assert.deepEqual([platforms.found.value, platforms.found.checkedAt], [null, null]);
  assert.equal(calls('GetManifest'), 0);
  const elsewhere = await verdict(asker(), quay('library/busybox', '9'));
  assert.equal(brief(elsewhere), 'absent/tag');
  assert.equal(calls('GetManifest'), 1);
});

test('questions that no OCI registry answers get an answer at once', async () => {
  const [list, findings] = await ask(asker(), [
    { kind: 'repositories', host: 'quay.io' },
    { kind: 'findings', image: { host: 'quay.io', repository: 'a', digest: nginx['1.27'] } },
  ]);
  assert.ok(list?.kind === 'repositories' && findings?.kind === 'findings');
  assert.deepEqual([list.list.names, list.list.complete, findings.found.value], [[], false, null]);
  assert.equal(sandbox.calls.length, 0);
});

test('an expired token is renewed once, also where the registry says so with 400 and no challenge', async () => {
  for (const expiredBearerIs400 of [true, false]) {
    sandbox.quirks.expiredBearerIs400 = expiredBearerIs400;
    sandbox.quirks.expire = [{ plane: 'upstream', operation: 'HeadManifest', times: 1 }];
    assert.equal(brief(await verdict(asker(), quay('library/nginx', '1.27'))), 'exists');
    sandbox.quirks.expire = [{ plane: 'upstream', operation: 'HeadManifest' }];
    assert.notEqual((await verdict(asker(), quay('library/nginx', '1.27'))).status, 'absent');
  }
});

const faults: readonly (readonly [string, () => void, string, RegExp])[] = [
  ['throttled', () => sandbox.quirks.throttle.push({}), 'throttled', /quay\.io is limiting requests/],
  [
    'failing',
    () => sandbox.quirks.fail5xx.push({ status: 502 }),
    'unreachable',
    /quay\.io answered with an error \(HTTP 502\)/,
  ],
  [
    'breaking connections',
    () => sandbox.quirks.reset.push({}),
    'unreachable',
    /could not be reached: the connection broke/,
  ],
  [
    'behind a sign-in page',
    () => sandbox.quirks.html200.push({}),
    'unreachable',
    /^Something other than quay\.io answered/,
  ],
  ['hanging', () => sandbox.quirks.hang.push({}), 'unreachable', /gave no answer in time|took too long/],
];
for (const [name, break_, expected, words] of faults)
  test(`a registry that is ${name} never makes an image absent`, async () => {
    break_();
    const hasty = ociAsker({ env: sandbox.env, deadlineMs: 200 });
    const found = await verdicts(hasty, [quay('library/nginx', '1.27'), quay('library/nginx', 'nope')]);
    for (const one of found) {
      assert.equal(one.status, expected, one.reason);
      assert.match(one.reason, words);
      assert.equal(one.access, undefined);
    }
  });

test('each operation that fails for a moment is tried again', async () => {
  for (const operation of ['HeadManifest', 'ListTags', 'Token']) {
    sandbox.quirks.fail5xx.push({ operation, plane: 'upstream', times: 1 });
    sandbox.quirks.reset.push({ operation, plane: 'upstream', times: 1 });
    sandbox.quirks.throttle.push({ operation, plane: 'upstream', times: 1, retryAfterSeconds: 0 });
  }
  const budget = createBudget();
  const patient = ociAsker({
    env: sandbox.env,
    budget,
    retries: { transientTries: 4, throttledTries: 4, baseMs: 0, maxWaitMs: 0 },
  });
  const found = await verdicts(patient, [quay('library/nginx', 'nope')]);
  assert.deepEqual(found.map(brief), ['absent/tag']);
  assert.equal(budget.spent('quay.io').retries, 9);
  assert.ok(budget.spent('quay.io').throttled);
});

test('a stopped registry is unreachable, and is asked no more in that round', async () => {
  const env = sandbox.env;
  await sandbox.close();
  const budget = createBudget({ perHost: 1 });
  const found = await verdicts(
    ociAsker({ env, budget }),
    Array.from({ length: 20 }, (_, i) => quay('library/nginx', `${i}`)),
  );
  for (const one of found) {
    assert.equal(one.status, 'unreachable');
    assert.match(one.reason, /^quay\.io could not be reached: the connection was refused/);
  }
  assert.equal(budget.spent('quay.io').calls, 1);
  sandbox = await startSandbox();
});

test('nobody is asked for a workspace that is not trusted', async () => {
  const one = await verdict(
    ociAsker({ env: sandbox.env, trusted: () => false }),
    quay('library/nginx', '1.27'),
  );
  assert.deepEqual([brief(one), one.checkedAt, one.from], ['unchecked/offline', null, null]);
  assert.equal(sandbox.calls.length, 0);
});

test('an abort ends the answers at once', async () => {
  sandbox.quirks.hang.push({});
  const controller = new AbortController();
  const answers: unknown[] = [];
  const budget = createBudget({
    onChange: () => budget.spent().calls > 0 && controller.abort(new Error('enough')),
  });
  await ociAsker({ env: sandbox.env, budget }).ask(
    [quay('library/nginx', '1.27'), quay('library/redis', '7')],
    controller.signal,
    (some) => answers.push(...some),
  );
  assert.deepEqual(answers, []);
  assert.deepEqual([budget.spent().running, budget.spent().waiting], [0, 0]);
});

test('whatever breaks, nothing that is there is called absent and nothing that is not is called there', async () => {
  const operation = fc.constantFrom('HeadManifest', 'GetManifest', 'ListTags', 'Token');
  const kind = fc.constantFrom('deny', 'throttle', 'expire', 'fail5xx', 'reset', 'html200', 'cut', 'corrupt');
  const fault = fc.record({ operation, kind, times: fc.integer({ min: 1, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 6 }),
      fc.boolean(),
      fc.boolean(),
      async (faults, odd, hides) => {
        Object.assign(sandbox.quirks, {
          ...Object.fromEntries(faults.map((each) => [each.kind, []])),
          expiredBearerIs400: odd,
          upstreamHidesMissing: hides,
        });
        for (const { operation, kind, times } of faults)
          (sandbox.quirks[kind as 'fail5xx'] as unknown[]).push({
            operation,
            times,
            plane: 'upstream',
            afterBytes: 3,
            retryAfterSeconds: 0,
          });
        const found = await verdicts(
          ociAsker({
            env: sandbox.env,
            // The pace is not what this is about.
            budget: createBudget({ rateOf: () => ({ perSecond: 100_000, burst: 100_000 }) }),
          }),
          [
            quay('library/nginx', '1.27'),
            quay('library/nginx', '9'),
            quay('library/ngnix', '1'),
            quay('acme/secret', '1'),
          ],
        );
        assert.notEqual(found[0]?.status, 'absent');
        assert.notEqual(found[3]?.status, 'absent');
        for (const one of found.slice(1)) assert.notEqual(one.status, 'exists');
        assert.ok(!['absent/repository'].includes(brief(found[1] ?? ({} as never))));
      },
    ),
    { numRuns: 60 },
  );
});
