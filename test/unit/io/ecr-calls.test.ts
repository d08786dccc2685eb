import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import { ecrRegistry } from '../../../sandbox/src/store/repository.ts';
import type { EcrApi, EcrImage, ImageId } from '../../../server/src/io/aws/api.ts';
import { idKey, lookUp } from '../../../server/src/io/aws/lookup.ts';
import { allAnswersOf, answersOf, brief, ecrAsker, host, image, verdictsOf } from './support/ask.ts';
import { digestOf } from './support/fake-images.ts';

const never = new AbortController().signal;
const runs = process.env.WAYBILL_SOAK === '1' ? 2000 : 100;

/** ECR's "not found", as the SDK throws it; with `mute`, its words name no id. */
function notFound(id: ImageId, mute: boolean): Error {
  const { imageTag = 'null', imageDigest = 'null' } = id as Record<string, string>;
  const words = mute
    ? 'No such image'
    : `{imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist`;
  return Object.assign(new Error(words), {
    name: 'ImageNotFoundException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
    $response: { headers: { 'content-type': 'application/x-amz-json-1.1' } },
  });
}

/** ECR's DescribeImages for one repository, in memory: what is asked of it is counted. */
function fakeApi(images: readonly EcrImage[], mute: boolean): { api: EcrApi; calls: () => number } {
  let calls = 0;
  const byTag = new Map(images.flatMap((one) => one.tags.map((tag) => [tag, one] as const)));
  const byDigest = new Map(images.map((one) => [one.digest, one]));
  const find = (id: ImageId) => ('imageTag' in id ? byTag.get(id.imageTag) : byDigest.get(id.imageDigest));
  const api: Partial<EcrApi> = {
    describeImages: async (_repository, ids) => {
      calls++;
      assert.ok(ids.length >= 1 && ids.length <= 100);
      const gone = ids.find((id) => find(id) === undefined);
      if (gone) throw notFound(gone, mute);
      return [...new Set(ids.map((id) => find(id) as EcrImage))];
    },
    imagePage: async (_repository, which, next) => {
      calls++;
      const listed = which === 'all' ? images : images.filter(({ tags }) => tags.length > 0);
      const from = Number(next ?? 0);
      return {
        items: listed.slice(from, from + 1000),
        next: from + 1000 < listed.length ? String(from + 1000) : null,
      };
    },
  };
  return { api: api as EcrApi, calls: () => calls };
}

const stored = (count: number): EcrImage[] =>
  Array.from({ length: count }, (_, n) => ({
    digest: digestOf(n),
    tags: [`t${n}`],
    archived: false,
    facts: {},
  }));

/** Ids of which some are there and some are not, spread by a seed. */
function idsOf(there: number, missing: number, images: number, byDigest: boolean, seed: number): ImageId[] {
  const id = (n: number): ImageId => (byDigest ? { imageDigest: digestOf(n) } : { imageTag: `t${n}` });
  const ids = [
    ...Array.from({ length: Math.min(there, images) }, (_, n) => id(n)),
    ...Array.from({ length: missing }, (_, n) => id(1_000_000 + n)),
  ];
  return ids.sort((a, b) => spread(idKey(a), seed) - spread(idKey(b), seed));
}

function spread(key: string, seed: number): number {
  let hash = seed;
  for (const letter of key) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0;
  return hash;
}

for (const mute of [false, true])
  test(`whatever is there, every id is answered rightly within the calls allowed${mute ? ', also where ECR names no id' : ''}`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          there: fc.oneof(fc.nat(20), fc.nat(450)),
          missing: fc.oneof(fc.constantFrom(0, 1, 2), fc.nat(12), fc.nat(250)),
          images: fc.oneof(fc.nat(30), fc.nat(4_000), fc.nat(40_000)),
          byDigest: fc.boolean(),
          seed: fc.integer(),
        }),
        async ({ there, missing, images, byDigest, seed }) => {
          const ids = idsOf(there, missing, images, byDigest, seed);
          const { api, calls } = fakeApi(stored(images), mute);
          const { found } = await lookUp(api, 'app', ids, never);
          for (const id of ids) {
            const n =
              'imageTag' in id ? Number(id.imageTag.slice(1)) : Number.parseInt(id.imageDigest.slice(7), 16);
            assert.equal(found.get(idKey(id))?.kind, n < images ? 'image' : 'missing', idKey(id));
          }
          const pages = Math.max(1, Math.ceil(images / 1000));
          const batches = Math.ceil(ids.length / 100);
          const byList = pages + (mute ? 9 * Math.ceil(pages / 5) : Math.ceil(pages / 14));
          const short = pages < (mute ? 6 : 14);
          const most = batches + Math.min(14 * missing, short ? pages : byList);
          assert.ok(calls() <= most, `${calls()} calls, ${most} allowed`);
        },
      ),
      { numRuns: runs },
    );
  });

test('an image that is pushed while it is searched for is not taken for missing, and neither is another', async () => {
  const images = stored(100_000);
  // At the end of a list that is too long to be read.
  const first = 99_900;
  for (const late of [first, first + 37, first + 99]) {
    const { api } = fakeApi(images, true);
    let calls = 0;
    const racing: EcrApi = {
      ...api,
      describeImages: async (repository, ids, signal) => {
        calls++;
        if (calls === 1) throw notFound({ imageTag: `t${late}` }, true);
        return api.describeImages(repository, ids, signal);
      },
    };
    const ids = Array.from({ length: 100 }, (_, n) => ({ imageTag: `t${first + n}` }));
    const { found } = await lookUp(racing, 'app', ids, never);
    assert.deepEqual([...new Set([...found.values()].map(({ kind }) => kind))], ['image']);
    assert.equal(found.size, 100);
  }
});

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

