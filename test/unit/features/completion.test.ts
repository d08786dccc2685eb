import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Completion, completionAt } from '../../../server/src/core/features/completion.ts';
import { type Answer, type NameDetails, questionKey } from '../../../server/src/core/knowledge/knowledge.ts';
import { LineIndex } from '../../../server/src/core/text/lines.ts';
import { uncaret } from '../../support/caret.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';

const day = 24 * 60 * 60 * 1000;
const now = 20_000 * day;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const tags: Answer = {
  kind: 'tags',
  repository: { host: ecr, repository: 'demo-apps/api' },
  list: {
    names: ['1.9', '1.10', 'latest', '2.0-rc', 'old'],
    complete: true,
    checkedAt: now,
    details: {
      '1.9': { digest: digest('a'), at: now - 9 * day, size: 24_300_000 },
      '1.10': { digest: digest('b'), at: now - 2 * day, size: 1_250_000_000 },
      latest: { digest: digest('b'), at: now - 2 * day, size: 1_250_000_000 },
      '2.0-rc': { digest: digest('c'), at: now - 3 * day },
    } satisfies Record<string, NameDetails>,
  },
};
const platforms: Answer = {
  kind: 'platforms',
  image: { host: ecr, repository: 'demo-apps/api', digest: digest('a') },
  found: { value: ['linux/amd64', 'linux/arm64'], reason: '', checkedAt: now },
};
const repositories: Answer = {
  kind: 'repositories',
  host: ecr,
  list: {
    names: ['demo-apps/api', 'demo-apps/web'],
    complete: true,
    checkedAt: now,
    details: { 'demo-apps/web': { at: now - day, immutable: true } },
  },
};

interface Asked extends Completion {
  /** The text of the file, and what it becomes with each item, the caret's line alone. */
  readonly lines: readonly string[];
  readonly labels: readonly string[];
  /** What is typed in the ranges of the items. */
  readonly replaced: readonly string[];
}

/** @param marked a file with `|` for the caret; a line alone stands for a pod with that image */
function complete(
  marked: string,
  answers: readonly Answer[] = [tags, platforms, repositories],
  path = 'a.yaml',
  others: Readonly<Record<string, string>> = {},
): Asked | null {
  const { text, position } = uncaret(marked.includes('\n') ? marked : pod(marked));
  const session = sessionOf({ ...others, [path]: text });
  session.learn(answers);
  const found = completionAt(session.snapshot, path, position, now);
  if (found === null) return null;
  const index = new LineIndex(text);
  const made = found.items.map(({ range, newText }) => {
    const start = index.offsetAt(range.start);
    const end = index.offsetAt(range.end);
    const line = (text.slice(0, start) + newText + text.slice(end)).split('\n')[position.line] ?? '';
    return { line: line.replace(/^[\s-]*(image: )?/, ''), typed: text.slice(start, end) };
  });
  return {
    ...found,
    lines: made.map(({ line }) => line),
    labels: found.items.map(({ label }) => label),
    replaced: [...new Set(made.map(({ typed }) => typed))],
  };
}

const helmValues = (lines: string): string =>
  `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata:
  name: web
spec:
  chart: { name: web, chartVersion: 1.0.0 }
  values:
${lines.replace(/^/gm, '    ')}
`;

const tagOrder = ['1.10', '2.0-rc', '1.9', 'old', 'latest'];

describe('tags of a repository, the newest first, wherever one is typed', () => {
  for (const [what, marked, typed, second] of [
    ['behind the colon', `${ecr}/demo-apps/api:|`, '', `${ecr}/demo-apps/api:2.0-rc`],
    ['half typed', `${ecr}/demo-apps/api:1.|`, '1.', `${ecr}/demo-apps/api:2.0-rc`],
    ['in the middle', `${ecr}/demo-apps/api:1|.4.2`, '1.4.2', `${ecr}/demo-apps/api:2.0-rc`],
    ['in quotes', `"${ecr}/demo-apps/api:|"`, '', `"${ecr}/demo-apps/api:2.0-rc"`],
    ['before a comment', `${ecr}/demo-apps/api:| # ours`, '', `${ecr}/demo-apps/api:2.0-rc # ours`],
    [
      'before a digest',
      `${ecr}/demo-apps/api:1|@${digest('a')}`,
      '1',
      `${ecr}/demo-apps/api:2.0-rc@${digest('a')}`,
    ],
    [
      'behind the proxy',
      `proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api:|`,
      '',
      `proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api:2.0-rc`,
    ],
    [
      'in a key of its own',
      helmValues(`image:\n  repository: ${ecr}/demo-apps/api\n  tag: |`),
      '',
      'tag: 2.0-rc',
    ],
    [
      'beside registry and repository',
      helmValues(`image:\n  registry: ${ecr}\n  repository: demo-apps/api\n  tag: "|"`),
      '',
      'tag: "2.0-rc"',
    ],
  ] as const)
    test(what, () => {
      const found = complete(marked);
      assert.deepEqual(found?.labels, tagOrder);
      assert.deepEqual(found?.replaced, [typed]);
      assert.equal(found?.lines[1], second);
      assert.equal(found?.incomplete, false);
    });
});

