/** A chart to be rendered. */
export interface HelmCase {
  /** What it is about. */
  readonly name: string;
  /** Of the chart, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** YAML that is laid over the chart's values. */
  readonly values: string;
  readonly release: string;
  readonly namespace: string;
}

/** What Helm made of it. */
export interface HelmMade {
  readonly manifest?: string;
  readonly hooks?: readonly { readonly path: string; readonly text: string }[];
  readonly err?: string;
}

const chartYaml = `apiVersion: v2
name: web
version: 1.2.3
appVersion: 2.10
description: A web server
type: application
keywords: [web, "8"]
home: https://example.com
maintainers:
- name: Ann
  email: ann@example.com
annotations:
  team: core
`;

const valuesYaml = `replicas: 3
image:
  repository: nginx
  tag: "1.25"
big: 12345678
pi: 3.5
enabled: true
nothing: null
empty: ""
list: [a, 1, true]
nested:
  a:
    b: c
  keep: yes please
text: "{{ .Release.Name }}-{{ .Values.image.tag }}"
`;

const helpers = `{{- define "web.name" -}}{{ .Release.Name }}-{{ .Chart.Name }}{{- end -}}
{{- define "web.labels" -}}
app: {{ .Chart.Name }}
release: {{ .Release.Name | quote }}
{{- end -}}
`;

