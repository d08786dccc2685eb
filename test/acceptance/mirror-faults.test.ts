import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Quirks } from '../../sandbox/src/index.ts';
import { digestOf } from '../contract/support/images.ts';
import { keepImage, layeredImage } from '../support/layered-image.ts';
import { randomFrom } from '../support/random.ts';
import { type Came, type Lie, startTampered } from '../support/tampered.ts';
import {
  assertFailed,
  assertMirrored,
  digest,
  image,
  largest,
  type Scene,
  sourceName,
  targetName,
  withScene,
} from './support/mirror-scene.ts';
import { ecr } from './support/release.ts';

/*
 * `waybill mirror` to and from Amazon ECR as the sandbox has it, with its peculiarities and with what goes wrong on
 * the way.
 */

/** What the same run does with somebody between the command line and the ECR's registry. */
async function meddled(
  scene: Scene,
  tamper: (came: Came) => Lie | null | undefined | Promise<Lie | null | undefined>,
  args?: readonly string[],
) {
  const between = await startTampered(scene.sandbox.registryUrl, tamper);
  try {
    const endpoints = { 'docker.io': scene.sandbox.publicUrl, [ecr]: between.url };
    const ran = await scene.run(args, { WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify(endpoints) });
    return { ran, came: between.came };
  } finally {
    await between.close();
  }
}

const isTagged = ({ method, path }: Came): boolean => method === 'PUT' && path.endsWith('/manifests/1.0');
const another = layeredImage(randomFrom(12), [], [{ architecture: 'amd64', sizes: [1000] }]);

describe("waybill mirror and Amazon ECR's ways", { concurrency: 3 }, () => {
  test('each blob goes in one PUT: ECR loses what comes by a second PATCH', () =>
    withScene({}, async (scene) => {
      assertMirrored(await scene.run(), scene);
      assert.deepEqual(
        scene.sandbox.calls.filter(({ method }) => method === 'PATCH'),
        [],
      );
      assert.equal(scene.count('PutUpload'), image.blobs.length);
      assert.equal(scene.count('PutManifest'), image.children.length + 1);
    }));

  test('a second run finds all there and sends nothing', () =>
    withScene({}, async (scene) => {
      assertMirrored(await scene.run(), scene);
      const puts = scene.count('PutUpload') + scene.count('PutManifest') + scene.count('StartUpload');
      assertMirrored(await scene.run(), scene);
      assert.equal(scene.count('PutUpload') + scene.count('PutManifest') + scene.count('StartUpload'), puts);
    }));

  test('where ECR is the source, its authorisation does not go along to the host that has the blobs', () =>
    withScene({}, async (scene) => {
      await keepImage(scene.sandbox.store, scene.target, '0.9', image);
      const storage = await startTampered(null, () => null);
      try {
        const { ran, came } = await meddled(
          scene,
          ({ method, path }) =>
            method === 'GET' && path.includes('/blobs/')
              ? { status: 307, headers: { location: `${storage.url}/elsewhere/${path.split('/').at(-1)}` } }
              : null,
          [`${ecr}/demo/app:0.9`, '--to', `${ecr}/demo/elsewhere:1.0`, '--create'],
        );
        assert.equal(ran.code, 4, ran.stderr);
        assert.ok(came.some(({ headers }) => headers.authorization?.startsWith('Basic ')));
        assert.ok(storage.came.length > 0);
        for (const { headers } of storage.came) assert.equal(headers.authorization, undefined);
      } finally {
        await storage.close();
      }
      // The sandbox's own host for blobs refuses whoever sends it.
      const ran = await scene.run([`${ecr}/demo/app:0.9`, '--to', targetName]);
      assertMirrored(ran, scene);
    }));

  for (const [mount, sent] of [
    ['never', image.blobs.length],
    ['known', 0],
  ] as const)
    test(`from one repository to another, where ECR ${mount === 'never' ? 'mounts nothing (202)' : 'mounts (201)'}`, () =>
      withScene({ mount }, async (scene) => {
        const { store, accountId, region } = scene.sandbox;
        const from = store.createRepository(`${accountId}/${region}`, 'demo/from');
        await keepImage(store, from, '1.0', image);
        assertMirrored(await scene.run([`${ecr}/demo/from:1.0`, '--to', targetName]), scene);
        assert.equal(scene.count('PutUpload'), sent);
      }));

  test('a repository that is not there: refused before anything is sent, or made with --create', () =>
    withScene({}, async (scene) => {
      const to = `${ecr}/demo/not-there:1.0`;
      assertFailed(
        await scene.run([sourceName, '--to', to]),
        { code: 5, says: [to, 'demo/not-there', ecr, '--create'] },
        scene,
      );
      assert.equal(scene.count('PutUpload') + scene.count('PutManifest'), 0);
      const ran = await scene.run([sourceName, '--to', to, '--create']);
      assert.equal(ran.code, 0, ran.stderr);
      const { store, accountId, region } = scene.sandbox;
      const made = store.repository(`${accountId}/${region}`, 'demo/not-there');
      assert.equal(made?.tags.get('1.0'), digest);
    }));
});

