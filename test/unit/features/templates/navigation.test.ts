import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  declarationsAt,
  referencesAt,
  renameableAt,
  renamedAt,
} from '../../../../server/src/core/features/templates/navigation.ts';
import type { Session } from '../../../../server/src/core/session/session.ts';
import type { Position, Range } from '../../../../server/src/core/text/span.ts';
import { atCaret, configMap, twoReleases } from './support.ts';

const inWords = (path: string, { start, end }: Range): string =>
  `${path} ${start.line}:${start.character}-${end.line}:${end.character}`;

const references = (session: Session, path: string, position: Position, withDeclaration = true): string[] =>
  referencesAt(session.snapshot, path, position, { withDeclaration }).map((found) =>
    inWords(found.path, found.range),
  );

const hostName = 'config.yaml 8:16-8:23';

for (const call of [
  'ConfigOption "db_¦host"',
  'ConfigOptionName "db_¦host"',
  'ConfigOptionIndex "db_¦host"',
  'ConfigOptionData "¦db_host"',
  'ConfigOptionFilename "db_host¦"',
  'ConfigOptionEquals "db_¦host" "x"',
  'ConfigOptionNotEquals "db_¦host" "x"',
  'if and (ConfigOptionEquals "db_¦host" "x") IsKurl',
  '"db_¦host" | ConfigOption',
])
  test(`${call} leads to the option`, () => {
    const { session, position } = atCaret(configMap(`repl{{ ${call} }}`));
    const found = declarationsAt(session.snapshot, 'a.yaml', position);
    assert.deepEqual(
      found.map(({ path, range }) => inWords(path, range)),
      [hostName],
    );
    assert.equal(found[0]?.whole.start.line, 8);
    assert.ok((found[0]?.whole.end.line ?? 0) >= 12);
  });

test('what was clicked on is the name without its quotes', () => {
  const { session, position } = atCaret(configMap('"😀" # repl{{ ConfigOption "db_¦host" }}'));
  const start = '  key: "😀" # repl{{ ConfigOption "'.length;
  assert.deepEqual(declarationsAt(session.snapshot, 'a.yaml', position)[0]?.from, {
    start: { line: 4, character: start },
    end: { line: 4, character: start + 'db_host'.length },
  });
});

test('an option leads to itself, so that editors offer its references', () => {
  const { session } = atCaret(configMap('x¦'));
  const found = declarationsAt(session.snapshot, 'config.yaml', { line: 8, character: 18 });
  assert.deepEqual(
    found.map(({ path, range }) => inWords(path, range)),
    [hostName],
  );
});

test('nothing leads anywhere but options that are asked for', () => {
  for (const marked of [
    'repl{{ ConfigOption "db_¦hots" }}',
    'repl{{ LicenseFieldValue "db_¦host" }}',
    'repl{{ ConfigOptionEquals "x" "db_¦host" }}',
    'db_¦host',
  ]) {
    const { session, position } = atCaret(configMap(marked));
    assert.deepEqual(declarationsAt(session.snapshot, 'a.yaml', position), [], marked);
  }
});

test('all that names an option, from wherever it is asked', () => {
  const values =
    'apiVersion: kots.io/v1beta1\nkind: ConfigValues\nmetadata: { name: a }\nspec:\n  values:\n    db_kind:\n      value: external\n';
  const other = `${configMap('x')}---\n# repl{{ ConfigOption "db_kind" }}\n${configMap('|\n    repl{{ if ConfigOptionEquals "db_kind" "external" }}')}`;
  const { session, position } = atCaret(configMap('repl{{ ConfigOption "db_¦kind" }}'), {
    'values.yaml': values,
    'other.yaml': other,
  });
  const all = [
    'config.yaml 16:16-16:23',
    'a.yaml 4:28-4:35',
    'config.yaml 26:44-26:51',
    'other.yaml 6:23-6:30',
    'other.yaml 12:34-12:41',
    'values.yaml 5:4-5:11',
  ];
  assert.deepEqual(references(session, 'a.yaml', position), all);
  assert.deepEqual(references(session, 'a.yaml', position, false), all.slice(1));
  assert.deepEqual(references(session, 'config.yaml', { line: 16, character: 16 }), all);
  assert.deepEqual(references(session, 'values.yaml', { line: 5, character: 11 }), all);
  assert.deepEqual(references(session, 'config.yaml', { line: 17, character: 16 }), []);
});

test('what another release names is none of them', () => {
  const session = twoReleases('repl{{ ConfigOption "tls" }}');
  assert.deepEqual(
    references(session, 'one/a.yaml', { line: 4, character: 28 }).map((found) => found.split(' ')[0]),
    ['one/config.yaml', 'one/a.yaml'],
  );
});

test('an option is renamed in all places of its release, each once', () => {
  const { session, position } = atCaret(configMap('repl{{ ConfigOption "db_¦kind" }}'), {
    'values.yaml':
      'apiVersion: kots.io/v1beta1\nkind: ConfigValues\nmetadata: { name: a }\nspec:\n  values:\n    db_kind: { value: external }\n',
  });
  const renamed = renamedAt(session.snapshot, 'a.yaml', position, 'db-type_2');
  assert.ok('places' in renamed);
  assert.deepEqual(
    renamed.places.map(({ path, range }) => inWords(path, range)),
    ['config.yaml 16:16-16:23', 'a.yaml 4:28-4:35', 'config.yaml 26:44-26:51', 'values.yaml 5:4-5:11'],
  );
});

test('a name that would break something is refused, with the reason', () => {
  const { session, position } = atCaret(configMap('repl{{ ConfigOption "db_¦kind" }}'));
  const refusal = (name: string): string => {
    const renamed = renamedAt(session.snapshot, 'a.yaml', position, name);
    return 'refusal' in renamed ? renamed.refusal : '';
  };
  assert.match(refusal('tls'), /another option "tls" already/);
  for (const name of ['', 'a b', '1a', 'a"b', '{{x}}']) assert.match(refusal(name), /letters, digits/, name);
  assert.equal(refusal('db_kind'), '');
});

test('what no Config asks for cannot be renamed', () => {
  for (const marked of ['repl{{ ConfigOption "db_¦hots" }}', 'repl{{ LicenseFieldValue "¦a" }}', 'a¦']) {
    const { session, position } = atCaret(configMap(marked));
    assert.equal(renameableAt(session.snapshot, 'a.yaml', position), null);
    assert.ok('refusal' in renamedAt(session.snapshot, 'a.yaml', position, 'x'));
  }
});