const secret = (lines: string, name = 'a'): string =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n${lines}`;

interface More {
  readonly values?: string;
  readonly files?: Readonly<Record<string, string>>;
}

const chart = (name: string, templates: Readonly<Record<string, string>>, more: More = {}): HelmCase => ({
  name,
  files: {
    'Chart.yaml': chartYaml,
    'values.yaml': valuesYaml,
    'templates/_helpers.tpl': helpers,
    ...Object.fromEntries(Object.entries(templates).map(([path, text]) => [`templates/${path}`, text])),
    ...more.files,
  },
  values: more.values ?? '',
  release: 'prod',
  namespace: 'apps',
});

/** A template that says one thing of itself. */
const said = (expression: string, more: More = {}): HelmCase =>
  chart(expression, { 'a.yaml': secret(`  said: |-\n    <{{ ${expression} }}>\n`) }, more);

const expressions: readonly string[] = [
  // Objects
  '.Release.Name',
  '.Release.Namespace',
  '.Release.Service',
  '.Release.Revision',
  '.Release.IsInstall',
  '.Release.IsUpgrade',
  '.Release',
  '.Chart.Name',
  '.Chart.Version',
  '.Chart.AppVersion',
  '.Chart.Description',
  '.Chart.Type',
  '.Chart.APIVersion',
  '.Chart.Keywords',
  '.Chart.Annotations',
  '.Chart.Annotations.team',
  '(index .Chart.Maintainers 0).Email',
  '.Chart.IsRoot',
  '.Chart.Deprecated',
  '.Chart.Nothing',
  'printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_"',
  '.Template.Name',
  '.Template.BasePath',
  '.Template',
  '.Capabilities.KubeVersion',
  '.Capabilities.KubeVersion.Version',
  '.Capabilities.KubeVersion.Minor',
  '.Capabilities.KubeVersion.GitVersion',
  '.Capabilities.APIVersions.Has "batch/v1"',
  '.Capabilities.APIVersions.Has "batch/v2"',
  'len .Capabilities.APIVersions',
  'semverCompare ">=1.19-0" .Capabilities.KubeVersion.Version',
  '.Capabilities.HelmVersion.Version',
  // Values
  '.Values.replicas',
  '.Values.big',
  'int .Values.big',
  '.Values.big | toString',
  'add .Values.replicas 1',
  '.Values.pi',
  '.Values.enabled',
  '.Values.nothing',
  '.Values.missing',
  '.Values.missing.deeper',
  '.Values.missing | default "fallback"',
  'printf "%v" .Values.missing',
  'printf "%T %T %T" .Values.replicas .Values.pi .Values.list',
  '.Values.list',
  '.Values.image',
  '.Values.nested.a.b',
  'hasKey .Values "nothing"',
  'kindOf .Values.replicas',
  'kindOf .Values',
  'eq .Values.replicas 3.0',
  'eq (int .Values.replicas) 3',
  'dig "nested" "a" "x" "none" (deepCopy .Values | merge dict)',
  'keys .Values.image | sortAlpha | join ","',
  // Helm's own functions
  'toYaml .Values.image',
  'toYaml .Values.nested | nindent 6',
  'toYaml .Values.list | nindent 4',
  'toYaml .Values.replicas',
  'toYaml .Values.big',
  'toYaml .Values.pi',
  'toYaml .Values.empty',
  'toYaml .Values.missing',
  'toYaml "yes"',
  'toYaml "a\\nb\\n" | indent 2',
  'toYaml (dict "z" 1 "a" (list) "m" (dict))',
  'toYaml (list 1 "1" 1.5 true nil)',
  'toJson .Values.nested',
  'toJson "<&>"',
  'toJson (list 1 2.0 "x")',
  'toRawJson "<&>"',
  '(fromYaml "a: {b: 1}").a.b',
  'fromYaml "a: 1" | toJson',
  'fromYaml "" | toJson',
  'fromYaml "null" | toJson',
  'fromYamlArray "" | toJson',
  'fromJson "null" | toJson',
  'fromJsonArray "null" | toJson',
  'fromYaml "[1]" | toJson',
  'fromYaml "just text" | toJson',
  'fromYamlArray "[1, b, {c: d}]" | toJson',
  'fromYamlArray "a: 1" | toJson',
  '(fromJson "{\\"a\\": [1, 2]}").a',
  'fromJson "[1]" | toJson',
  'fromJson "{" | toJson',
  'fromJsonArray "[1, \\"b\\"]"',
  'fromJsonArray "{}" | toJson',
  'required "a tag is needed" .Values.image.tag',
  'required "a thing is needed" .Values.missing',
  'required "it must not be empty" .Values.empty',
  'required "zero is a value" 0',
  'fail "this chart cannot be installed"',
  'lookup "v1" "Secret" .Release.Namespace "x"',
  '(lookup "v1" "Secret" .Release.Namespace "x").data',
  'if lookup "v1" "Secret" "" "" }}found{{ else }}none{{ end',
  'getHostByName "example.com"',
  'env "HOME"',
  'expandenv "$HOME"',
  'nosuch 1',
  'include "web.name" .',
  'include "web.name" . | upper | quote',
  'include "web.labels" . | nindent 6',
  'include "web.none" .',
  'template "web.name" .',
  'include "web.name" (dict "Release" .Release "Chart" (dict "Name" "other"))',
  'tpl .Values.text .',
  'tpl "{{ .Values.replicas }}" .',
  'tpl "{{ include \\"web.name\\" . }}" .',
  'tpl "{{ define \\"own\\" }}own {{ . }}{{ end }}{{ include \\"own\\" 1 }}" .',
  'tpl "{{ tpl .Values.text . }}!" .',
  'tpl "{{ .Values.missing }}" .',
  'tpl "{{ .Values" .',
  'tpl "{{ fail \\"deep\\" }}" .',
  'tpl "{{ nosuch }}" .',
  'tpl "{{/* nothing */}}" .',
  'tpl "  " .',
  'tpl (toYaml .Values.nested) . | nindent 6',
  'uuidv4 | len',
  'set .Values "added" "x" | len | gt 100',
  '.Values.image.tag | quote',
  'ternary "yes" "no" .Values.enabled',
  'range $k, $v := .Values.image }}{{ $k }}={{ $v }},{{ end',
  'with .Values.nested }}{{ .a.b }}{{ $.Release.Name }}{{ end',
  'index .Values "image" "tag"',
  'index .Values.list 1',
  '.Values.list.missing',
  '.Release.Name.x',
];

const values: readonly HelmCase[] = [
  said('toJson .Values.image', { values: 'image: {tag: "2"}' }),
  said('toJson .Values.image', { values: 'image: {tag: null}' }),
  said('toJson .Values.nested', { values: 'nested: {a: null, more: [1]}' }),
  said('toJson .Values.nested', { values: 'nested: {a: {b: null}}' }),
  said('toJson .Values.nested', { values: 'nested: text' }),
  said('toJson .Values.replicas', { values: 'replicas: {a: 1}' }),
  said('toJson .Values.list', { values: 'list: [b]' }),
  said('hasKey .Values "image"', { values: 'image: null' }),
  said('hasKey .Values "added"', { values: 'added: null' }),
  said('.Values.replicas', { values: 'replicas: 1000000' }),
  said('.Values.replicas', { values: 'replicas: 0.1' }),
  said('toYaml .Values', { values: 'text: x' }),
  said('.Values.global', { values: 'global: {a: 1}' }),
];

const whole: readonly HelmCase[] = [
  chart('objects stand in the order of their installation', {
    'z.yaml': secret('  a: b\n', 'z'),
    'b.yaml': `kind: Deployment\napiVersion: apps/v1\nmetadata: {name: b}\n---\n${secret('  c: d\n', 'second')}`,
    'c.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\n',
    'd.yaml': 'kind: Zebra\napiVersion: x/v1\nmetadata: {name: d}\n',
    'e.yaml': 'kind: Ape\napiVersion: x/v1\nmetadata: {name: e}\n',
    'sub/f.yaml': 'kind: ServiceAccount\napiVersion: v1\nmetadata: {name: f}\n',
  }),
  chart('hooks stand apart', {
    'a.yaml': `${secret('  a: b\n')}---\nkind: Job\napiVersion: batch/v1\nmetadata:\n  name: j\n  annotations: {helm.sh/hook: "pre-install, Post-Install"}\n`,
    'b.yaml':
      'kind: Secret\napiVersion: v1\nmetadata:\n  name: s\n  annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "-5"}\n',
    'c.yaml': 'kind: Pod\napiVersion: v1\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: sometimes}\n',
  }),
  chart('what is empty is no object', {
    'a.yaml': '{{ if false }}kind: Secret{{ end }}\n\n',
    'b.yaml': `---\n---\n${secret('  a: b\n')}\n---\n\n`,
    'NOTES.txt': 'Thank you, {{ .Release.Name }}',
  }),
  chart('a comment is an object without a kind', { 'a.yaml': '# {{ .Release.Name }}\n' }),
  chart('lines of dashes with something behind them', {
    'a.yaml': `${secret('  a: b\n')}--- # next\n${secret('  c: d\n', 'b')}`,
  }),
  chart('what is no YAML', { 'a.yaml': 'kind: Secret\n\tname: {{ .Release.Name }}\n' }),
  chart('a template that cannot be read', { 'a.yaml': 'kind: Secret\nname: {{ .Release.Name\n' }),
  chart('of two definitions the one of the later file counts', {
    'a.yaml': '{{ define "x" }}a{{ end }}kind: Secret\nmetadata: {name: "{{ include "x" . }}"}\n',
    'b.yaml': '{{ define "x" }}b{{ end }}kind: Secret\nmetadata: {name: "{{ include "x" . }}"}\n',
  }),
  chart(
    'what the chart defines counts before what a library does',
    { 'a.yaml': 'kind: Secret\nmetadata: {name: "{{ include "web.name" . }} {{ include "lib.name" . }}"}\n' },
    {
      files: {
        'Chart.yaml': `${chartYaml}dependencies:\n- {name: lib, version: 1.0.0, repository: ""}\n`,
        'charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n',
        'charts/lib/templates/_lib.tpl':
          '{{ define "web.name" }}lib{{ end }}{{ define "lib.name" }}lib of {{ .Chart.Name }}{{ end }}',
      },
    },
  ),
  chart('a whole preflight', {
    'preflight.yaml': secret(
      '  preflight.yaml: |-\n    {{- include "web.preflight" . | nindent 4 }}\n',
      '{{ include "web.name" . }}-preflight',
    ),
    '_preflight.tpl': `{{- define "web.preflight" -}}
apiVersion: troubleshoot.sh/v1beta2
kind: Preflight
metadata:
  name: {{ include "web.name" . }}
spec:
  {{- if .Values.enabled }}
  collectors:
  - runPod:
      name: check
      namespace: {{ .Release.Namespace }}
      podSpec:
        containers:
        - image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
  {{- end }}
  analyzers:
  {{- range $name, $least := dict "cpu" 2 "memory" 4 }}
  - nodeResources:
      checkName: {{ $name }} of {{ $.Release.Name }}
      outcomes:
      - fail: {when: {{ printf "sum(%s) < %v" $name $least | quote }}}
  {{- end }}
{{- end -}}
`,
  }),
];

export const cases: readonly HelmCase[] = [...expressions.map((one) => said(one)), ...values, ...whole];
