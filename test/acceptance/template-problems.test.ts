import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyEdits } from '../../server/src/core/text/edit.ts';
import { LineIndex } from '../../server/src/core/text/lines.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { check, waybill } from './support/cli.ts';

const map = `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  a: '{{repl ConfigOption “host” }}'
  b: repl{{ ConfigOptoin "host" }}
`;
const chart = `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata:
  name: web
spec:
  chart: { name: web, chartVersion: 1.0.0 }
  values:
    image: {{repl ReplicatedImageName "quay.io/acme/web:1.0" }}
    host: '{{repl ConfigOption "hots" }}'
`;
const files = {
  '.waybill.yaml': 'app: acme\ninstallers: [embedded-cluster-2, embedded-cluster-3]\n',
  'chart.yaml': chart,
  'config.yaml': `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: config }
spec:
  groups:
    - name: web
      items:
        - { name: host, type: text, default: web.example }
`,
  'map.yaml': map,
};

/** All problems as `file:line rule severity`, whichever format they were printed in. */
const expected = [
  'chart.yaml:8 function-not-in-installer warning',
  'chart.yaml:8 template-breaks-yaml error',
  'chart.yaml:9 unknown-config-option warning',
  'map.yaml:6 template-syntax error',
  'map.yaml:7 unknown-function error',
];

test('problems of templates are told in every format, with what mends them', async () => {
  const folder = folderWith(files);
  const { code, report } = await check([folder, '--offline']);
  assert.equal(code, 1);
  const told = report.problems.map(({ file, range, rule, severity }) => ({ file, range, rule, severity }));
  assert.deepEqual(
    told
      .map(({ file, range, rule, severity }) => `${file}:${range.start.line + 1} ${rule} ${severity}`)
      .sort(),
    expected,
  );
  const lines = new LineIndex(map);
  const edits = report.problems
    .filter(({ file }) => file === 'map.yaml')
    .flatMap(({ fixes }) => fixes[0]?.edits ?? []);
  assert.equal(
    applyEdits(
      map,
      edits.map(({ range, newText }) => ({ span: lines.spanOf(range), newText })),
    ),
    map.replace('“host”', '"host"').replace('ConfigOptoin', 'ConfigOption'),
  );

  const printed = async (format: string) =>
    (await waybill(['check', '--offline', '--format', format, '.'], { cwd: folder })).stdout;
  const github = [...(await printed('github')).matchAll(/^::(\w+) file=([^,]+),line=(\d+).*$/gm)];
  assert.deepEqual(
    github.map(([whole, level, file, line]) => `${file}:${line} ${ruleIn(whole)} ${level}`).sort(),
    expected,
  );
  const [run] = JSON.parse(await printed('sarif')).runs;
  assert.deepEqual(
    run.results
      .map(({ ruleId, level, locations: [{ physicalLocation: at }] }: Result) =>
        [`${at.artifactLocation.uri}:${at.region.startLine}`, ruleId, level].join(' '),
      )
      .sort(),
    expected,
  );
  const text = await printed('text');
  for (const one of expected) assert.ok(text.includes(one.split(' ')[1] as string), one);
  assert.match(text, /fix: Change to ConfigOption$/m);
});

const ruleIn = (line: string): string | undefined =>
  expected.map((one) => one.split(' ')[1] as string).find((rule) => line.includes(rule));

interface Result {
  readonly ruleId: string;
  readonly level: string;
  readonly locations: readonly [
    { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } },
  ];
}

test('templates are not changed by --fix, which only names other images', async () => {
  const folder = folderWith(files);
  await waybill(['check', '--offline', '--fix', folder]);
  assert.equal(readFileSync(join(folder, 'map.yaml'), 'utf8'), map);
  assert.equal(readFileSync(join(folder, 'chart.yaml'), 'utf8'), chart);
});
