import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Answer, Question, Verdict } from '../../../server/src/core/knowledge/knowledge.ts';
import { questionKey } from '../../../server/src/core/knowledge/knowledge.ts';
import type { Asker } from '../../../server/src/core/knowledge/ports.ts';
import { createRememberingAsker } from '../../../server/src/io/memory/asker.ts';
import { defaultCacheFolder } from '../../../server/src/io/memory/folder.ts';
import { type AnswerStore, createAnswerStore } from '../../../server/src/io/memory/store.ts';
import { folderWith } from './support/temp.ts';

const minute = 60_000;
const shelf = { host: 'quay.io', identity: 'anonymous' };
const digest = `sha256:${'a'.repeat(64)}`;

const imageOf = (tag: string): Question & { kind: 'image' } => ({
  kind: 'image',
  image: { host: 'quay.io', repository: 'acme/web', tag, digest: null },
});
const said = (tag: string, status: Verdict['status'], checkedAt: number | null, more = {}): Answer => ({
  ...imageOf(tag),
  verdict: {
    status,
    detail: status === 'absent' ? 'tag' : null,
    digest: status === 'exists' ? digest : null,
    reason: `It is ${status}.`,
    checkedAt,
    from: 'quay.io',
    ...more,
  },
});

/** A child of the test below: keeps answers of its own in a folder that others write to. */
const hammer = process.env.WAYBILL_HAMMER;
if (hammer !== undefined) {
  const [folder = '', name = ''] = hammer.split('|');
  const store = storeIn(folder);
  for (let i = 0; i < 25; i++) {
    store.put(shelf, [said(`${name}-${i}`, 'exists', 1000 + i)]);
    await store.flush();
  }
  // A lock that was held too long is tried once more.
  await store.flush();
  process.exit(0);
}

function storeIn(folder: string, more = {}): AnswerStore {
  return createAnswerStore({ folder, log: () => {}, gatherMs: 0, ...more });
}

async function found(store: AnswerStore, ...tags: string[]): Promise<string[]> {
  const answers = await store.find(shelf, tags.map(imageOf));
  return tags.map((tag) => {
    const answer = answers.get(questionKey(imageOf(tag)));
    return answer?.kind === 'image' ? answer.verdict.status : 'nothing';
  });
}

test('what was answered is there after a restart, with everything that was told', async () => {
  const folder = join(folderWith(), 'cache');
  const full: Answer[] = [
    said('1', 'exists', 5, {
      as: 'anonymously',
      access: 'anonymous',
      facts: { pushedAt: 3, size: 9, tags: ['1'] },
    }),
    said('2', 'absent', 5),
    said('3', 'denied', 5),
    {
      kind: 'tags',
      repository: { host: 'quay.io', repository: 'acme/web' },
      list: { names: ['1'], complete: true, checkedAt: 5, details: { '1': { digest, at: 3, size: 9 } } },
    },
    {
      kind: 'repositories',
      host: 'quay.io',
      list: {
        names: ['acme/web'],
        complete: false,
        checkedAt: 5,
        details: { 'acme/web': { immutable: true } },
      },
    },
    {
      kind: 'platforms',
      image: { host: 'quay.io', repository: 'acme/web', digest },
      found: { value: ['linux/amd64'], reason: '', checkedAt: 5 },
    },
    {
      kind: 'findings',
      image: { host: 'quay.io', repository: 'acme/web', digest },
      found: {
        value: { scanner: 'basic', counts: { high: 2 }, completedAt: 4, sourceUpdatedAt: null },
        reason: '',
        checkedAt: 5,
      },
    },
    {
      kind: 'linked',
      found: {
        value: {
          registries: [{ endpoint: 'quay.io', slug: 'q', provider: 'other', apps: null }],
          apps: ['a'],
        },
        reason: '',
        checkedAt: 5,
      },
    },
    {
      kind: 'pulls',
      host: 'quay.io',
      found: {
        value: [{ at: 1, action: 'pull', image: 'a:1', status: 200, ok: true }],
        reason: '',
        checkedAt: 5,
      },
    },
  ];
  const store = storeIn(folder);
  store.put(shelf, full);
  await store.flush();
  const again = await storeIn(folder).find(shelf, full);
  assert.deepEqual([...again.values()], full);
  if (process.platform !== 'win32') {
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  }
});

test('what nobody could find out is not kept', async () => {
  const folder = join(folderWith(), 'cache');
  const store = storeIn(folder);
  store.put(shelf, [
    said('1', 'throttled', 5),
    said('2', 'unreachable', 5),
    said('3', 'unchecked', null, { detail: 'offline' }),
    said('4', 'exists', 5, { trouble: { status: 'unreachable', detail: null, reason: 'gone', at: 6 } }),
  ]);
  await store.flush();
  assert.equal(existsSync(folder), false);
});

