import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { noConfig, readConfig, type WaybillConfig } from '../../../server/src/core/release/config.ts';
import { ruleNames } from '../../../server/src/core/rules/index.ts';
import { unmark } from '../../support/marks.ts';
import { snapshotOf } from './support.ts';

/** Reads a text in which «…» marks every place that must be reported, and gives what was read all the same. */
function read(marked: string): { config: WaybillConfig; messages: string[] } {
  const { text, spans } = unmark(marked);
  const { config, problems } = readConfig(parseDocument(text), ruleNames);
  assert.deepEqual(
    problems.map(({ span }) => text.slice(span.start, span.end)),
    spans.map(({ start, end }) => text.slice(start, end)),
  );
  assert.deepEqual(
    problems.map(({ span }) => span),
    spans,
  );
  return { config, messages: problems.map(({ message }) => message) };
}

test('everything that there is', () =>
  assert.deepEqual(
    read(`app: acme
channel: Unstable
proxyDomain: https://Images.Acme.example/
registryDomain: registry.acme.example
installers: [kots, embedded-cluster-2]
platforms: [linux/amd64, linux/arm64/v8]
registries:
  - endpoint: 429114214526.DKR.ecr.us-east-2.amazonaws.com
    rewrite: demo-apps/{name}
  - endpoint: ghcr.io
rewrites:
  - { from: quay.io/acme/**, to: 'ghcr.io/acme/{name}' }
keepPublic: [registry.k8s.io/**]
builtByUs: ["**/my-app/*"]
variables: { TAG: "1.2.3", BUILD: 7, LATEST: yes }
rules: { latest-tag: off, public-image: false, tag-not-found: warning }
ignore: [vendored/**]
vulnerabilityThreshold: medium
protectedChannels: [Stable, Beta]
`).config,
    {
      app: 'acme',
      channel: 'Unstable',
      protectedChannels: ['Stable', 'Beta'],
      proxyDomain: 'images.acme.example',
      registryDomain: 'registry.acme.example',
      installers: ['kots', 'embedded-cluster-2'],
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      vulnerabilityThreshold: 'medium',
      registries: [
        {
          endpoint: '429114214526.dkr.ecr.us-east-2.amazonaws.com',
          rewrite: 'demo-apps/{name}',
          span: { start: 204, end: 288 },
        },
        { endpoint: 'ghcr.io', rewrite: '{name}', span: { start: 293, end: 310 } },
      ],
      rewrites: [{ from: 'quay.io/acme/**', to: 'ghcr.io/acme/{name}' }],
      keepPublic: ['registry.k8s.io/**'],
      builtByUs: ['**/my-app/*'],
      variables: { TAG: '1.2.3', BUILD: '7', LATEST: 'yes' },
      rules: { 'latest-tag': 'off', 'public-image': 'off', 'tag-not-found': 'warning' },
      ignore: ['vendored/**'],
    },
  ));

test('nothing at all', () => {
  assert.deepEqual(read('').config, noConfig);
  assert.deepEqual(read('# only a comment\n').config, noConfig);
  assert.deepEqual(read('{}').config, noConfig);
});

describe('what is wrong is reported where it stands, and the rest is used', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['an unknown key', '«regitries»: []', /regitries/],
    ['a known key in other letters', '«App»: x', /App/],
    ['a map for a text', 'channel: «{ a: b }»', /channel/],
    ['a list for a text', 'proxyDomain: «[a]»', /host name/],
    ['nothing for a text', '«channel»:', /channel/],
    ['a text for a list', 'installers: «kots»', /list of kots/],
    ['an unknown installer', 'installers: [kots, «helm3»]', /one of kots/],
    ['a platform without an architecture', 'platforms: [«linux»]', /linux\/amd64/],
    ['a map for a list', 'keepPublic: «{ a: b }»', /list of/],
    ['a map in a list of texts', 'builtByUs: [«{ a: b }»]', /as text/],
    ['nothing in a list of texts', 'ignore: [«null»]', /as text/],
    ['a text for a registry', 'registries: [«ghcr.io»]', /map with endpoint/],
    ['a registry without endpoint', 'registries: [«{ rewrite: a }»]', /needs an endpoint/],
    ['an unknown key of a registry', 'registries: [{ endpoint: ghcr.io, «secret»: x }]', /not known/],
    ['a rewrite that makes no name', "registries: [«{ endpoint: ghcr.io, rewrite: '{nam}' }»]", /\{nam\}/],
    ['a rewrite without target', 'rewrites: [«{ from: a }»]', /both from and to/],
    ['a rewrite to no repository', 'rewrites: [«{ from: a, to: ghcr.io }»]', /names no repository/],
    ['a text for a map', 'variables: «TAG»', /map of names/],
    ['a list for a variable', 'variables: { TAG: «[1]» }', /TAG/],
    ['an empty variable', 'variables: { «TAG»: }', /TAG/],
    ['an unknown rule', 'rules: { «latest-tags»: off }', /no rule/],
    ['an unknown severity', 'rules: { latest-tag: «loud» }', /hint/],
    ['a list of rules', 'rules: «[latest-tag]»', /map of rule names/],
  ];
  for (const [what, text, says] of cases)
    test(what, () => {
      const { config, messages } = read(`app: acme\n${text}\n`);
      assert.equal(config.app, 'acme');
      assert.match(messages[0] ?? '', says);
    });

  test('one bad entry of a list leaves the others', () => {
    const { config } = read('platforms: [«x», linux/amd64]\nregistries: [«{}», { endpoint: ghcr.io }]\n');
    assert.deepEqual(config.platforms, ['linux/amd64']);
    assert.deepEqual(
      config.registries.map(({ endpoint }) => endpoint),
      ['ghcr.io'],
    );
  });

  test('a file that is no map', () => {
    assert.deepEqual(read('«just a text»').config, noConfig);
    assert.deepEqual(read('«[a, b]»').config, noConfig);
  });

  test('a file that is no YAML keeps what can be read, and one mistake is reported once', () => {
    const { config, problems } = readConfig(
      parseDocument('app: acme\nplatforms: [linux/amd64] } ] }\n'),
      ruleNames,
    );
    assert.equal(config.app, 'acme');
    assert.deepEqual(config.platforms, ['linux/amd64']);
    assert.equal(problems.length, 1);
  });

  test('what an alias brings is read, and reported at the alias', () => {
    const { config } = read(
      'channel: &c Unstable\napp: *c\n«x»: &l [nginx]\nkeepPublic: *l\ninstallers: [«*c»]\n',
    );
    assert.equal(config.app, 'Unstable');
    assert.deepEqual(config.keepPublic, ['nginx']);
  });
});

