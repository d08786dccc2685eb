import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { questionsOf } from '../../../server/src/core/features/questions.ts';
import { reportOf } from '../../../server/src/core/features/report.ts';
import { templatesOf } from '../../../server/src/core/kots/functions/templates.ts';
import type { Session } from '../../../server/src/core/session/session.ts';
import { sessionOf } from './support.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const config = `app: acme\nregistries:\n  - endpoint: ${ecr}\n    rewrite: demo-apps/{name}\n`;

const helmChart = (more = '', version = 'v1beta2', chartVersion = '1.0.0'): string =>
  `apiVersion: kots.io/${version}
kind: HelmChart
metadata: { name: web }
spec:
  chart: { name: web, chartVersion: ${chartVersion} }
${more}`;
const chartYaml = (version = '1.0.0') => `apiVersion: v2\nname: web\nversion: ${version}\n`;
const values = `image:
  registry: quay.io
  repository: acme/web
  tag: 1.0.0
sidecarImage: ghcr.io/acme/sidecar:2
jobs:
  images:
    - quay.io/acme/job:3
`;

const archived = (files: Record<string, string>, path: string, text = values, version = '1.0.0'): Session => {
  const session = sessionOf({ '.waybill.yaml': config, ...files }, { templates: templatesOf });
  session.setArchives(new Map([[path, { folder: 'web', chart: chartYaml(version), values: text }]]));
  return session;
};
/** Where each image stands and what it is, as `waybill check` reports it. */
const images = ({ snapshot }: Session, ...paths: string[]): string[] =>
  reportOf(snapshot, paths).images.map(
    ({ file, field, inside, reference, range }) =>
      `${file}:${range.start.line} ${inside === undefined ? '' : `${inside.archive}!${inside.path} `}${field} ${reference}`,
  );

describe('a packaged chart', () => {
  test('has its images where the HelmChart names it, beside the file or anywhere', () => {
    for (const path of ['web-1.0.0.tgz', 'dist/web-1.0.0.tgz'])
      assert.deepEqual(images(archived({ 'web.yaml': helmChart() }, path), 'web.yaml'), [
        `web.yaml:4 ${path}!web/values.yaml image.repository quay.io/acme/web:1.0.0`,
        `web.yaml:4 ${path}!web/values.yaml sidecarImage ghcr.io/acme/sidecar:2`,
        `web.yaml:4 ${path}!web/values.yaml jobs.images[0] quay.io/acme/job:3`,
      ]);
  });

  test('of another version is not the one', () => {
    const session = archived({ 'web.yaml': helmChart() }, 'web.tgz', values, '1.0.1');
    assert.deepEqual(images(session, 'web.yaml'), []);
  });

  test('one whose version CI writes is', () => {
    const session = archived(
      { 'web.yaml': helmChart('', 'v1beta2', '$VERSION') },
      'web.tgz',
      values,
      '7.0.0',
    );
    assert.equal(images(session, 'web.yaml').length, 3);
  });

  test('values of the HelmChart take the place of its own, whole or in part', () => {
    const said = `  values:
    image:
      tag: 9.9.9
    sidecarImage: ghcr.io/acme/other:5
    jobs:
      images: []
`;
    assert.deepEqual(images(archived({ 'web.yaml': helmChart(said) }, 'web.tgz'), 'web.yaml'), [
      'web.yaml:8 spec.values.sidecarImage ghcr.io/acme/other:5',
      // The repository is the chart's, so that the tag can be asked about at all.
      'web.yaml:7 spec.values.image.repository quay.io/acme/web:9.9.9',
    ]);
  });

  test('an optional value counts where its condition holds with the default installation', () => {
    const said = (when: string) => `  optionalValues:
    - when: '${when}'
      recursiveMerge: true
      values:
        image:
          repository: acme/optional
`;
    const of = (when: string) =>
      images(archived({ 'web.yaml': helmChart(said(when)) }, 'web.tgz'), 'web.yaml');
    assert.deepEqual(
      of('repl{{ not HasLocalRegistry }}')[0],
      'web.yaml:10 spec.optionalValues[0].values.image.repository quay.io/acme/optional:1.0.0',
    );
    assert.equal(of('repl{{ not HasLocalRegistry }}').length, 3);
    // Both are installed by somebody.
    assert.equal(of('repl{{ HasLocalRegistry }}').length, 4);
  });

  test('its problems name the archive, the file and the key', () => {
    const text = values.replace('quay.io\n', `${ecr}\n`);
    const session = archived({ 'web.yaml': helmChart() }, 'web.tgz', text);
    const [problem, ...more] = problemsOf(session.snapshot, 'web.yaml').filter(
      ({ problem: { rule } }) => rule === 'private-image-in-v1beta2-chart',
    );
    assert.deepEqual(more, []);
    assert.match(problem?.problem.message ?? '', /^web\.tgz, web\/values\.yaml, image\.repository: /);
    assert.deepEqual(problem?.range.start, { line: 4, character: 17 });
  });

  test('its images are asked about, and of a v1beta1 chart the app manager rewrites them', () => {
    const text = values.replace('quay.io\n', `${ecr}\n`);
    const session = archived({ 'web.yaml': helmChart('', 'v1beta1') }, 'web.tgz', text);
    const asked = questionsOf(session.snapshot, 'web.yaml').flatMap((question) =>
      question.kind === 'image' ? [question.image.repository] : [],
    );
    assert.ok(asked.includes('acme/web') && asked.includes('acme/sidecar'));
    const [first] = reportOf(session.snapshot, ['web.yaml']).images;
    assert.equal(first?.deployed, `proxy.replicated.com/proxy/acme/${ecr}/acme/web:1.0.0`);
    assert.deepEqual(
      problemsOf(session.snapshot, 'web.yaml').filter(({ problem: { rule } }) => rule.includes('v1beta2')),
      [],
    );
  });

  test('one that is gone takes its images along, and one that is the same changes nothing', () => {
    const texts = { folder: 'web', chart: chartYaml(), values };
    const session = sessionOf({ 'web.yaml': helmChart() });
    session.setArchives(new Map([['web.tgz', texts]]));
    const { snapshot } = session;
    session.setArchives(new Map([['web.tgz', texts]]));
    assert.equal(session.snapshot, snapshot);
    session.setArchives(new Map());
    assert.deepEqual(images(session, 'web.yaml'), []);
  });
});