test('what one identity was told, another is not', async () => {
  const folder = folderWith();
  const store = storeIn(folder);
  store.put(shelf, [said('1', 'exists', 5)]);
  await store.flush();
  const other = { ...shelf, identity: 'docker login acme' };
  assert.equal((await storeIn(folder).find(other, [imageOf('1')])).size, 0);
});

test('two servers that share a folder lose nothing', async () => {
  const folder = folderWith();
  const run = (name: string) =>
    new Promise<number | null>((resolve, reject) => {
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
        env: { ...env, WAYBILL_HAMMER: `${folder}|${name}` },
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: 60_000,
      });
      child.once('error', reject);
      child.once('exit', resolve);
    });
  assert.deepEqual(await Promise.all([run('a'), run('b')]), [0, 0]);
  const tags = ['a', 'b'].flatMap((name) => Array.from({ length: 25 }, (_, i) => `${name}-${i}`));
  assert.deepEqual(
    await found(storeIn(folder), ...tags),
    tags.map(() => 'exists'),
  );
  assert.equal(readdirSync(folder).filter((name) => !name.endsWith('.json')).length, 0);
});

test('a server sees what another one learnt since', async () => {
  const folder = folderWith();
  const [one, other] = [storeIn(folder), storeIn(folder)];
  assert.deepEqual(await found(one, '1'), ['nothing']);
  other.put(shelf, [said('1', 'absent', 5)]);
  await other.flush();
  assert.deepEqual(await found(one, '1'), ['absent']);
});

test('of two answers to one question the newer one stays', async () => {
  const folder = folderWith();
  const [one, other] = [storeIn(folder), storeIn(folder)];
  one.put(shelf, [said('1', 'exists', 9)]);
  await one.flush();
  other.put(shelf, [said('1', 'absent', 5)]);
  await other.flush();
  assert.deepEqual(await found(storeIn(folder), '1'), ['exists']);
});

test('a lock that another process holds is waited for, not broken; a dead one is', async () => {
  const folder = folderWith();
  const first = storeIn(folder);
  first.put(shelf, [said('1', 'exists', 5)]);
  await first.flush();
  const [file = ''] = readdirSync(folder);
  const lock = join(folder, `${file}.lock`);
  writeFileSync(lock, '');
  const said2: string[] = [];
  const second = storeIn(folder, { log: (line: string) => said2.push(line) });
  second.put(shelf, [said('2', 'exists', 5)]);
  await second.flush();
  assert.match(said2.join(), /in use by another process/);
  assert.ok(existsSync(lock));
  assert.deepEqual(await found(storeIn(folder), '2'), ['nothing']);
  const { utimesSync } = await import('node:fs');
  utimesSync(lock, 1, 1);
  second.put(shelf, [said('3', 'exists', 5)]);
  await second.flush();
  assert.deepEqual(await found(storeIn(folder), '1', '2', '3'), ['exists', 'exists', 'exists']);
});

test('a folder that cannot be made or written to only means that nothing is kept', async () => {
  const blocked = folderWith({ cache: 'a file where the folder should be' });
  const lines: string[] = [];
  const store = storeIn(join(blocked, 'cache'), { log: (line: string) => lines.push(line) });
  store.put(shelf, [said('1', 'exists', 5)]);
  await store.flush();
  store.put(shelf, [said('2', 'exists', 5)]);
  await store.flush();
  assert.equal(lines.length, 1, 'it is said once');
  assert.deepEqual(await found(store, '1'), ['exists'], 'this process still knows');
  const readOnly = folderWith();
  mkdirSync(join(readOnly, 'x'));
  chmodSync(join(readOnly, 'x'), 0o500);
  const other = storeIn(join(readOnly, 'x'));
  other.put(shelf, [said('1', 'exists', 5)]);
  await other.flush();
  chmodSync(join(readOnly, 'x'), 0o700);
});

test('the oldest answers go, and the oldest files', async () => {
  const folder = folderWith();
  const small = storeIn(folder, { maxEntries: 2 });
  small.put(shelf, [said('1', 'exists', 1), said('2', 'exists', 2), said('3', 'exists', 3)]);
  await small.flush();
  assert.deepEqual(await found(storeIn(folder), '1', '2', '3'), ['nothing', 'exists', 'exists']);
  const tiny = storeIn(folder, { maxBytes: 500 });
  for (const host of ['a.example', 'b.example', 'c.example']) {
    tiny.put({ host, identity: 'anonymous' }, [said('1', 'exists', 5)]);
    await tiny.flush();
  }
  assert.equal(readdirSync(folder).length, 1);
});