describe('problems of the file itself', () => {
  const shown = (text: string) =>
    problemsOf(snapshotOf({ '.waybill.yaml': text }), '.waybill.yaml').map(
      ({ problem, range }) =>
        `${range.start.line}:${range.start.character} ${problem.severity} ${problem.rule}`,
    );
  test('are warnings', () => assert.deepEqual(shown('app: a\nx: 1\n'), ['1:0 warning invalid-config']));
  test('can be made something else', () =>
    assert.deepEqual(shown('x: 1\nrules: { invalid-config: error }\n'), ['0:0 error invalid-config']));
  test('can be turned off', () => assert.deepEqual(shown('x: 1\nrules: { invalid-config: off }\n'), []));
});

describe('what it says holds for its release', () => {
  const context = (config: string, app: Record<string, string> = {}, settings = {}) =>
    snapshotOf(
      { '.waybill.yaml': config, '.replicated': 'appSlug: from-replicated\n', ...app },
      { environment: {}, ...settings },
    ).releases[0]?.context;
  const application = {
    'app.yaml':
      'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata: { name: a }\nspec:\n  proxyRegistryDomain: proxy.from-app.example\n  replicatedRegistryDomain: registry.from-app.example\n',
  };

  test('the app: command line, environment, this file, .replicated', () => {
    const files = { 'pod.yaml': 'kind: Pod\n' };
    const environment = { REPLICATED_APP: 'from-environment' };
    assert.equal(context('app: from-file\n', files, { app: 'from-line', environment })?.app, 'from-line');
    assert.equal(context('app: from-file\n', files, { environment })?.app, 'from-environment');
    assert.equal(context('app: from-file\n', files)?.app, 'from-file');
    assert.equal(context('channel: x\n', files)?.app, 'from-replicated');
  });

  test("the domains: this file, the release's Application, the default", () => {
    const said = context('proxyDomain: proxy.from-file.example\n', application);
    assert.equal(said?.proxyDomain, 'proxy.from-file.example');
    assert.equal(said?.registryDomain, 'registry.from-app.example');
    const none = context('channel: x\n', { 'pod.yaml': 'kind: Pod\n' });
    assert.equal(none?.proxyDomain, 'proxy.replicated.com');
    assert.equal(none?.registryDomain, 'registry.replicated.com');
  });

  test("the domains of an Embedded Cluster Config, and its version's installer", () => {
    const cluster = (version: string) => ({
      'ec.yaml': `apiVersion: embeddedcluster.replicated.com/v1beta1\nkind: Config\nspec:\n  version: ${version}\n  domains: { proxyRegistryDomain: proxy.ec.example }\n`,
    });
    assert.equal(context('channel: x\n', cluster('2.8.0'))?.proxyDomain, 'proxy.ec.example');
    assert.deepEqual(context('channel: x\n', cluster('2.8.0'))?.installers, ['kots', 'embedded-cluster-2']);
    assert.deepEqual(context('channel: x\n', cluster('3.0.0-beta'))?.installers, [
      'kots',
      'embedded-cluster-3',
    ]);
    assert.deepEqual(context('installers: [helm]\n', cluster('3.0.0'))?.installers, ['helm']);
  });

  test('a domain that is a template is not taken for one', () =>
    assert.equal(
      context('channel: x\n', {
        'app.yaml': application['app.yaml'].replace(
          'proxy.from-app.example',
          '\'{{repl ConfigOption "p" }}\'',
        ),
      })?.proxyDomain,
      'proxy.replicated.com',
    ));

  test('variables: the environment wins for names that are listed and no secrets', () => {
    const environment = { TAG: '2', OTHER: '3', NPM_TOKEN: 'secret', EMPTY: '' };
    assert.deepEqual(
      context('variables: { TAG: "1", NPM_TOKEN: shown, EMPTY: "4", NONE: "" }\n', {}, { environment })
        ?.variables,
      { TAG: '2', NPM_TOKEN: 'shown', EMPTY: '4' },
    );
  });
});
