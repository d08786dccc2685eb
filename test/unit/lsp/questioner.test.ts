import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Question, Verdict } from '../../../server/src/core/knowledge/knowledge.ts';
import { questionKey } from '../../../server/src/core/knowledge/knowledge.ts';
import { unknown } from '../../../server/src/io/net/unchecked.ts';
import { createQuestioner } from '../../../server/src/lsp/asking/questioner.ts';
import type { Ports } from '../../../server/src/lsp/ports.ts';
import { createFolder, type Folder } from '../../../server/src/lsp/workspace/folder.ts';
import { pod, registry, release } from '../../protocol/workspace.ts';

/** One portion of questions that the world was asked, to be answered by hand. */
interface Asked {
  readonly questions: readonly Question[];
  answer(status: Verdict['status']): Promise<void>;
}

/** A questioner over a folder in memory, with a clock and a world that do nothing by themselves. */
function setUp() {
  let now = 1_700_000_000_000;
  const timers = new Set<() => void>();
  const asked: Asked[] = [];
  const events: string[] = [];
  const open: { folder: Folder; path: string }[] = [];
  const ports: Ports = {
    now: () => now,
    after: (_ms, work) => {
      timers.add(work);
      return () => timers.delete(work);
    },
    soon: (work) => work(),
    env: {},
  };
  const folder: Folder = createFolder({
    uri: 'memory:/w',
    root: null,
    reach: 'nothing',
    inWorkspace: true,
    settings: {},
    onChange: () => {},
    log: () => {},
  });
  for (const [path, text] of Object.entries(release)) folder.open(path, text);
  const questioner = createQuestioner({
    folders: () => [folder],
    documents: () => open,
    asker: {
      ask: (questions, signal, onAnswers) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve());
          asked.push({
            questions,
            answer: async (status) => {
              onAnswers(questions.map((question) => answerTo(question, status, now)));
              resolve();
              await settled();
            },
          });
        }),
    },
    ports,
    restMs: 300,
    onRest: () => events.push('rest'),
    onLearnt: () => events.push('learnt'),
    onBusy: () => {},
    onError: (error) => assert.fail(String(error)),
  });
  return {
    folder,
    questioner,
    asked,
    events,
    put: (path: string, ...names: string[]) => {
      folder.open(path, pod(...names.map((name) => `${registry}/demo-apps/${name}`)));
      if (!open.some((place) => place.path === path)) open.push({ folder, path });
      questioner.touch({ folder, path });
    },
    rest: async () => {
      for (const work of [...timers]) {
        timers.delete(work);
        work();
      }
      await settled();
    },
    pass: (ms: number) => {
      now += ms;
    },
    // Every release of ECR images wants to know what is linked; that is not what these tests are about.
    keys: (index: number) => asked[index]?.questions.map(questionKey).filter((key) => key !== 'linked') ?? [],
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

function answerTo(question: Question, status: Verdict['status'], checkedAt: number): Answer {
  if (question.kind !== 'image' && question.kind !== 'tags' && question.kind !== 'repositories')
    return unknown(question, 'not asked here', checkedAt);
  if (question.kind !== 'image')
    return { ...question, list: { names: ['1.0.0', '2.0.0'], complete: true, checkedAt } };
  return {
    kind: 'image',
    image: question.image,
    verdict: {
      status,
      detail: status === 'absent' ? 'tag' : null,
      digest: null,
      reason: status,
      checkedAt,
      from: 'a test',
    },
  };
}

const image = (name: string): string => `image ${registry}/demo-apps/${name}`;

test('nothing is asked before the text has rested, and then only what stands there', async () => {
  const { put, rest, keys, asked } = setUp();
  put('pod.yaml', 'ap');
  put('pod.yaml', 'api:1');
  put('pod.yaml', 'api:1.4.0');
  assert.equal(asked.length, 0);
  await rest();
  assert.deepEqual(keys(0), [image('api:1.4.0')]);
});

test('the document comes first, then the rest of its release', async () => {
  const { folder, put, rest, keys, asked } = setUp();
  folder.open('other.yaml', pod(`${registry}/demo-apps/worker:1`));
  put('pod.yaml', 'api:1');
  await rest();
  assert.deepEqual(keys(0), [image('api:1')]);
  await asked[0]?.answer('exists');
  assert.deepEqual(keys(1), [image('worker:1')]);
});

test('what is missing leads to the question what is near', async () => {
  const { put, rest, keys, asked } = setUp();
  put('pod.yaml', 'api:1');
  await rest();
  await asked[0]?.answer('absent');
  assert.deepEqual(keys(1), [`tags ${registry}/demo-apps/api`]);
  await asked[1]?.answer('absent');
  assert.deepEqual(
    keys(2).filter((key) => key.startsWith('tags') || key === image('api:1')),
    [],
  );
});

test('a question that is out is not asked again, whoever else has it', async () => {
  const { put, rest, asked, questioner } = setUp();
  put('pod.yaml', 'api:1');
  put('again.yaml', 'api:1');
  await rest();
  put('pod.yaml', 'api:1');
  await rest();
  assert.equal(asked.length, 1);
  assert.equal(questioner.busy, true);
  await asked[0]?.answer('exists');
  assert.equal(asked.length, 1);
  assert.equal(questioner.busy, false);
});

test('an answer is asked for again when it is old and somebody touches the document', async () => {
  const { put, rest, pass, asked } = setUp();
  put('pod.yaml', 'api:1');
  await rest();
  await asked[0]?.answer('exists');
  pass(299_999);
  put('pod.yaml', 'api:1');
  await rest();
  assert.equal(asked.length, 1);
  pass(1);
  put('pod.yaml', 'api:1');
  await rest();
  assert.equal(asked.length, 2);
});

test('only what is new is told', async () => {
  const { put, rest, pass, asked, events } = setUp();
  put('pod.yaml', 'api:1');
  await rest();
  await asked[0]?.answer('exists');
  pass(300_000);
  put('pod.yaml', 'api:1');
  await rest();
  await asked[1]?.answer('exists');
  assert.deepEqual(events, ['rest', 'learnt', 'rest']);
  pass(300_000);
  put('pod.yaml', 'api:1');
  await rest();
  await asked[2]?.answer('throttled');
  assert.deepEqual(events, ['rest', 'learnt', 'rest', 'rest', 'learnt']);
});

test('asking anew takes no notice of age, waits for the answers, and can be given up', async () => {
  const { put, rest, asked, questioner } = setUp();
  put('pod.yaml', 'api:1');
  await rest();
  await asked[0]?.answer('exists');
  let done = false;
  const anew = questioner.askAnew(null, new AbortController().signal).then(() => {
    done = true;
  });
  await settled();
  assert.equal(done, false);
  await asked[1]?.answer('exists');
  await anew;

  const given = new AbortController();
  const givenUp = questioner.askAnew(null, given.signal);
  await settled();
  given.abort();
  await givenUp;
  assert.equal(questioner.busy, true);
});

test('what could not be found out is forgotten on demand, what is known is kept', async () => {
  const { folder, put, rest, asked, questioner } = setUp();
  put('pod.yaml', 'api:1');
  await rest();
  await asked[0]?.answer('exists');
  put('pod.yaml', 'web:1');
  await rest();
  await asked[1]?.answer('denied');
  const verdicts = () =>
    ['api', 'web'].map(
      (name) =>
        folder.snapshot.knowledge.verdict({
          host: registry,
          repository: `demo-apps/${name}`,
          tag: '1',
          digest: null,
        })?.status ?? null,
    );
  assert.deepEqual(verdicts(), ['exists', 'denied']);
  questioner.forgetUnknown();
  assert.deepEqual(verdicts(), ['exists', null]);
});

test('an interruption gives up what is out and what was about to go out', async () => {
  const { put, rest, asked, questioner } = setUp();
  put('pod.yaml', 'api:1');
  await rest();
  put('pod.yaml', 'api:2');
  questioner.interrupt();
  await rest();
  assert.equal(asked.length, 1);
  assert.equal(questioner.busy, false);
  put('pod.yaml', 'api:3');
  await rest();
  assert.equal(asked.length, 2);
});

test('what somebody wants is asked in the background, once and only where it is not known', async () => {
  const { asked, keys, pass, questioner } = setUp();
  const tags: Question = { kind: 'tags', repository: { host: registry, repository: 'demo-apps/api' } };
  questioner.want([tags, tags]);
  questioner.want([tags]);
  assert.deepEqual(keys(0), [`tags ${registry}/demo-apps/api`]);
  await asked[0]?.answer('exists');
  questioner.want([tags]);
  assert.equal(asked.length, 1);
  pass(300_000);
  questioner.want([tags]);
  assert.equal(asked.length, 2);
});

test('whoever waits for an answer gets it, from memory where it is there, and may give up', async () => {
  const { asked, questioner } = setUp();
  const tags: Question = { kind: 'tags', repository: { host: registry, repository: 'demo-apps/api' } };
  const given = new AbortController();
  const first = questioner.askNow([tags], given.signal);
  const second = questioner.askNow([tags], new AbortController().signal);
  given.abort();
  await first;
  assert.equal(questioner.busy, true);
  await asked[0]?.answer('exists');
  await second;
  await questioner.askNow([tags], new AbortController().signal);
  assert.equal(asked.length, 1);
});

test('what could not be reached is tried again by itself, and what was refused is not', async () => {
  const { put, rest, keys, asked } = setUp();
  put('pod.yaml', 'web:1');
  await rest();
  await asked[0]?.answer('denied');
  put('pod.yaml', 'web:1', 'api:1');
  await rest();
  assert.deepEqual(keys(1), [image('api:1')]);
  await asked[1]?.answer('unreachable');
  // The timer of the retry, and then the rest of the document that it touches.
  await rest();
  await rest();
  assert.deepEqual(keys(2), [image('api:1')]);
});

test('a key in one file asks nothing of the others again; a change in another file does', async () => {
  const { folder, put, rest, keys, asked } = setUp();
  folder.open('other.yaml', pod(`${registry}/demo-apps/worker:1`));
  put('pod.yaml', 'api:1');
  await rest();
  await asked[0]?.answer('exists');
  await asked[1]?.answer('exists');
  put('pod.yaml', 'api:2');
  await rest();
  assert.deepEqual(keys(2), [image('api:2')]);
  await asked[2]?.answer('exists');
  assert.equal(asked.length, 3);
  folder.open('other.yaml', pod(`${registry}/demo-apps/worker:2`));
  put('pod.yaml', 'api:2');
  await rest();
  assert.deepEqual(keys(3), [image('worker:2')]);
});
