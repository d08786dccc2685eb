import assert from 'node:assert/strict';
import { test } from 'node:test';
import { templateHoverAt } from '../../../../server/src/core/features/templates/hover.ts';
import { atCaret, config, configMap } from './support.ts';

function told(marked: string, files: Readonly<Record<string, string>> = {}) {
  const { session, position } = atCaret(marked, files);
  return templateHoverAt(session.snapshot, 'a.yaml', position);
}

const lines = (marked: string): readonly string[] => told(marked)?.markdown.split('\n\n') ?? [];

test('a function: signature, what it does, who has it, and its value', () => {
  const hover = told(configMap('repl{{ Config¦Option "db_host" }}'));
  assert.deepEqual(hover?.markdown.split('\n\n'), [
    '```text\nConfigOption name string → string\n```',
    'What the customer entered for an option of the Config, else its default.',
    'In KOTS, Embedded Cluster 2, Embedded Cluster 3.',
    '**Value:** `db.internal` (KOTS, online)',
  ]);
  assert.deepEqual(hover?.range, {
    start: { line: 4, character: '  key: repl{{ '.length },
    end: { line: 4, character: '  key: repl{{ ConfigOption'.length },
  });
});

test('the value of a stage is that of its pipeline so far, of an argument its own', () => {
  const value = (marked: string) => lines(configMap(marked)).at(-1);
  assert.equal(
    value(`'repl{{ HasLocalRegistry | tern¦ary LocalRegistryHost "images.acme.com" | upper }}'`),
    '**Value:** `images.acme.com` (KOTS, online)',
  );
  assert.equal(
    value(`'repl{{ HasLocalRegistry | ternary LocalRegistryHost "images.acme.com" | up¦per }}'`),
    '**Value:** `IMAGES.ACME.COM` (KOTS, online)',
  );
  assert.equal(
    value(`'repl{{ HasLocalRegistry | ternary LocalRegistry¦Host "images.acme.com" }}'`),
    '**Value:** empty (KOTS, online)',
  );
  assert.equal(value('repl{{ if (no¦t HasLocalRegistry) }}'), '**Value:** `true` (KOTS, online)');
});

test('what only a customer knows is said to be unknown', () => {
  assert.equal(
    lines(configMap('repl{{ Config¦Option "asked" }}')).at(-1),
    '**Value:** not known before it is installed: `ConfigOption "asked"`',
  );
});

test('no value is made up where it depends on the rest of the template or fails', () => {
  for (const marked of ['repl{{ $x := "a" }}repl{{ up¦per $x }}', 'repl{{ up¦per .a }}', 'repl{{ up¦per }}'])
    assert.doesNotMatch(lines(configMap(marked)).join('\n'), /Value/);
});

test('an option: title, type, group, help, choices, default, and its value', () => {
  assert.deepEqual(lines(configMap('repl{{ ConfigOption "db_¦host" }}')), [
    '**Host** · option `db_host`, text, in Database',
    'Where the database \\*listens\\*.',
    '**Default:** `db.internal`',
    '**Value:** `db.internal` (KOTS, online)',
  ]);
  assert.deepEqual(lines(configMap('repl{{ ConfigOptionEquals "¦db_kind" "external" }}')), [
    'option `db_kind`, select\\_one, in Database',
    '**Choices:** `embedded`, `external`',
    '**Default:** `embedded`',
    '**Value:** `embedded` (KOTS, online)',
  ]);
  assert.deepEqual(lines(configMap('repl{{ ConfigOptionFilename "t¦ls" }}')).slice(2, 3), [
    '**Shown when:** `{{repl ConfigOptionEquals "db_kind" "external" }}`',
  ]);
});

test('an option that no Config asks for is said to be empty', () => {
  assert.deepEqual(lines(configMap('repl{{ ConfigOption "db¦_hots" }}')), [
    'No Config of this release asks for an option `db_hots`, so it is empty when installed.',
  ]);
});