test('whatever bytes lie there: nothing is thrown, and no answer comes that was not kept', async () => {
  const folder = folderWith();
  const store = storeIn(folder);
  const kept = [said('1', 'exists', 5), said('2', 'absent', 6)];
  store.put(shelf, kept);
  await store.flush();
  const [name = ''] = readdirSync(folder);
  const path = join(folder, name);
  const whole = readFileSync(path);
  const runs = process.env.WAYBILL_SOAK ? 5000 : 300;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.nat(whole.length),
      fc.uint8Array({ maxLength: 12 }),
      async (at, skip, bytes) => {
        writeFileSync(path, Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + (skip % 9))]));
        const answers = await storeIn(folder).find(shelf, [imageOf('1'), imageOf('2'), imageOf('3')]);
        for (const answer of answers.values()) {
          assert.ok(answer.kind === 'image');
          const original = kept.find((one) => questionKey(one) === questionKey(answer));
          assert.ok(original?.kind === 'image', 'the question was never answered');
          assert.equal(answer.verdict.status, original.verdict.status);
        }
      },
    ),
    { numRuns: runs },
  );
});

/** An asker that says the same of everything, and what it was asked. */
function world(status: Verdict['status'], at: () => number): { asker: Asker; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    asker: {
      async ask(questions, _, onAnswers) {
        for (const question of questions) {
          assert.ok(question.kind === 'image');
          asked.push(question.image.tag ?? '');
          onAnswers([said(question.image.tag ?? '', status, at())]);
        }
      },
    },
  };
}

async function verdicts(asker: Asker, manner = {}, ...tags: string[]): Promise<string[]> {
  const answers: Answer[] = [];
  const { signal } = new AbortController();
  await asker.ask(tags.map(imageOf), signal, (some) => answers.push(...some), manner);
  return answers
    .flatMap((answer) =>
      answer.kind === 'image'
        ? [`${answer.image.tag} ${answer.verdict.status}${answer.verdict.trouble ? ' still' : ''}`]
        : [],
    )
    .sort();
}

test('what still holds is not asked again; what is older is; and a person who wants to know is told the news', async () => {
  const folder = folderWith();
  let now = 1_000_000;
  const shelfOf = () => shelf;
  const first = world('exists', () => now);
  const store = storeIn(folder);
  await verdicts(
    createRememberingAsker({ asker: first.asker, store, shelfOf, now: () => now }),
    {},
    '1',
    '2',
  );
  await store.flush();

  const second = world('absent', () => now);
  const asker = createRememberingAsker({
    asker: second.asker,
    store: storeIn(folder),
    shelfOf,
    now: () => now,
  });
  now += minute;
  assert.deepEqual(await verdicts(asker, {}, '1', '3'), ['1 exists', '3 absent']);
  assert.deepEqual(second.asked, ['3']);
  assert.deepEqual(await verdicts(asker, { anew: true }, '1'), ['1 absent']);
  now += 10 * minute;
  assert.deepEqual(await verdicts(asker, {}, '2'), ['2 absent']);
});

test('a proof of the last week stands in where nobody can be asked, and says so', async () => {
  const folder = folderWith();
  let now = 1_000_000_000;
  const shelfOf = () => shelf;
  const store = storeIn(folder);
  store.put(shelf, [said('1', 'exists', now)]);
  const { asker } = world('unreachable', () => now);
  const remembering = createRememberingAsker({ asker, store, shelfOf, now: () => now });
  now += 24 * 60 * minute;
  assert.deepEqual(await verdicts(remembering, {}, '1', '2'), ['1 exists still', '2 unreachable']);
  now += 7 * 24 * 60 * minute;
  assert.deepEqual(await verdicts(remembering, {}, '1'), ['1 unreachable']);
});

test('what has no shelf is never kept', async () => {
  const folder = join(folderWith(), 'cache');
  const store = storeIn(folder);
  const { asker, asked } = world('exists', () => 5);
  const remembering = createRememberingAsker({ asker, store, shelfOf: () => null, now: () => 6 });
  await verdicts(remembering, {}, '1');
  await verdicts(remembering, {}, '1');
  await store.flush();
  assert.deepEqual(asked, ['1', '1']);
  assert.equal(existsSync(folder), false);
});

test('forgetting empties the folder', async () => {
  const folder = join(folderWith(), 'cache');
  const store = storeIn(folder);
  store.put(shelf, [said('1', 'exists', 5)]);
  await store.forget();
  assert.equal(existsSync(folder), false);
  assert.deepEqual(await found(store, '1'), ['nothing']);
});

test('the cache folder is where each system has such things', () => {
  assert.equal(defaultCacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux'), '/x/waybill/answers');
  assert.equal(defaultCacheFolder({ XDG_CACHE_HOME: 'x', HOME: '/h' }, 'linux'), '/h/.cache/waybill/answers');
  assert.equal(defaultCacheFolder({ HOME: '/h' }, 'darwin'), '/h/Library/Caches/waybill/answers');
  assert.equal(defaultCacheFolder({}, 'linux'), null);
});
