import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type TemplateCompletionItem,
  templateCompletionAt,
} from '../../../../server/src/core/features/templates/completion.ts';
import { LineIndex } from '../../../../server/src/core/text/lines.ts';
import { atCaret, configMap, twoReleases } from './support.ts';

function offered(
  marked: string,
  files: Readonly<Record<string, string>> = {},
): readonly TemplateCompletionItem[] | null {
  const { session, position } = atCaret(marked, files);
  return templateCompletionAt(session.snapshot, 'a.yaml', position);
}

const labels = (items: readonly TemplateCompletionItem[] | null): readonly string[] | undefined =>
  items?.map(({ label }) => label);

/** The text after an offer of this label was taken. */
function taken(marked: string, label: string, files: Readonly<Record<string, string>> = {}): string {
  const { session, position, text } = atCaret(marked, files);
  const item = templateCompletionAt(session.snapshot, 'a.yaml', position)?.find((one) => one.label === label);
  assert.ok(item, `${label} is not offered`);
  const lines = new LineIndex(text);
  return (
    text.slice(0, lines.offsetAt(item.range.start)) +
    item.newText +
    text.slice(lines.offsetAt(item.range.end))
  );
}

test('functions: the app manager’s first, then the language’s, then Sprig’s', () => {
  const items = offered(configMap('repl{{ Conf¦ }}')) ?? [];
  const at = (label: string): number => items.findIndex((item) => item.label === label);
  assert.equal(at('ConfigOption'), 0);
  assert.ok(at('LicenseFieldValue') < at('printf') && at('printf') < at('trimSuffix'));
  const { detail, documentation, kind } = items[0] as TemplateCompletionItem;
  assert.equal(kind, 'function');
  assert.equal(detail, 'KOTS, Embedded Cluster 2, Embedded Cluster 3');
  assert.match(documentation ?? '', /ConfigOption name string → string[\s\S]*What the customer entered/);
});

test('each name is offered once', () => {
  const all = labels(offered(configMap('repl{{ ¦ }}'))) ?? [];
  assert.equal(new Set(all).size, all.length);
});

test('keywords are offered where an action starts', () => {
  assert.ok(labels(offered(configMap('repl{{ ¦ }}')))?.includes('if'));
  assert.ok(!labels(offered(configMap('repl{{ not ¦ }}')))?.includes('if'));
});

test('only functions that an installer of the release has', () => {
  const three = `apiVersion: embeddedcluster.replicated.com/v1beta1
kind: Config
metadata: { name: ec }
spec: { version: 3.0.0 }
`;
  assert.ok(!labels(offered(configMap('repl{{ ¦ }}')))?.includes('ReplicatedImageName'));
  assert.ok(labels(offered(configMap('repl{{ ¦ }}'), { 'ec.yaml': three }))?.includes('ReplicatedImageName'));
  const only = { 'ec.yaml': three, '.waybill.yaml': 'app: acme\ninstallers: [embedded-cluster-3]\n' };
  assert.ok(!labels(offered(configMap('repl{{ ¦ }}'), only))?.includes('HasLocalRegistry'));
});

