import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import type { Answer } from '../../../server/src/core/knowledge/knowledge.ts';
import { Session } from '../../../server/src/core/session/session.ts';
import { runs } from '../../support/vectors.ts';
import { answersOf } from '../../support/world.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const config = `registries:\n  - endpoint: ${ecr}\n    rewrite: demo-apps/{name}\n`;
const image = (name: string): string => `${ecr}/demo-apps/${name}`;
const pod = (...names: string[]): string =>
  `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n${names.map((name) => `    - image: ${image(name)}\n`).join('')}`;
const text = [pod('web:1.0', 'api:2'), pod('web:1.0'), pod('db@sha256:' + 'b'.repeat(64), 'api')].join(
  '---\n',
);

function sessionOf(answers: readonly Answer[]): Session {
  const session = new Session();
  session.setFile('.waybill.yaml', config);
  session.setFile('pods.yaml', text);
  session.learn(answers);
  return session;
}

/** What is said of the file, and with which fixes. */
const said = (session: Session, path = 'pods.yaml'): string[] =>
  problemsOf(session.snapshot, path).map(
    ({ problem, range }) =>
      `${range.start.line} ${problem.rule}: ${problem.fixes.map(({ title }) => title).join(', ')}`,
  );

test('tags that are listed after a tag was found missing become fixes', () => {
  const session = sessionOf(answersOf({ [image('web:1.0')]: 'absent tag' }));
  assert.deepEqual(said(session).slice(0, 1), ['4 tag-not-found: ']);
  session.learn(answersOf({ [image('web')]: ['1.0.0'] }));
  assert.deepEqual(
    said(session).filter((line) => line.includes('tag-not-found')),
    ['4 tag-not-found: Use 1.0.0', '11 tag-not-found: Use 1.0.0'],
  );
});

test('whatever is learnt and forgotten in between, problems are those of what is known', () => {
  const answer = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('web:1.0', 'api:2'),
        fc.constantFrom('exists', 'absent tag', 'absent repository'),
      )
      .map(([name, verdict]) => ({ [image(name)]: verdict })),
    fc
      .tuple(fc.constantFrom('web', 'api'), fc.subarray(['1.0.1', '2.0', '1']))
      .map(([name, tags]) => ({ [image(name)]: tags })),
    fc.subarray(['demo-apps/webs', 'demo-apps/apis']).map((list) => ({ [ecr]: list })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 9 }), answer), { minLength: 4, maxLength: 12 }), (steps) => {
      const live = sessionOf([]);
      let learnt: Answer[] = [];
      for (const [dice, world] of steps) {
        if (dice === 0) {
          live.forget(({ kind }) => kind === 'image');
          learnt = learnt.filter(({ kind }) => kind !== 'image');
        } else {
          live.learn(answersOf(world));
          learnt.push(...answersOf(world));
        }
        assert.deepEqual(said(live), said(sessionOf(learnt)));
      }
    }),
    runs(60),
  );
});

test('whatever documents come, go and change, problems are those of the texts as they are', () => {
  // Names of one length, of which two would take the same private path.
  const document = fc
    .constantFrom(
      'quay.io/a/web:1',
      'ghcr.io/b/web:1',
      'quay.io/a/api:1',
      'quay.io/a/W:001',
      'quay.io/abc/web',
    )
    .map((name) => `kind: Pod\napiVersion: v1\nspec: {containers: [{image: '${name}'}]}\n---\n`);
  const change = fc.record({
    path: fc.constantFrom('a.yaml', 'b.yaml'),
    at: fc.nat({ max: 4 }),
    removed: fc.nat({ max: 2 }),
    added: fc.array(document, { maxLength: 2 }),
  });
  const lines = 4;
  fc.assert(
    fc.property(fc.array(change, { minLength: 3, maxLength: 10 }), (changes) => {
      const texts: Record<string, string[]> = { 'a.yaml': [], 'b.yaml': [] };
      const open = (): Session => {
        const session = new Session();
        session.setFile('.waybill.yaml', config);
        for (const [path, documents] of Object.entries(texts)) session.setFile(path, documents.join(''));
        return session;
      };
      const live = open();
      for (const { path, at, removed, added } of changes) {
        const documents = texts[path] ?? [];
        const start = Math.min(at, documents.length);
        const end = Math.min(start + removed, documents.length);
        documents.splice(start, end - start, ...added);
        live.editFile(path, [
          {
            range: {
              start: { line: start * lines, character: 0 },
              end: { line: end * lines, character: 0 },
            },
            text: added.join(''),
          },
        ]);
        const fresh = open();
        for (const each of Object.keys(texts))
          assert.deepEqual(said(live, each), said(fresh, each), JSON.stringify(texts));
      }
    }),
    runs(100),
  );
});
