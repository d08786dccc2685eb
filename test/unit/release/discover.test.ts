import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SessionSettings } from '../../../server/src/core/session/session.ts';
import { application, chart, kotsConfig, pod, snapshotOf } from './support.ts';

/** `root (found by): path role, path role`, one line for each release. */
function releases(files: Readonly<Record<string, string>>, settings: SessionSettings = {}): string[] {
  return snapshotOf(files, settings).releases.map(({ layout }) => {
    const found = [...layout.files].map(([path, role]) => (role === 'manifest' ? path : `${path} (${role})`));
    return `${layout.root || '.'} by ${layout.foundBy}: ${found.join(', ')}`;
  });
}

/** YAML that lies about in every repository and is no part of a release. */
const bystanders = {
  '.github/workflows/ci.yaml': 'on: push\njobs: { build: { container: { image: node:20 } } }\n',
  'docker-compose.yaml': 'services: { web: { image: nginx } }\n',
  'mkdocs.yml': 'site_name: x\n',
};

describe('.replicated', () => {
  test('globs to several folders, and to the root itself', () =>
    assert.deepEqual(
      releases({
        '.replicated': 'appSlug: acme\nmanifests: ["./kots/*.yaml", "k8s/**/*.yaml", "*.yml"]\n',
        'kots/app.yaml': application('a'),
        'kots/deep/other.yaml': pod('a'),
        'k8s/web/pod.yaml': pod('a'),
        'top.yml': pod('a'),
        'top.yaml': pod('a'),
        ...bystanders,
      }),
      ['. by .replicated: k8s/web/pod.yaml, kots/app.yaml, mkdocs.yml, top.yml'],
    ));

  test('a glob with a leading ! names files, and leaves none out', () =>
    assert.deepEqual(
      releases({
        '.replicated': 'manifests: ["kots/*.{yaml,yml}", "!kots/b.yaml"]\n',
        'kots/app.yaml': application('a'),
        'kots/b.yaml': pod('a'),
        'other/pod.yaml': pod('a'),
      }),
      ['. by .replicated: kots/app.yaml, kots/b.yaml'],
    ));

  test('globs that lead out of its folder', () =>
    assert.deepEqual(
      releases({
        'release/.replicated': 'manifests: ["../k8s/*.yaml", "./*.yaml"]\n',
        'release/app.yaml': application('a'),
        'k8s/pod.yaml': pod('a'),
        'other/pod.yaml': pod('a'),
      }),
      ['release by .replicated: k8s/pod.yaml, release/app.yaml'],
    ));

  test('charts bring their values, and nothing of their templates', () =>
    assert.deepEqual(
      releases({
        '.replicated': 'charts: [{ path: ./charts/* }]\nmanifests: ["kots/*.yaml"]\n',
        'kots/app.yaml': application('a'),
        'charts/web/Chart.yaml': chart,
        'charts/web/values.yaml': 'image: nginx\n',
        'charts/web/values-prod.yaml': 'image: nginx\n',
        'charts/web/templates/deployment.yaml': pod('{{ .Values.image }}'),
        'charts/web/charts/db/values.yaml': 'image: redis\n',
      }),
      [
        '. by .replicated: charts/web/values-prod.yaml (chart-values), charts/web/values.yaml (values of charts/web), kots/app.yaml',
      ],
    ));

  test('.replicated.yaml, and paths with backslashes', () =>
    assert.deepEqual(
      releases({
        '.replicated.yaml': "manifests: ['kots\\*.yaml']\n",
        'kots/app.yaml': application('a'),
      }),
      ['. by .replicated: kots/app.yaml'],
    ));

  test('one that names no files leaves finding to the others', () =>
    assert.deepEqual(releases({ '.replicated': 'appSlug: acme\n', 'kots/app.yaml': application('a') }), [
      'kots by kots.io: kots/app.yaml',
    ]));

  test('several in one workspace share no file', () =>
    assert.deepEqual(
      releases({
        'one/.replicated': 'manifests: ["**/*.yaml", "../common/*.yaml"]\n',
        'one/app.yaml': application('one'),
        'two/.replicated': 'manifests: ["**/*.yaml", "../common/*.yaml"]\n',
        'two/app.yaml': application('two'),
        'common/pod.yaml': pod('a'),
      }),
      ['one by .replicated: common/pod.yaml, one/app.yaml', 'two by .replicated: two/app.yaml'],
    ));

  test('its slug is the app of releases at and below it', () => {
    const { releases } = snapshotOf({
      '.replicated': 'appSlug: acme\n',
      'kots/app.yaml': application('a'),
    });
    assert.deepEqual(
      releases.map(({ context }) => context.app),
      ['acme'],
    );
  });
});