const words: readonly (readonly [marked: string, label: string, after: string])[] = [
  [configMap('repl{{ Conf¦ }}'), 'ConfigOption', configMap('repl{{ ConfigOption }}')],
  [configMap('repl{{ Conf¦'), 'ConfigOption', configMap('repl{{ ConfigOption')],
  [configMap("'repl{{ Conf¦'"), 'ConfigOption', configMap("'repl{{ ConfigOption'")],
  [configMap('repl{{ Con¦figOptio "x" }}'), 'ConfigOption', configMap('repl{{ ConfigOption "x" }}')],
  [configMap('{{repl¦}}'), 'Namespace', configMap('{{repl Namespace}}')],
  [configMap('{{repl ¦}}'), 'Namespace', configMap('{{repl Namespace}}')],
  [configMap('repl{{ print (¦) }}'), 'Namespace', configMap('repl{{ print (Namespace) }}')],
  [configMap('"😀 repl{{ Name¦ }} 😀"'), 'Namespace', configMap('"😀 repl{{ Namespace }} 😀"')],
  [configMap('repl{{ ConfigOption "¦" }}'), 'db_host', configMap('repl{{ ConfigOption "db_host" }}')],
  [configMap('repl{{ ConfigOption "db¦_kind" }}'), 'db_host', configMap('repl{{ ConfigOption "db_host" }}')],
  [configMap('repl{{ ConfigOption "db¦ }}'), 'db_host', configMap('repl{{ ConfigOption "db_host }}')],
  [configMap("'repl{{ ConfigOption `d¦` }}'"), 'db_host', configMap("'repl{{ ConfigOption `db_host` }}'")],
  [
    configMap('|\n    a\n    b: repl{{ if ConfigOptionEquals "¦" "1" }}'),
    'tls',
    configMap('|\n    a\n    b: repl{{ if ConfigOptionEquals "tls" "1" }}'),
  ],
  [
    `# {{repl ConfigOptionData "¦" }}\n${configMap('x')}`,
    'db_host',
    `# {{repl ConfigOptionData "db_host" }}\n${configMap('x')}`,
  ],
];
for (const [marked, label, after] of words)
  test(`taking ${label} in ${JSON.stringify(marked.slice(marked.indexOf('key') > 0 ? marked.indexOf('key') : 0))}`, () => {
    assert.equal(taken(marked, label), after);
  });

test('options come with title, type, default and help', () => {
  const items = offered(configMap('repl{{ ConfigOption "¦" }}')) ?? [];
  assert.deepEqual(labels(items), [
    'db_host',
    'db_password',
    'db_kind',
    'embedded',
    'external',
    'tls',
    'asked',
  ]);
  assert.equal(items[0]?.detail, 'Host');
  assert.equal(
    items[0]?.documentation,
    '**Host** · option `db_host`, text, in Database\n\nWhere the database \\*listens\\*.\n\n**Default:** `db.internal`',
  );
});

test('the values that an option can have', () => {
  assert.deepEqual(labels(offered(configMap('repl{{ ConfigOptionEquals "db_kind" "¦" }}'))), [
    'embedded',
    'external',
  ]);
  assert.deepEqual(labels(offered(configMap('repl{{ ConfigOptionNotEquals "tls" "¦" }}'))), ['1', '0']);
  assert.deepEqual(labels(offered(configMap('repl{{ ConfigOptionEquals "db_host" "¦" }}'))), []);
});

test('fields of the licence: the release’s own first, then those of every licence', () => {
  const license =
    'apiVersion: kots.io/v1beta1\nkind: License\nmetadata: { name: a }\nspec:\n  licenseID: secret\n  entitlements:\n    max_users: { title: Users, value: 5 }\n';
  const all = labels(
    offered(configMap('repl{{ LicenseFieldValue "mine¦" }}'), {
      'other.yaml': configMap('repl{{ LicenseFieldValue "seats" }} repl{{ LicenseFieldValue "appSlug" }}'),
      'license.yaml': license,
    }),
  );
  assert.deepEqual(all?.slice(0, 3), ['seats', 'max_users', 'appSlug']);
  assert.ok(all?.includes('licenseID'));
  assert.ok(!all?.includes('mine'));
});

test('nothing is offered outside of templates, in other strings, and in a chart’s own files', () => {
  assert.equal(offered(configMap('Conf¦')), null);
  assert.equal(offered(configMap('{{ Conf¦ }}')), null);
  assert.deepEqual(offered(configMap('repl{{ print "¦" }}')), []);
  const { session, position } = atCaret('¦');
  session.setFile('chart/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
  session.setFile('chart/values.yaml', 'a: repl{{ ConfigOption "" }}\n');
  const inValues = { line: 0, character: 'a: repl{{ ConfigOption "'.length };
  assert.equal(templateCompletionAt(session.snapshot, 'chart/values.yaml', inValues), null);
  assert.equal(templateCompletionAt(session.snapshot, 'nowhere.yaml', position), null);
});

test('options of another release are not offered', () => {
  const session = twoReleases('repl{{ ConfigOption "" }}');
  const caret = { line: 4, character: '  key: repl{{ ConfigOption "'.length };
  const all = labels(templateCompletionAt(session.snapshot, 'two/a.yaml', caret));
  assert.ok(all?.includes('other_host') && !all.includes('db_host'), String(all));
});