describe('waybill mirror and immutable tags', { concurrency: 3 }, () => {
  test('the same digest is there: success, and nothing is sent', () =>
    withScene({}, async (scene) => {
      await keepImage(scene.sandbox.store, scene.target, '1.0', image);
      scene.target.mutability = 'IMMUTABLE';
      assertMirrored(await scene.run(), scene);
      assert.equal(scene.count('StartUpload') + scene.count('PutManifest'), 0);
    }));

  test('another digest is there: refused before a byte is sent', () =>
    withScene({}, async (scene) => {
      const old = await keepImage(scene.sandbox.store, scene.target, '1.0', another);
      scene.target.mutability = 'IMMUTABLE';
      assertFailed(await scene.run(), { code: 1, says: [targetName, old, digest, 'immutable'] }, scene, old);
      assert.equal(scene.count('StartUpload') + scene.count('PutUpload') + scene.count('PutManifest'), 0);
    }));

  test('somebody else puts the same image at that moment: TAG_INVALID is success', () =>
    withScene({}, async (scene) => {
      const { ran } = await meddled(scene, async (came) => {
        if (!isTagged(came)) return null;
        await keepImage(scene.sandbox.store, scene.target, '1.0', image);
        scene.target.mutability = 'IMMUTABLE';
        return null;
      });
      assert.ok(
        scene.sandbox.calls.some(({ operation, status }) => operation === 'PutManifest' && status === 400),
      );
      assertMirrored(ran, scene);
    }));

  test('somebody else puts another image at that moment: refused', () =>
    withScene({}, async (scene) => {
      const { ran } = await meddled(scene, async (came) => {
        if (!isTagged(came)) return null;
        await keepImage(scene.sandbox.store, scene.target, '1.0', another);
        scene.target.mutability = 'IMMUTABLE';
        return null;
      });
      const says = [targetName, ecr, 'immutable', 'another image'];
      assertFailed(ran, { code: 1, says }, scene, digestOf(another.root.bytes));
    }));
});