describe('.waybill.yaml', () => {
  test('makes its folder a release, whatever is in it', () =>
    assert.deepEqual(
      releases({ 'k8s/.waybill.yaml': 'app: a\n', 'k8s/web/pod.yaml': pod('a'), ...bystanders }),
      ['k8s by .waybill.yaml: k8s/web/pod.yaml'],
    ));

  test('above a release that .replicated describes only adds its settings', () => {
    const { releases: found } = snapshotOf({
      '.waybill.yaml': 'app: acme\n',
      'r/.replicated': 'manifests: ["*.yaml"]\nappSlug: other\n',
      'r/app.yaml': application('a'),
    });
    assert.deepEqual(
      found.map(({ layout, context }) => [layout.root, layout.foundBy, layout.configPath, context.app]),
      [['r', '.replicated', '.waybill.yaml', 'acme']],
    );
  });

  test('above two releases holds for both', () => {
    const files = {
      '.waybill.yaml': 'app: acme\n',
      'one/app.yaml': application('one'),
      'one/pod.yaml': pod('a'),
      'two/app.yaml': application('two'),
      ...bystanders,
    };
    assert.deepEqual(releases(files), [
      'one by kots.io: one/app.yaml, one/pod.yaml',
      'two by kots.io: two/app.yaml',
    ]);
    assert.deepEqual(
      snapshotOf(files).releases.map(({ context }) => context.app),
      ['acme', 'acme'],
    );
  });

  test('nearer to a release wins', () =>
    assert.deepEqual(
      snapshotOf({
        '.waybill.yaml': 'app: acme\n',
        'one/app.yaml': application('one'),
        'two/app.yaml': application('two'),
        'two/.waybill.yaml': 'app: second\n',
      }).releases.map(({ layout, context }) => `${layout.root} ${context.app}`),
      ['one acme', 'two second'],
    ));

  test('leaves out what it ignores, seen from its folder', () =>
    assert.deepEqual(
      releases({
        'r/.waybill.yaml': 'ignore: ["vendored/**", "*.gen.yaml", "!keep.gen.yaml"]\n',
        'r/app.yaml': application('a'),
        'r/vendored/pod.yaml': pod('a'),
        'r/deep/x.gen.yaml': pod('a'),
        'r/keep.gen.yaml': pod('a'),
        'vendored/app.yaml': application('b'),
      }),
      ['r by .waybill.yaml: r/app.yaml, r/keep.gen.yaml', 'vendored by kots.io: vendored/app.yaml'],
    ));
});

describe('a folder that holds a kots.io kind', () => {
  test('is a release with all below it; other YAML is left alone', () =>
    assert.deepEqual(
      releases({
        'kots/config.yaml': kotsConfig,
        'kots/web/pod.yaml': pod('a'),
        'elsewhere/pod.yaml': pod('a'),
        ...bystanders,
      }),
      ['kots by kots.io: kots/config.yaml, kots/web/pod.yaml'],
    ));

  test('several are several releases; one inside another belongs to the outer', () =>
    assert.deepEqual(
      releases({
        'a/app.yaml': application('a'),
        'a/inner/config.yaml': kotsConfig,
        'b/app.yaml': application('b'),
      }),
      ['a by kots.io: a/app.yaml, a/inner/config.yaml', 'b by kots.io: b/app.yaml'],
    ));

  test('roles are told apart', () =>
    assert.deepEqual(
      releases({
        'r/app.yaml': application('a'),
        'r/kustomization.yaml': 'images: []\n',
        'r/chart/Chart.yaml': chart,
        'r/chart/values.yaml': 'a: 1\n',
        'r/chart/templates/pod.yaml': pod('a'),
        'r/chart/crds/crd.yaml': pod('a'),
      }),
      [
        'r by kots.io: r/app.yaml, r/chart/values.yaml (values of r/chart), r/kustomization.yaml (kustomization)',
      ],
    ));

  test('a kind in a second document, behind quotes or a Windows line end is seen', () =>
    assert.deepEqual(
      releases({
        'a/x.yaml': `${pod('a')}---\n${kotsConfig}`,
        'b/x.yaml': kotsConfig.replace('kots.io/v1beta1', '"kots.io/v1beta1"'),
        'c/x.yaml': kotsConfig.replaceAll('\n', '\r\n'),
      }),
      ['a by kots.io: a/x.yaml', 'b by kots.io: b/x.yaml', 'c by kots.io: c/x.yaml'],
    ));

  test('a text that only speaks of one is none', () =>
    assert.deepEqual(
      releases({ 'a/x.yaml': `text: |\n  apiVersion: kots.io/v1beta1\n  kind: Config\n` }),
      [],
    ));

  test('one that comes and goes while it is typed makes and unmakes the release', () => {
    const files = { 'r/app.yaml': application('a'), 'r/pod.yaml': pod('a') };
    const count = (text: string) => releases({ ...files, 'r/app.yaml': text }).length;
    assert.equal(count(application('a')), 1);
    assert.equal(count(application('a').replace('kots.io', 'kots.i')), 0);
  });
});

describe('Helm only', () => {
  test('a chart alone is a release of its values', () => {
    const files = {
      'web/Chart.yaml': chart,
      'web/values.yaml': 'image: nginx\n',
      'web/templates/pod.yaml': pod('{{ .Values.image }}'),
      ...bystanders,
    };
    assert.deepEqual(releases(files), ['web by Chart.yaml: web/values.yaml (values of web)']);
    assert.deepEqual(snapshotOf(files).releases[0]?.context.installers, ['helm']);
  });

  test('a chart at the root', () =>
    assert.deepEqual(releases({ 'Chart.yaml': chart, 'values.yaml': 'image: nginx\n' }), [
      '. by Chart.yaml: values.yaml (values of )',
    ]));
});

describe('a named folder', () => {
  test('is a release where nothing else says so', () =>
    assert.deepEqual(releases({ 'k8s/pod.yaml': pod('a'), 'other/pod.yaml': pod('a') }, { named: ['k8s'] }), [
      'k8s by named: k8s/pod.yaml',
    ]));
  test('that holds a release adds nothing', () =>
    assert.deepEqual(releases({ 'a/app.yaml': application('a'), 'b/pod.yaml': pod('a') }, { named: [''] }), [
      'a by kots.io: a/app.yaml',
    ]));
  test('nothing is a release where nobody says so', () =>
    assert.deepEqual(releases({ 'k8s/pod.yaml': pod('a'), ...bystanders }), []));
});
