import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tar } from '../../sandbox/src/seed/tar.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';

const PREFLIGHT = 'kotsKinds/helm-preflight.yaml';

const chart = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: "2.1"\n',
  'values.yaml': 'least: 2\nimage:\n  repository: nginx\n  tag: "1.27"\n',
  'templates/_helpers.tpl':
    '{{- define "web.name" -}}{{ .Release.Name }}-{{ .Chart.AppVersion }}{{- end -}}\n',
  'templates/preflight.yaml': `apiVersion: v1
kind: Secret
metadata:
  name: {{ include "web.name" . }}
  labels:
    troubleshoot.sh/kind: preflight
stringData:
  preflight.yaml: |
    apiVersion: troubleshoot.sh/v1beta2
    kind: Preflight
    metadata:
      name: {{ include "web.name" . }}
    spec:
      analyzers:
      - nodeResources:
          checkName: {{ printf "%s in %s" .Values.host .Release.Namespace }}
          outcomes:
          - fail:
              when: count() < {{ .Values.least }}
              message: {{ .Values.image.repository }} needs {{ .Values.least }}
`,
  // Nothing of it is looked at, because it makes no preflight.
  'templates/deployment.yaml': 'image: {{ nosuch .Values.image }}\n',
};

const helmChart = (values = ''): string => `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: web }
spec:
  chart: { name: web, chartVersion: 1.0.0 }
  releaseName: site
  namespace: apps
  values:
    host: 'repl{{ ConfigOption "host" }}'
${values}`;

const release = {
  '.waybill.yaml': config,
  'config.yaml': `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: acme }
spec: { groups: [{ name: a, items: [{ name: host, type: text, default: db.corp }] }] }
`,
  'helm.yaml': helmChart('    least: 3\n'),
};

const packed = (files: Readonly<Record<string, string>>): Buffer =>
  gzipSync(tar(Object.fromEntries(Object.entries(files).map(([path, text]) => [`web/${path}`, text]))));

async function preview(files: Readonly<Record<string, string | Uint8Array>>, ...flags: string[]) {
  const [folder, out] = [folderWith(files), join(folderWith(), 'out')];
  const { code, stderr } = await waybill(['preview', folder, '--out', out, ...flags], { limit: 50_000 });
  const read = (path: string): string | null =>
    existsSync(join(out, path)) ? readFileSync(join(out, path), 'utf8') : null;
  return { code, stderr, read };
}

const expected = `apiVersion: troubleshoot.sh/v1beta2
kind: Preflight
metadata:
  name: site-2.1
spec:
  analyzers:
  - nodeResources:
      checkName: db.corp in apps
      outcomes:
      - fail:
          message: nginx needs 3
          when: count() < 3
status: {}
`;

test('a packaged chart’s preflights are rendered with what its HelmChart says', async () => {
  const { code, stderr, read } = await preview({ ...release, 'web-1.0.0.tgz': packed(chart) });
  assert.equal(code, 0, stderr);
  assert.equal(read(PREFLIGHT), expected);
});

test('so are those of a chart that is a folder', async () => {
  const folder = Object.fromEntries(
    Object.entries(chart).map(([path, text]) => [`charts/web/${path}`, text]),
  );
  const { code, stderr, read } = await preview({
    ...release,
    ...folder,
    '.replicated': 'manifests: [./*.yaml]\ncharts: [{ path: ./charts/web }]\n',
  });
  assert.equal(code, 0, stderr);
  assert.equal(read(PREFLIGHT), expected);
});

test('preflights of manifests stand before those of charts, once for each downstream', async () => {
  const secret = `apiVersion: v1
kind: Secret
metadata: { name: own }
stringData:
  preflight.yaml: |
    apiVersion: troubleshoot.sh/v1beta2
    kind: Preflight
    metadata: { name: own }
    spec: { collectors: [{ clusterInfo: {} }] }
`;
  const { read } = await preview({
    ...release,
    'web-1.0.0.tgz': packed(chart),
    'secret.yaml': secret.replace('name: own }\ns', 'name: a-own }\ns'),
  });
  const text = read(PREFLIGHT) ?? '';
  assert.match(text, /^ {2}name: own$/m);
  assert.match(text, /collectors:\n {2}- clusterInfo: \{\}/);
  assert.match(text, /checkName: db\.corp in apps/);
});