describe('waybill mirror survives', { concurrency: 3 }, () => {
  const survived: readonly (readonly [what: string, quirks: Partial<Quirks>])[] = [
    [
      '429 with Retry-After',
      {
        throttle: [
          { operation: 'StartUpload', times: 1, retryAfterSeconds: 0 },
          { operation: 'PutUpload', times: 2, retryAfterSeconds: 1 },
          { operation: 'PutManifest', plane: 'registry', times: 1, retryAfterSeconds: 0 },
          { operation: 'GetManifest', plane: 'upstream', times: 1, retryAfterSeconds: 0 },
        ],
      },
    ],
    [
      'errors of the server',
      {
        fail5xx: [
          { operation: 'StartUpload', times: 2 },
          { operation: 'PutUpload', times: 2, status: 503 },
          { operation: 'BatchCheckLayerAvailability', times: 1, status: 502 },
          { operation: 'PutManifest', times: 2, status: 504 },
          { operation: 'GetManifest', plane: 'upstream', times: 1 },
          { plane: 'storage', times: 1, status: 503 },
        ],
      },
    ],
    [
      'connections that break',
      {
        reset: [
          { operation: 'StartUpload', times: 2 },
          { operation: 'PutUpload', times: 2 },
          { operation: 'BatchCheckLayerAvailability', times: 1 },
          { operation: 'PutManifest', times: 2 },
          { operation: 'GetManifest', plane: 'upstream', times: 1 },
          { plane: 'storage', times: 2 },
          { operation: 'DescribeRepositories', times: 1 },
        ],
      },
    ],
    // The one test that waits for the idle deadline of 15 seconds.
    ['a source that falls silent', { hang: [{ plane: 'storage', times: 1 }] }],
  ];
  for (const [what, quirks] of survived)
    test(what, () =>
      withScene(quirks, async (scene) => {
        assertMirrored(await scene.run(), scene);
        const rules = [quirks.throttle, quirks.fail5xx, quirks.reset, quirks.hang].flatMap(
          (list) => list ?? [],
        );
        const statuses = new Set(scene.sandbox.calls.map(({ status }) => status));
        for (const status of quirks.throttle
          ? [429]
          : (quirks.fail5xx?.map((rule) => rule.status ?? 500) ?? [0]))
          assert.ok(statuses.has(status), `${rules.length} rules, and no ${status}`);
      }),
    );

  test('a source that breaks off: the rest comes by Range into the same PUT', () =>
    withScene({ cut: [{ plane: 'storage', afterBytes: 100_000, times: 3 }] }, async (scene) => {
      assertMirrored(await scene.run(), scene);
      assert.ok(scene.sandbox.calls.some(({ plane, status }) => plane === 'storage' && status === 206));
      assert.equal(scene.count('StartUpload'), image.blobs.length);
      assert.equal(scene.count('PutUpload'), image.blobs.length);
    }));

  for (const operation of ['PutUpload', 'PutManifest', 'StartUpload'])
    test(`a token that runs out in mid-copy, at ${operation}: a new one, and on`, () =>
      withScene({}, async (scene) => {
        let tokens = 0;
        const { ran } = await meddled(scene, async ({ method, path }) => {
          const now =
            operation === 'StartUpload'
              ? method === 'POST'
              : method === 'PUT' && path.includes(operation === 'PutUpload' ? '/uploads/' : '/manifests/');
          if (!now || tokens > 0) return null;
          tokens = scene.count('GetAuthorizationToken', 'control');
          // A token lasts for hours: one that was just given is not asked for again within two seconds.
          await pause(2100);
          scene.sandbox.quirks.expire.push({ plane: 'registry', operation, times: 1 });
          return null;
        });
        assertMirrored(ran, scene);
        assert.ok(scene.sandbox.calls.some(({ status, plane }) => plane === 'registry' && status === 403));
        assert.ok(scene.count('GetAuthorizationToken', 'control') > tokens);
      }));
});