/** Asks, and gives the operations that it took. */
async function operationsOf(work: () => Promise<unknown>): Promise<string[]> {
  const from = sandbox.calls.length;
  await work();
  return sandbox.calls.slice(from).map(({ operation }) => operation);
}

const count = (operations: readonly string[], name: string): number =>
  operations.filter((operation) => operation === name).length;

/** A repository of the sandbox with so many images, one tag each. */
function fill(name: string, images: number): void {
  const repository = sandbox.store.createRepository(ecrRegistry(sandbox.accountId, sandbox.region), name);
  for (let n = 0; n < images; n++) {
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { n: `${name} ${n}` } }),
    );
    sandbox.store.putManifest(repository, { bytes, mediaType: null, tag: `t${n}`, pushedAt: n });
  }
}

const asked = (repository: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => image(repository, `t${from + n}`));

test('all present: one call for every hundred ids of a repository, and no other', async () => {
  fill('many/a', 250);
  fill('many/b', 100);
  fill('many/c', 1);
  const questions = [...asked('many/a', 0, 250), ...asked('many/b', 0, 100), ...asked('many/c', 0, 1)];
  const operations = await operationsOf(async () => {
    const verdicts = await verdictsOf(ecrAsker(sandbox.url, { env: sandbox.env }), questions);
    assert.ok(verdicts.every(({ status }) => status === 'exists'));
  });
  assert.deepEqual(operations, Array(3 + 1 + 1).fill('DescribeImages'));
});

for (const [name, images, from, to, most] of [
  ['short/one-missing', 300, 250, 301, 2],
  ['short/all-missing', 300, 300, 400, 2],
  ['short/many-missing', 300, 200, 500, 3 + 1],
  ['long/one-missing', 5_000, 4_950, 5_001, 1 + 5],
  ['long/many-missing', 5_000, 4_900, 5_100, 2 + 5],
  ['longer/one-missing', 17_500, 17_450, 17_501, 1 + 14],
] as const)
  test(`${name}: ids that are missing cost no more than halving or the list, and rules are read once`, async () => {
    fill(name, images);
    const questions = asked(name, from, to);
    const asker = ecrAsker(sandbox.url, { env: sandbox.env });
    const operations = await operationsOf(async () => {
      const verdicts = await verdictsOf(asker, questions);
      assert.deepEqual(
        verdicts.map(brief),
        questions.map((_, n) => (from + n < images ? 'exists' : 'absent/tag')),
      );
    });
    const calls = count(operations, 'DescribeImages');
    assert.ok(calls <= most, `${calls} calls, ${most} allowed`);
    assert.equal(count(operations, 'DescribePullThroughCacheRules'), 1);
    assert.equal(operations.length, calls + 1);
    assert.ok(
      !(await operationsOf(() => verdictsOf(asker, questions))).includes('DescribePullThroughCacheRules'),
    );
  });

test('a list that was read on the way is the answer about tags, asked for or not', async () => {
  const questions = [
    image('demo-apps/api', '1.4.2'),
    image('demo-apps/api', '9'),
    image('demo-apps/api', '8'),
  ];
  const asker = ecrAsker(sandbox.url, { env: sandbox.env });
  const tags = { kind: 'tags', repository: { host, repository: 'demo-apps/api' } } as const;
  const unasked = await allAnswersOf(asker, questions);
  assert.deepEqual(unasked.map(({ kind }) => kind).sort(), ['image', 'image', 'image', 'tags']);
  const operations = await operationsOf(async () => {
    const answers = await answersOf(asker, [...questions, tags]);
    assert.deepEqual(
      answers[3],
      unasked.find(({ kind }) => kind === 'tags'),
    );
  });
  assert.deepEqual(operations, ['DescribeImages', 'DescribeImages']);
});

test('rules and templates of a registry are read once, however many repositories are missing', async () => {
  const questions = Array.from({ length: 30 }, (_, n) => image(`nowhere/app${n}`, '1'));
  const operations = await operationsOf(async () => {
    const verdicts = await verdictsOf(ecrAsker(sandbox.url, { env: sandbox.env }), questions);
    assert.deepEqual([...new Set(verdicts.map(brief))], ['absent/repository']);
  });
  assert.equal(count(operations, 'DescribeImages'), 30);
  assert.equal(count(operations, 'DescribePullThroughCacheRules'), 1);
  assert.equal(count(operations, 'DescribeRepositoryCreationTemplates'), 1);
  assert.equal(operations.length, 32);
});

test('a repository that is known to be there is not asked for by itself', async () => {
  const questions = [image('demo-apps/web', '2.0.0'), image('demo-apps/web', null)];
  const operations = await operationsOf(async () => {
    const verdicts = await verdictsOf(ecrAsker(sandbox.url, { env: sandbox.env }), questions);
    assert.deepEqual(verdicts.map(brief), ['exists', 'exists']);
  });
  assert.deepEqual(operations, ['DescribeImages']);
});