describe('a chart in a folder', () => {
  const files = (said = '', version = 'v1beta2', text = values) => ({
    '.waybill.yaml': config,
    'web.yaml': helmChart(said, version),
    'charts/web/Chart.yaml': chartYaml(),
    'charts/web/values.yaml': text,
  });
  const of = (said = '', version = 'v1beta2', text = values) =>
    sessionOf(files(said, version, text), { templates: templatesOf });
  const all = ['charts/web/values.yaml', 'web.yaml'];

  test('keeps its problems in its values', () => {
    const session = of('', 'v1beta2', values.replace('quay.io\n', `${ecr}\n`));
    const found = problemsOf(session.snapshot, 'charts/web/values.yaml').map(({ problem: { rule } }) => rule);
    assert.ok(found.includes('private-image-in-v1beta2-chart'), String(found));
    assert.deepEqual(images(session, 'web.yaml'), []);
  });

  test('what its HelmChart says anew is checked there, and once', () => {
    assert.deepEqual(images(of('  values:\n    image: { tag: 2.0.0 }\n    sidecarImage: a/b:1\n'), ...all), [
      'charts/web/values.yaml:7 jobs.images[0] quay.io/acme/job:3',
      'web.yaml:7 spec.values.sidecarImage docker.io/a/b:1',
      'web.yaml:6 spec.values.image.repository quay.io/acme/web:2.0.0',
    ]);
  });

  test('a value that is not about the image says nothing anew', () => {
    assert.equal(images(of('  values:\n    image: { pullPolicy: Always }\n'), ...all).length, 3);
  });

  test('of a v1beta1 HelmChart is rewritten like manifests', () => {
    const { snapshot } = of('', 'v1beta1', values.replace('quay.io\n', `${ecr}\n`));
    const [first] = reportOf(snapshot, ['charts/web/values.yaml']).images;
    assert.equal(first?.deployed, `proxy.replicated.com/proxy/acme/${ecr}/acme/web:1.0.0`);
  });

  test('elsewhere in the workspace has what its release is configured with', () => {
    const session = sessionOf({
      'release/.waybill.yaml': config,
      'release/web.yaml': helmChart(),
      'src/web/Chart.yaml': chartYaml('0.0.0'),
      'src/web/values.yaml': `image: ${ecr}/demo-apps/web:1\n`,
    });
    const [image] = reportOf(session.snapshot, ['src/web/values.yaml']).images;
    // The account is registered by the release that installs the chart.
    assert.equal(image?.verdict.detail, null);
  });

  test('typing in its values leaves the rest of the release as it is', () => {
    const session = of('  values:\n    replicas: 2\n');
    const before = session.snapshot.releases[0]?.context;
    session.setFile('charts/web/values.yaml', values.replace('1.0.0', '1.0.1'));
    assert.equal(session.snapshot.releases[0]?.context, before);
  });
});

test('conditions of optional values are not rendered at each key', () => {
  let rendering = 0;
  const session = sessionOf(
    {
      'web.yaml': helmChart(
        "  optionalValues:\n    - when: 'repl{{ not HasLocalRegistry }}'\n      values: { image: { tag: 2.0.0 } }\n",
      ),
    },
    {
      templates(context, configs) {
        const made = templatesOf(context, configs);
        let isUsed = false;
        const render = (text: string) => {
          if (!isUsed) rendering++;
          isUsed = true;
          return made.render(text);
        };
        return { ...made, render };
      },
    },
  );
  session.setArchives(new Map([['web.tgz', { folder: 'web', chart: chartYaml(), values }]]));
  for (const key of 'typed') {
    assert.ok(images(session, 'web.yaml').some((image) => image.endsWith('quay.io/acme/web:2.0.0')));
    session.editFile('web.yaml', [
      { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: `# ${key}\n` },
    ]);
  }
  assert.equal(rendering, 1);
});

test('hostile values of a chart are read like any other', () => {
  for (const text of [
    '{',
    'image: &a [*a]',
    'image:\n  __proto__: { repository: x/y }\n',
    '- image: a/b:1\n',
    '\0',
  ])
    assert.doesNotThrow(() => images(archived({ 'web.yaml': helmChart() }, 'web.tgz', text), 'web.yaml'));
});