describe('waybill mirror gives up, and says why', { concurrency: 3 }, () => {
  test('a blob of the source is not what its digest says', () =>
    withScene({ corrupt: [{ plane: 'storage' }] }, async (scene) => {
      const says = [sourceName, /sha256:[0-9a-f]{64}/, 'docker.io', 'another digest'];
      assertFailed(await scene.run(), { code: 7, says }, scene);
      assert.equal(scene.count('PutManifest'), 0);
    }));

  const ends: readonly (readonly [
    what: string,
    quirks: Partial<Quirks>,
    expected: { readonly code: number; readonly says: readonly (string | RegExp)[] },
  ])[] = [
    [
      'ECR fails each time',
      { fail5xx: [{ operation: 'PutUpload', repository: 'demo/app' }] },
      { code: 6, says: [targetName, /sha256:[0-9a-f]{64}/, ecr, 'HTTP 500'] },
    ],
    [
      'ECR limits requests for as long as it is asked',
      { throttle: [{ operation: 'PutUpload', repository: 'demo/app' }] },
      { code: 6, says: [targetName, /sha256:[0-9a-f]{64}/, ecr, /limit/] },
    ],
    [
      'ECR lets nobody put images',
      { deny: [{ operation: 'PutImage' }] },
      { code: 5, says: [targetName, ecr, 'ecr:PutImage'] },
    ],
    [
      'the registry refuses what the control plane allows',
      { deny: [{ operation: 'PutUpload' }] },
      { code: 5, says: [targetName, /sha256:[0-9a-f]{64}/, ecr, 'not authorized to perform: ecr:'] },
    ],
    [
      'the source cannot be reached',
      { reset: [{ plane: 'upstream' }] },
      { code: 6, says: [sourceName, 'docker.io', 'the connection broke'] },
    ],
    [
      'the source may not be pulled',
      {
        deny: [
          { plane: 'upstream', operation: 'GetManifest' },
          { plane: 'upstream', operation: 'HeadManifest' },
        ],
      },
      { code: 4, says: [sourceName, 'docker.io', /does not show it/] },
    ],
    [
      'a guest network answers for the source',
      { html200: [{ plane: 'upstream' }] },
      { code: 6, says: [sourceName, 'docker.io', 'sign-in page'] },
    ],
    [
      'a guest network answers for the target when an upload is begun',
      { html200: [{ plane: 'registry', operation: 'StartUpload' }] },
      { code: 6, says: [targetName, ecr, 'sign-in page'] },
    ],
    [
      'a guest network answers for the target when a blob is sent',
      { html200: [{ plane: 'registry', operation: 'PutUpload' }] },
      { code: 6, says: [targetName, ecr, 'sign-in page'] },
    ],
    [
      'a guest network answers for the target when the image is put',
      { html200: [{ plane: 'registry', operation: 'PutManifest' }] },
      { code: 6, says: [targetName, ecr, 'sign-in page'] },
    ],
  ];
  for (const [what, quirks, expected] of ends)
    test(what, () => withScene(quirks, async (scene) => assertFailed(await scene.run(), expected, scene)));

  test('there is no such image', () =>
    withScene({}, async (scene) => {
      for (const [name, says] of [
        ['acme/app:9', /does not have it/],
        ['acme/nobody:1', /does not exist|no such/],
        // What follows "secret:" is taken out of messages.
        ['acme/secret:1.0.0', /does not show it to anybody who is not signed in/],
      ] as const)
        assertFailed(
          await scene.run([name, '--to', targetName]),
          { code: 4, says: [name.replace(/:.*/, ''), 'docker.io', says] },
          scene,
        );
      assert.equal(scene.count('StartUpload'), 0);
    }));

  test('an image is to be copied onto itself', () =>
    withScene({}, async (scene) => {
      await keepImage(scene.sandbox.store, scene.target, '1.0', image);
      const says = [targetName, 'itself'];
      assertFailed(await scene.run([targetName, '--to', targetName]), { code: 1, says }, scene, digest);
    }));

  test('ECR keeps losing the bytes of a blob', () =>
    withScene({}, async (scene) => {
      const { ran } = await meddled(scene, ({ method, path }) =>
        method === 'PUT' && path.includes(encodeURIComponent(largest))
          ? {
              status: 400,
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ errors: [{ code: 'DIGEST_INVALID', message: 'other bytes came' }] }),
            }
          : null,
      );
      assertFailed(ran, { code: 5, says: [targetName, largest, ecr, 'other bytes came'] }, scene);
    }));
});