test('a release without preflights in what is rendered has none of this', async () => {
  const { 'templates/preflight.yaml': _, ...plain } = chart;
  const { code, stderr, read } = await preview({ ...release, 'web-1.0.0.tgz': packed(plain) });
  assert.equal(code, 0, stderr);
  assert.equal(read(PREFLIGHT), null);
  assert.match(read('helm/site/values.yaml') ?? '', /host: db\.corp/);
});

test('preflights of a dependency are said to be missing', async () => {
  const { code, stderr, read } = await preview({
    ...release,
    'web-1.0.0.tgz': packed({
      ...chart,
      'charts/db/templates/p.yaml': 'stringData:\n  preflight.yaml: ""\n',
    }),
  });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /helm\.yaml: unseen: Preflights of the chart’s dependencies are not shown/);
  assert.equal(read(PREFLIGHT), expected);
});

describe('a chart that cannot be rendered is named, and the rest is written', () => {
  const preflight = (text: string, more: Readonly<Record<string, string>> = {}) => ({
    ...chart,
    ...more,
    'templates/preflight.yaml': `kind: Secret\nname: preflight.yaml\n${text}\n`,
  });
  const doubled = Array.from(
    { length: 40 },
    (_, i) => `{{ define "a${i + 1}" }}{{ template "a${i}" }}{{ template "a${i}" }}{{ end }}`,
  ).join('');
  const cases: Record<string, readonly [files: Readonly<Record<string, string>>, message: RegExp]> = {
    'a value that its chart needs': [
      preflight('a: {{ required "a licence is needed" .Values.licence }}'),
      /helm\.yaml: refused: .*execution error at \(web\/templates\/preflight\.yaml:3:6\): a licence is needed/,
    ],
    'a function that Helm has not': [
      preflight('a: {{ ConfigOption "x" }}'),
      /helm\.yaml: refused: .*function "ConfigOption" not defined/,
    ],
    'what is no YAML afterwards': [preflight('a: b: c'), /helm\.yaml: refused: .*YAML parse error/],
    'files of the chart': [
      preflight('a: {{ .Files.Get "spec.yaml" }}'),
      /helm\.yaml: unseen: .*uses \.Files\.Get/,
    ],
    'a template that includes itself': [
      preflight('{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}'),
      /helm\.yaml: unseen: .*exceeded/,
    ],
    'a text that renders itself': [
      preflight('{{ tpl .Values.again . }}', { 'values.yaml': 'again: "{{ tpl .Values.again . }}"\n' }),
      /helm\.yaml: unseen: .*exceeded/,
    ],
    'output that doubles with each step': [
      preflight(`{{ define "a0" }}x{{ end }}${doubled}{{ template "a40" . }}`),
      /helm\.yaml: unseen: .*exceeded/,
    ],
    '50 MB of output': [
      preflight('{{ range until 5000000 }}0123456789{{ end }}'),
      /helm\.yaml: unseen: .*(output is larger|functions make more)/,
    ],
    'more helpers than any chart has': [
      { ...chart, 'templates/_a.tpl': 'a'.repeat(4_900_000) },
      /helm\.yaml: unseen: .*too large/,
    ],
  };
  for (const [what, [files, message]] of Object.entries(cases))
    test(what, async () => {
      const { stderr, read } = await preview({
        ...release,
        'pod.yaml': pod(`${ecr}/demo-apps/api:1.4.2`),
        'web-1.0.0.tgz': packed(files),
      });
      assert.match(stderr, message);
      assert.ok(stderr.length < 20_000, 'what went wrong is said in a few lines');
      assert.equal(read(PREFLIGHT), null);
      assert.match(read('helm/site/values.yaml') ?? '', /host: db\.corp/);
      assert.match(read('rendered/this-cluster/acme-pod.yaml') ?? '', /kind: Pod/);
    });
});
