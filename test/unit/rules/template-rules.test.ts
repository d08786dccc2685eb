import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { actionsAt } from '../../../server/src/core/features/fixes.ts';
import { type PlacedProblem, problemsOf } from '../../../server/src/core/features/problems.ts';
import { templatesOf } from '../../../server/src/core/kots/functions/templates.ts';
import type { Session } from '../../../server/src/core/session/session.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { unmark } from '../../support/marks.ts';
import { sessionOf } from '../../support/release.ts';

type Files = Readonly<Record<string, string>>;

const release = (files: Files): Session =>
  sessionOf({ '.waybill.yaml': 'app: acme\n', ...files }, {}, { templates: templatesOf });

/** The problems of the rules about templates in a file. */
const problemsIn = (session: Session, path: string): PlacedProblem[] =>
  problemsOf(session.snapshot, path).filter(({ problem }) =>
    /template|function|config-option/.test(problem.rule),
  );

const told = (files: Files, path = 'map.yaml'): string[] =>
  problemsIn(release(files), path).map(({ problem }) => `${problem.severity} ${problem.rule}`);

/** A manifest with this under `data`. */
const map = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  ${data.replaceAll('\n', '\n  ')}\n`;

const config = (items: string): string =>
  `apiVersion: kots.io/v1beta1\nkind: Config\nmetadata: { name: c }\nspec:\n  groups:\n    - name: g\n      items:\n${items.replace(/^/gm, '        ')}\n`;

const chart = (values: string): string =>
  `apiVersion: kots.io/v1beta2\nkind: HelmChart\nmetadata: { name: web }\nspec:\n  chart: { name: web, chartVersion: 1.0.0 }\n  values:\n    ${values}\n`;

/** Each case: the file with what is wrong marked; what its first repair makes of the file, or null without one. */
const cases: readonly (readonly [name: string, before: string, after: string | null])[] = [
  [
    'quotes as YAML doubles them',
    map(`a: '{{repl ConfigOption «''»x'' }}'`),
    map(`a: '{{repl ConfigOption "x" }}'`),
  ],
  ['single quotes', map(`a: {{repl ConfigOption «'x1'» }}`), map('a: {{repl ConfigOption "x1" }}')],
  [
    'single quotes in double ones',
    map(`a: "{{repl ConfigOption «'x1'» }}"`),
    map('a: "{{repl ConfigOption `x1` }}"'),
  ],
  ['curly single quotes', map('a: repl{{ ConfigOption «‘»x’ }}'), map('a: repl{{ ConfigOption "x" }}')],
  ['a quote too few', map(`a: 'repl{{ ConfigOption «"x }}»'`), map(`a: 'repl{{ ConfigOption "x" }}'`)],
  ['no braces at all', map(`a: '«repl{{ ConfigOption "x"»'`), map(`a: 'repl{{ ConfigOption "x" }}'`)],
  [
    'no braces, unquoted',
    map(`a: «repl{{ ConfigOption "x"»\nb: 1`),
    map('a: repl{{ ConfigOption "x" }}\nb: 1'),
  ],
  [
    'a parenthesis too few',
    map('a: «repl{{ not (ConfigOptionEquals "x" "1" }}»'),
    map('a: repl{{ not (ConfigOptionEquals "x" "1") }}'),
  ],
  ['an end of nothing', map('a: x«{{repl end}}»'), null],
  ['an if without end', map('a: «repl{{ if IsAirgap }}»x'), null],
  ['a variable that is none', map('a: repl{{ «$x» }}'), null],
  ['in a comment', map('a: 1 # repl{{ «Foo» }}'), null],
  ['in a branch that is never taken', map('a: repl{{ if false }}repl{{ «Foo» }}repl{{ end }}'), null],
  ['a word that starts like a template', map('a: "{{repl«icas»}}"'), null],
  ["a function of Helm's", map('a: repl{{ «toYaml» "x" }}'), null],
  [
    'a function in small letters',
    map('a: repl{{ «configOption» "x" }}'),
    map('a: repl{{ ConfigOption "x" }}'),
  ],
];

describe('what cannot be rendered is found where it stands, and mended', () => {
  for (const [name, before, after] of cases)
    test(name, () => {
      const { text, ranges } = unmark(before);
      const session = release({ 'map.yaml': text });
      const found = problemsIn(session, 'map.yaml');
      assert.deepEqual(
        found.map(({ range }) => range),
        ranges,
        found.map(({ problem }) => problem.message).join('\n'),
      );
      assert.deepEqual([...new Set(found.map(({ problem }) => problem.severity))], ['error']);
      const [range] = ranges;
      const [action] = actionsAt(session.snapshot, 'map.yaml', range ?? assert.fail('nothing is marked'));
      if (after === null) assert.equal(action?.title, undefined);
      else assert.equal(applyEdits(text, action?.edits ?? []), after);
    });
});

describe('templates that belong together', () => {
  const web = map('a: 1');
  const ifOne = `repl{{ if ConfigOptionEquals "x" "1" }}\n---\n${web}`;

  test('an if may end in another document of its file', () => {
    assert.deepEqual(told({ 'map.yaml': `${ifOne}---\nrepl{{ end }}\n` }), []);
  });

  test('an if that ends in no document of its file is an error, once', () => {
    const session = release({ 'map.yaml': `${ifOne}---\nrepl{{ end }}\n` });
    assert.equal(problemsIn(session, 'map.yaml').length, 0);
    session.setFile('map.yaml', `${ifOne}---\n${web}`);
    const found = problemsIn(session, 'map.yaml');
    assert.deepEqual(
      found.map(({ problem, range }) => [problem.rule, range.start.line]),
      [['template-syntax', 0]],
    );
  });

  test('what one document needs and another one gives is told anew when the other one changes', () => {
    const session = release({ 'map.yaml': `${web}repl{{ $x := 1 }}\n---\n${map('a: repl{{ $x }}')}` });
    assert.deepEqual(problemsIn(session, 'map.yaml'), []);
    const line = { start: { line: 6, character: 0 }, end: { line: 7, character: 0 } };
    session.editFile('map.yaml', [{ range: line, text: '' }]);
    assert.deepEqual(
      problemsIn(session, 'map.yaml').map(({ problem, range }) => [problem.rule, range.start.line]),
      [['template-syntax', 12]],
    );
  });

  test('a custom resource is rendered alone, so its if must end in it', () => {
    const before = chart(`a: 1\nrepl{{ if IsAirgap }}`);
    assert.deepEqual(told({ 'map.yaml': `${before}---\nrepl{{ end }}\n` }), [
      'error template-syntax',
      'error template-syntax',
    ]);
  });
});

describe('what the app manager does not render is left alone', () => {
  const broken = 'a: "repl{{ Foo "\nb: "{{ .Values.x }}"\n';
  const chartYaml = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

  test('chart templates and values', () => {
    const files = {
      'app.yaml': 'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata: { name: a }\n',
      'charts/web/Chart.yaml': chartYaml,
      'charts/web/values.yaml': broken,
      'charts/web/templates/web.yaml': map(broken),
    };
    for (const path of Object.keys(files)) assert.deepEqual(told(files, path), []);
  });

  test('a release that Helm alone installs', () => {
    const waybill = (installers: string) => `app: acme\ninstallers: [${installers}]\n`;
    assert.deepEqual(told({ '.waybill.yaml': waybill('helm'), 'map.yaml': map('a: repl{{ Foo }}') }), []);
    assert.equal(
      told({ '.waybill.yaml': waybill('helm, kots'), 'map.yaml': map('a: repl{{ Foo }}') }).length,
      1,
    );
  });

  test('plain braces and specifications that Helm renders', () => {
    assert.deepEqual(told({ 'map.yaml': map('a: "{{ .Values.x"\nb: "{{ include }}"') }), []);
    const preflight = (version: string) =>
      `apiVersion: troubleshoot.sh/${version}\nkind: Preflight\nmetadata: { name: p }\nspec:\n  a: repl{{ Foo }}\n`;
    assert.deepEqual(told({ 'map.yaml': preflight('v1beta3') }), []);
    assert.equal(told({ 'map.yaml': preflight('v1beta2') }).length, 1);
  });

  test('everything, as long as nothing can render', () => {
    const session = sessionOf({ 'map.yaml': map('a: repl{{ Foo }}') });
    assert.deepEqual(problemsIn(session, 'map.yaml'), []);
    session.useTemplates(templatesOf);
    assert.equal(problemsIn(session, 'map.yaml').length, 1);
  });
});

describe('config options', () => {
  const asks = map('a: repl{{ ConfigOption "prot" }}\nb: repl{{ "y" | ConfigOptionEquals "port" }}');
  const port = config('- name: port\n  type: text');

  test('only where there is a Config to look at', () => {
    assert.deepEqual(told({ 'map.yaml': asks }), []);
    assert.deepEqual(told({ 'map.yaml': asks, 'config.yaml': port }), ['warning unknown-config-option']);
  });

  test('the Config of an Embedded Cluster is none', () => {
    const cluster =
      'apiVersion: embeddedcluster.replicated.com/v1beta1\nkind: Config\nspec: { version: 2.1.0 }\n';
    assert.deepEqual(told({ 'map.yaml': asks, 'config.yaml': cluster }), []);
  });

  test('child items, copies and hidden ones count', () => {
    const items = `- name: kind
  type: select_one
  items:
    - name: prot
- name: port
  repeatable: true
  templates: []
  valuesByGroup:
    g:
      first: "1"`;
    const more = `${asks}  c: repl{{ ConfigOption "first" }}\n  d: repl{{ ConfigOption "port-2" }}\n  e: 'repl{{ ConfigOption "repl[[ .port ]]" }}'\n`;
    assert.deepEqual(told({ 'map.yaml': more, 'config.yaml': config(items) }), []);
  });

  test('nothing is said where a template may write more of them', () => {
    const written = config('- name: port\nrepl{{ ConfigOption "items" | nindent 8 }}');
    assert.deepEqual(told({ 'map.yaml': asks, 'config.yaml': written }), []);
    const named = config(`- name: 'repl{{ ConfigOption "port" }}'\n  type: text`);
    assert.deepEqual(told({ 'map.yaml': asks, 'config.yaml': named }), []);
  });

  test('follows the Config', () => {
    const session = release({ 'map.yaml': asks, 'config.yaml': port });
    assert.equal(problemsIn(session, 'map.yaml').length, 1);
    session.setFile('config.yaml', port.replace('port', 'prot'));
    assert.deepEqual(
      problemsIn(session, 'map.yaml').map(({ range }) => range.start.line),
      [6],
    );
  });
});

describe('functions that not every installer has', () => {
  const three =
    'apiVersion: embeddedcluster.replicated.com/v1beta1\nkind: Config\nspec: { version: 3.1.0 }\n';
  const local = `image: '{{repl LocalImageName "quay.io/acme/web:1" }}'`;
  const own = `image: '{{repl ReplicatedImageName "quay.io/acme/web:1" }}'`;
  const files = (text: string, more: Files = {}): Files => ({ 'map.yaml': text, ...more });
  const declared = (installers: string): Files => ({
    '.waybill.yaml': `app: acme\ninstallers: [${installers}]\n`,
  });

  const rows: readonly (readonly [string, Files, readonly string[]])[] = [
    ['KOTS alone, its own', files(chart(local)), []],
    ["KOTS alone, the other's", files(chart(own)), ['error function-not-in-installer']],
    ['3 by its kind, its own', files(chart(own), { 'ec.yaml': three }), []],
    [
      "3 by its kind, KOTS's",
      files(chart(local), { 'ec.yaml': three }),
      ['warning function-not-in-installer'],
    ],
    ['3 alone', files(chart(local), declared('embedded-cluster-3')), ['error function-not-in-installer']],
    [
      'both declared',
      files(chart(own), declared('kots, embedded-cluster-3')),
      ['warning function-not-in-installer'],
    ],
    ['a manifest, which 3 does not read', files(map(local), { 'ec.yaml': three }), []],
  ];
  for (const [name, of, expected] of rows) test(name, () => assert.deepEqual(told(of), expected));
});

describe('what is no YAML once it is rendered', () => {
  const value = (given: string): string =>
    config(`- name: host\n  type: text\n  default: ${given}\n- name: unknown\n  type: text`);
  const rows: readonly (readonly [string, string, string | null])[] = [
    ['a colon and a space', 'a: repl{{ ConfigOption "host" }}', "'x: y'"],
    ['a bracket', 'a: {{repl ConfigOption "host" }}', "'[x'"],
    ['lines', 'a: "repl{{ ConfigOption "host" }}"\nb: 1', `"x\\n y\\nz"`],
    ['a quote', `a: 'repl{{ ConfigOption "host" }}'`, `"it's"`],
    ['a double quote', 'a: "repl{{ ConfigOption `host` }}"', `'a"b'`],
    ['lines in a block', 'a: |\n  repl{{ ConfigOption "host" }}', `"x\\ny"`],
  ];
  for (const [name, data, given] of rows)
    test(name, () => {
      const files = (text: string): Files => ({ 'map.yaml': map(data), 'config.yaml': value(text) });
      assert.deepEqual(told(files(given ?? '')), ['error template-breaks-yaml']);
      assert.deepEqual(told(files('plain')), []);
      const session = release(files(given ?? ''));
      for (const repair of problemsIn(session, 'map.yaml')[0]?.problem.repairs() ?? []) {
        const mended = applyEdits(map(data), repair.edits);
        assert.deepEqual(told({ ...files(given ?? ''), 'map.yaml': mended }), [], repair.title);
      }
    });

  for (const quiet of [
    'a: repl{{ ConfigOption "unknown" }}',
    'a: 1\nrepl{{ ConfigOption "unknown" | nindent 2 }}\nb: 2',
    'a:\n  repl{{ ConfigOption "unknown" | nindent 4 }}\nb: 2',
    'a: \'{{repl LicenseFieldValue "x" }}\'',
    'a: "repl{{ ConfigOption "host" }}"',
    'a: repl{{ ConfigOption "host" }}:80',
    'repl{{ if IsKurl }}\na: 1\nrepl{{ else }}\na: 2\nrepl{{ end }}',
    'a: repl{{ print "x: y" | quote }}',
    'repl{{ print "x: 1" }}\nb: 2',
    'a: |\n  repl{{ print "x\\ny" | nindent 4 }}',
    'a: [repl{{ ConfigOption "host" }}, b]',
    '# repl{{ print "x: y" }}',
    'b: |\nrepl{{ print "x" | nindent 4 }}',
  ])
    test(`is fine: ${JSON.stringify(quiet)}`, () => {
      assert.deepEqual(told({ 'map.yaml': map(quiet), 'config.yaml': value('x') }), []);
    });

  test('what is no YAML without its templates either is not theirs', () => {
    assert.deepEqual(told({ 'map.yaml': map('a: repl{{ print "x: y" }}\nb: [') }), []);
    assert.deepEqual(told({ 'map.yaml': map("a: 'repl{{ Namespace }}'\nb: 'x'y") }), []);
  });

  test('what is read before it is rendered must be YAML as it stands', () => {
    const title = (text: string) =>
      `apiVersion: kots.io/v1beta1\nkind: Application\nmetadata: { name: a }\nspec:\n  title: ${text}\n`;
    assert.deepEqual(told({ 'map.yaml': title('{{repl Namespace }}') }), ['error template-breaks-yaml']);
    assert.deepEqual(told({ 'map.yaml': title("'{{repl Namespace }}'") }), []);
    assert.deepEqual(told({ 'map.yaml': title('repl{{ Namespace }}') }), []);
    assert.deepEqual(told({ 'map.yaml': map('a: {{repl Namespace }}') }), []);
  });
});

test('each rule can be told to be quiet', () => {
  const rules = ['unknown-function', 'template-syntax', 'template-breaks-yaml'];
  const data = map('a: repl{{ Foo }}');
  const off = `app: acme\nrules:\n${rules.map((rule) => `  ${rule}: off\n`).join('')}`;
  assert.equal(told({ 'map.yaml': data }).length, 1);
  assert.deepEqual(told({ '.waybill.yaml': off, 'map.yaml': data }), []);
});