test('the value of a password is not shown', () => {
  assert.doesNotMatch(lines(configMap('repl{{ ConfigOption "db_pass¦word" }}')).join('\n'), /hunter2/);
  assert.doesNotMatch(lines(configMap('repl{{ Config¦Option "db_password" }}')).join('\n'), /hunter2/);
});

test('an option says the same where it is asked for', () => {
  const marked = config.replace('name: db_host', 'name: db¦_host');
  assert.equal(
    told(marked, { 'config.yaml': '' })?.markdown.split('\n\n')[0],
    '**Host** · option `db_host`, text, in Database',
  );
});

test('fields of the licence, built in and the vendor’s own', () => {
  assert.deepEqual(lines(configMap('repl{{ LicenseFieldValue "app¦Slug" }}')), [
    '**Licence field** `appSlug`, in every licence',
    "The app's slug.",
    '**Value:** not known before it is installed: `LicenseFieldValue "appSlug"`',
  ]);
  assert.deepEqual(lines(configMap('repl{{ LicenseFieldValue "se¦ats" }}')).slice(0, 2), [
    '**Licence field** `seats`',
    'A field of your own; empty in a licence that does not have it.',
  ]);
});

test('nothing is said of other strings, unknown functions, and text', () => {
  for (const marked of [
    'repl{{ print "a¦b" }}',
    'repl{{ Conf¦ }}',
    'Config¦Option',
    '{{ Config¦Option "x" }}',
  ])
    assert.equal(told(configMap(marked)), null, marked);
});

test('the value is that of the chosen customer, whose secrets are not shown', () => {
  const customer = {
    configValues:
      'apiVersion: kots.io/v1beta1\nkind: ConfigValues\nmetadata: { name: a }\nspec:\n  values:\n    asked: { value: yes-please }\n',
    license:
      'apiVersion: kots.io/v1beta1\nkind: License\nmetadata: { name: a }\nspec:\n  licenseID: the-license-id\n  signature: c2lnbmVk\n  entitlements:\n    seats: { value: 5 }\n',
  };
  const value = (template: string): string => {
    const { session, position } = atCaret(configMap(template));
    const changes = { airgap: true, customer };
    return (
      templateHoverAt(session.snapshot, 'a.yaml', position, changes)?.markdown.split('\n\n').at(-1) ?? ''
    );
  };
  assert.equal(
    value('repl{{ ConfigOption "as¦ked" }}'),
    '**Value:** `yes-please` (KOTS, air gap, the chosen config values)',
  );
  assert.match(value('repl{{ LicenseFieldValue "se¦ats" }}'), /^\*\*Value:\*\* `5`/);
  for (const template of [
    'repl{{ LicenseFieldValue "license¦ID" }}',
    'repl{{ License¦FieldValue "licenseID" }}',
    'repl{{ License¦FieldValue "licenseID" | upper }}',
    'repl{{ LicenseFieldValue "licenseId" | b64¦enc }}',
    'repl{{ LicenseFieldValue "sign¦ature" }}',
    'repl{{ License¦DockerCfg }}',
  ])
    assert.doesNotMatch(value(template), /Value:/, template);
});

test('copies of a repeated option, and what a template may add, are no strangers', () => {
  const copies = config.replace(
    '- name: asked\n',
    '- name: asked\n          repeatable: true\n          valuesByGroup:\n            database:\n              asked-1: one\n',
  );
  const told = (name: string, text: string): string => {
    const { session, position } = atCaret(configMap(`repl{{ ConfigOption "¦${name}" }}`), {
      'config.yaml': text,
    });
    return templateHoverAt(session.snapshot, 'a.yaml', position)?.markdown ?? '';
  };
  assert.equal(told('asked-1', copies), '`asked-1` is a copy of an option that can be repeated.');
  const templated = `${config}        {{repl if IsAirgap }}\n        - name: more\n        {{repl end }}\n`;
  assert.match(told('other', templated), /unless a template in it does/);
  assert.match(told('other', copies), /so it is empty/);
  assert.match(told('other', ''), /so it is empty/);
});