test('a tag of digits is put in quotes in a key of its own, and only there', () => {
  const found = complete(helmValues(`image:\n  repository: ${ecr}/demo-apps/api\n  tag: 1.1|`));
  assert.equal(found?.items[0]?.label, '1.10');
  assert.equal(found?.lines[0], "tag: '1.10'");
  const quoted = complete(helmValues(`image:\n  repository: ${ecr}/demo-apps/api\n  tag: "1.1|"`));
  assert.equal(quoted?.lines[0], 'tag: "1.10"');
  assert.equal(complete(`${ecr}/demo-apps/api:|`)?.lines[0], `${ecr}/demo-apps/api:1.10`);
});

test('a tag comes with its day, its size and its platforms, as far as they are known', () => {
  const found = complete(`${ecr}/demo-apps/api:|`);
  assert.deepEqual(
    found?.items.map(({ detail }) => detail),
    [
      'pushed 2024-10-02 · 1.3 GB',
      'pushed 2024-10-01',
      'pushed 2024-09-25 · 24 MB · linux/amd64, linux/arm64',
      null,
      'pushed 2024-10-02 · 1.3 GB',
    ],
  );
  // The platforms of what can be seen are worth a question, those that are known are not asked again.
  assert.deepEqual(found?.wants.map(questionKey), [
    `platforms ${ecr}/demo-apps/api@${digest('b')}`,
    `platforms ${ecr}/demo-apps/api@${digest('c')}`,
  ]);
});

test('a list that is not known is asked for, and the answer is said not to be all', () => {
  const found = complete(`${ecr}/demo-apps/api:|`, [], 'a.yaml', {
    'b.yaml': pod(`${ecr}/demo-apps/api:0.1`),
  });
  assert.equal(found?.incomplete, true);
  assert.deepEqual(found?.wants.map(questionKey), [`tags ${ecr}/demo-apps/api`]);
  assert.deepEqual(
    found?.items.map(({ label, detail }) => `${label}: ${detail}`),
    ['0.1: used in this release'],
  );
});

test('what is known but old is asked for again', () => {
  const old = { ...tags, list: { ...tags.list, checkedAt: 0 } };
  const found = complete(`${ecr}/demo-apps/api:|`, [old, platforms]);
  assert.equal(found?.incomplete, false);
  assert.ok(found?.wants.map(questionKey).includes(`tags ${ecr}/demo-apps/api`));
});

test('nobody is asked about an account that the release does not list', () => {
  const other = '111122223333.dkr.ecr.us-east-2.amazonaws.com';
  for (const marked of [`${other}/x:|`, `${other}/|`, 'quay.io/acme/|']) {
    const found = complete(marked);
    assert.deepEqual([found?.items, found?.wants, found?.incomplete], [[], [], false], marked);
  }
});

describe('repositories of a host', () => {
  for (const [what, marked, line] of [
    ['behind the slash', `${ecr}/|`, `${ecr}/demo-apps/web`],
    ['half typed', `${ecr}/demo-|`, `${ecr}/demo-apps/web`],
    ['with a tag behind it', `${ecr}/demo-|:1.0`, `${ecr}/demo-apps/web:1.0`],
    [
      'behind the proxy',
      `'proxy.replicated.com/proxy/acme/${ecr}/|'`,
      `'proxy.replicated.com/proxy/acme/${ecr}/demo-apps/web'`,
    ],
    [
      'beside a key for the registry',
      helmValues(`image:\n  registry: ${ecr}\n  repository: d|`),
      'repository: demo-apps/web',
    ],
    [
      'where the registry has a part of the path',
      helmValues(`image:\n  registry: ${ecr}/demo-apps/\n  repository: w|`),
      'repository: web',
    ],
  ] as const)
    test(what, () => {
      const found = complete(marked);
      assert.equal(found?.lines.at(-1), line);
      assert.equal(found?.items.at(-1)?.detail, 'created 2024-10-03 · immutable tags');
      assert.equal(found?.items.length, 2);
    });

  test('of Docker Hub those that the release uses', () => {
    const found = complete('acme/|', [], 'a.yaml', { 'b.yaml': pod('acme/tool:1', 'quay.io/acme/other:1') });
    assert.deepEqual(found?.labels, ['acme/tool']);
    assert.deepEqual(found?.wants, []);
  });
});

describe('hosts', () => {
  test('linked ones first, then those of the release, then public ones; then the repositories', () => {
    const found = complete('|', [repositories], 'a.yaml', { 'b.yaml': pod('quay.io/acme/tool:1') });
    assert.deepEqual(found?.labels, [
      ecr,
      'quay.io',
      'docker.io',
      'ghcr.io',
      'public.ecr.aws',
      'registry.k8s.io',
      'gcr.io',
      'mcr.microsoft.com',
      'proxy.replicated.com/proxy/acme',
      `${ecr}/demo-apps/api`,
      `${ecr}/demo-apps/web`,
    ]);
    assert.equal(found?.items[0]?.detail, 'Amazon ECR, account 429114214526, us-east-2, linked');
    assert.equal(found?.lines[0], `${ecr}/`);
    assert.equal(found?.incomplete, false);
  });

  test('one that is there already is replaced up to its slash', () => {
    const found = complete('qu|ay.io/acme/tool:1');
    assert.equal(found?.lines[0], `${ecr}/acme/tool:1`);
    assert.ok(!found?.labels.includes(`${ecr}/demo-apps/api`));
  });

  test('in a key of its own it stands without a slash', () => {
    const found = complete(helmValues('image:\n  registry: |\n  repository: demo-apps/api'));
    assert.equal(found?.lines[0], `registry: ${ecr}`);
  });

  test('behind the proxy, and the way to there', () => {
    assert.deepEqual(complete('proxy.replicated.com/|')?.lines, ['proxy.replicated.com/proxy/acme/']);
    const found = complete('proxy.replicated.com/proxy/acme/|');
    assert.equal(found?.lines[0], `proxy.replicated.com/proxy/acme/${ecr}/`);
    assert.ok(!found?.labels.includes('proxy.replicated.com/proxy/acme'));
  });
});

test('digests come with the tags that they have; beside a tag only its own', () => {
  const found = complete(`${ecr}/demo-apps/api@|`);
  assert.deepEqual(
    found?.items.map(({ label, detail }) => `${label.slice(7, 10)} ${detail}`),
    [
      'bbb 1.10, latest · pushed 2024-10-02 · 1.3 GB',
      'ccc 2.0-rc · pushed 2024-10-01',
      'aaa 1.9 · pushed 2024-09-25 · 24 MB · linux/amd64, linux/arm64',
    ],
  );
  assert.deepEqual(complete(`${ecr}/demo-apps/api:1.9@sha|`)?.labels, [digest('a')]);
});

describe('nothing where no image is typed', () => {
  for (const [what, marked, path] of [
    ['in another key', pod('nginx').replace('name: c0', 'name: c|0')],
    ['in a comment', `nginx # ask |`],
    ['in a template', `${ecr}/demo-apps/api:{{repl ConfigOption "t|ag"}}`],
    ['where the host is a template', '{{repl ConfigOption "host"}}/demo-apps/api:|'],
    ['in a file of no release', pod('x:|'), 'notes.txt'],
  ] as const)
    test(what, () => assert.equal(complete(marked, [], path), null));
});

test('very many tags are cut down to what is typed', () => {
  const names = Array.from({ length: 3000 }, (_, i) => `build-${i}`);
  const list = { names, complete: true, checkedAt: now };
  const found = complete(`${ecr}/demo-apps/api:build-299|`, [{ ...tags, list }]);
  assert.deepEqual([found?.items.length, found?.incomplete], [11, true]);
});
