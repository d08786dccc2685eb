import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { factsOf } from '../../../server/src/core/release/facts.ts';
import type { Role } from '../../../server/src/core/release/role.ts';
import type { Place } from '../../../server/src/core/release/use.ts';
import { unmark } from '../../support/marks.ts';

/** Every use of a text, as `field shape written`; «…» marks where each must stand. */
function uses(marked: string, place: Place | readonly Place[], role: Role = 'manifest'): string[] {
  const { text, spans } = unmark(marked);
  const found = factsOf(parseDocument(text), role).uses;
  assert.deepEqual(
    found.map(({ span }) => text.slice(span.start, span.end)),
    spans.map(({ start, end }) => text.slice(start, end)),
  );
  assert.deepEqual(
    found.map(({ span }) => span),
    spans,
  );
  assert.deepEqual([...new Set(found.map((use) => use.place))], [place].flat());
  return found.map(({ field, shape, written }) => `${field} ${shape} ${written}`);
}

const none = (text: string, role: Role = 'manifest') =>
  assert.deepEqual(factsOf(parseDocument(text), role).uses, []);

describe('pods', () => {
  test('of a Pod', () =>
    assert.deepEqual(
      uses(
        `apiVersion: v1
kind: Pod
spec:
  initContainers: [{ name: a, image: «a:1» }]
  containers:
    - { name: b, image: «b» }
    - { name: c, image: '«c:1»' }
`,
        'container',
      ),
      [
        'spec.initContainers[0].image image a:1',
        'spec.containers[0].image image b',
        'spec.containers[1].image image c:1',
      ],
    ));

  test('of a Pod that are not looked at', () =>
    assert.deepEqual(
      uses(
        'apiVersion: v1\nkind: Pod\nspec:\n  ephemeralContainers: [{ name: a, image: «a:1» }]\n',
        'unseen-container',
      ),
      ['spec.ephemeralContainers[0].image image a:1'],
    ));

  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Rollout', 'Anything'])
    test(`of a ${kind}`, () =>
      assert.deepEqual(
        uses(
          `apiVersion: x/v1\nkind: ${kind}\nspec:\n  template:\n    spec:\n      containers:\n        - image: «a»\n`,
          'container',
        ),
        ['spec.template.spec.containers[0].image image a'],
      ));

  test('of a CronJob', () =>
    assert.deepEqual(
      uses(
        'apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate: { spec: { template: { spec: { containers: [{ image: «a» }] } } } }\n',
        'container',
      ),
      ['spec.jobTemplate.spec.template.spec.containers[0].image image a'],
    ));

  test('in templates elsewhere run too, but are not looked at', () =>
    assert.deepEqual(
      uses(
        `apiVersion: v1
kind: PodTemplate
template:
  spec: { containers: [{ image: «a» }] }
spec:
  pools:
    - template: { spec: { containers: [{ image: «b» }] } }
    - "a.b": { template: { spec: { containers: [{ image: «c» }] } } }
`,
        'unseen-container',
      ),
      [
        'template.spec.containers[0].image image a',
        'spec.pools[0].template.spec.containers[0].image image b',
        'spec.pools[1]."a.b".template.spec.containers[0].image image c',
      ],
    ));

  test('of the items of a List', () =>
    assert.deepEqual(
      uses(
        `apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Pod, spec: { containers: [{ image: «a» }] } }
  - { apiVersion: v1, kind: ConfigMap, data: { image: b } }
  - { apiVersion: apps/v1, kind: Deployment, spec: { template: { spec: { containers: [{ image: «c» }] } } } }
`,
        'unseen-container',
      ),
      [
        'items[0].spec.containers[0].image image a',
        'items[2].spec.template.spec.containers[0].image image c',
      ],
    ));

  test('a container without image', () => {
    const { text, spans } = unmark(
      `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: «a»
    - name: «b»
      image: ""
    - name: «c»
      image:
    - «command: [x]»
    - name: ok
      image: x
  ephemeralContainers: [{ name: d }]
`,
    );
    const { imageless } = factsOf(parseDocument(text), 'manifest');
    assert.deepEqual(
      imageless.map(({ field, name }) => `${field} ${name}`),
      ['spec.containers[0] a', 'spec.containers[1] b', 'spec.containers[2] c', 'spec.containers[3] null'],
    );
    assert.deepEqual(
      imageless.map(({ span }) => text.slice(span.start, span.end).trim()),
      spans.map(({ start, end }) => text.slice(start, end)),
    );
  });

  test('what is no container or no object is none', () => {
    none('apiVersion: v1\nkind: ConfigMap\ndata: { image: nginx, containers: [{ image: a }] }\n');
    none('kind: Pod\nspec: { containers: [{ image: a }] }\n');
    none('image: nginx\n');
    none('apiVersion: v1\nkind: Pod\nmetadata: { template: { spec: { containers: [{ image: a }] } } }\n');
    none('apiVersion: v1\nkind: Pod\nspec: { containers: { image: a } }\n');
    none('services: { web: { image: nginx } }\n');
    none('');
    none('- a\n- b\n');
  });
});

describe('every style of a scalar', () => {
  const styles: readonly (readonly [string, string])[] = [
    ['plain', 'image:   «a/b:1»   # c'],
    ['single', "image: '«a/b:1»'"],
    ['double with escapes', 'image: "«a\\/b:\\x31»"'],
    ['double over two lines', 'image: "«a/\\\n      b:1»"'],
    ['folded', 'image: >-\n      «a/b:1»\n'],
    ['literal', 'image: |-\n      «a/b:1»\n'],
    ['literal with an indentation', 'image: |1-\n        «a/b:1»\n'],
    ['tagged', 'image: !!str «a/b:1»'],
    ['anchored', 'image: &x «a/b:1»'],
    ['anchored and tagged', 'image: &x !!str "«a/b:1»"'],
    ['behind non-BMP text', '"🚀": "🚀", image: «a/b:1» }'],
  ];
  for (const [style, line] of styles)
    for (const lineEnd of ['\n', '\r\n'])
      test(`${style}${lineEnd === '\n' ? '' : ', Windows line ends'}`, () => {
        const open = line.endsWith('}') ? '{ ' : '';
        const text = `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n   - ${open}${line}\n`;
        const [found] = uses(text.replaceAll('\n', lineEnd), 'container');
        assert.equal(found?.trim().replace(/^.* /, ''), 'a/b:1');
      });
});

describe('kustomization', () => {
  const text = `images:
  - { name: a, newName: «b/c», newTag: "1" }
  - { name: d, newName: «e» }
  - { name: «f», newTag: v2 }
  - { name: «g», digest: sha256:0 }
  - { name: h, newName: «i», newTag: "1", digest: sha256:0 }
  - { name: j }
  - { newTag: "1" }
  - k
`;
  const wanted = [
    'images[0].newName repository-tag b/c:1',
    'images[1].newName repository-tag e',
    'images[2].name repository-tag f:v2',
    'images[3].name repository-tag g@sha256:0',
    'images[4].newName repository-tag i:1@sha256:0',
  ];
  test('by its name', () => assert.deepEqual(uses(text, 'kustomization', 'kustomization'), wanted));
  test('by its kind', () =>
    assert.deepEqual(
      uses(`apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`, 'kustomization'),
      wanted,
    ));
});

describe('kinds of the app manager', () => {
  test('Application', () =>
    assert.deepEqual(
      uses(
        'apiVersion: kots.io/v1beta1\nkind: Application\nspec:\n  additionalImages: [«a:1», "", {}]\n  excludedImages:\n    - "«b»"\n',
        ['additional-image', 'excluded-image'],
      ),
      ['spec.additionalImages[0] image a:1', 'spec.excludedImages[0] image b'],
    ));

  test('Config holds none', () =>
    none('apiVersion: kots.io/v1beta1\nkind: Config\nspec: { groups: [{ items: [{ image: nginx }] }] }\n'));

  for (const kind of ['SupportBundle', 'Preflight', 'Collector', 'HostPreflight'])
    test(kind, () =>
      assert.deepEqual(
        uses(
          `apiVersion: troubleshoot.sh/v1beta2
kind: ${kind}
spec:
  collectors:
    - run: { image: «a» }
    - runPod: { podSpec: { initContainers: [{ image: «b» }], containers: [{ image: «c» }, {}] } }
    - copyFromHost: { image: «d» }
    - sysctl: { image: «e» }
    - collectd: { image: «f» }
    - registryImages: { images: [«g», «h»] }
    - goldpinger: { podLaunchOptions: { image: «i» } }
    - clusterInfo: {}
    - clusterResources:
`,
          'collector',
        ),
        [
          'spec.collectors[0].run.image image a',
          'spec.collectors[1].runPod.podSpec.initContainers[0].image image b',
          'spec.collectors[1].runPod.podSpec.containers[0].image image c',
          'spec.collectors[2].copyFromHost.image image d',
          'spec.collectors[3].sysctl.image image e',
          'spec.collectors[4].collectd.image image f',
          'spec.collectors[5].registryImages.images[0] image g',
          'spec.collectors[5].registryImages.images[1] image h',
          'spec.collectors[6].goldpinger.podLaunchOptions.image image i',
        ],
      ),
    );

  for (const version of ['v1beta1', 'v1beta2'] as const)
    test(`HelmChart ${version}`, () =>
      assert.deepEqual(
        uses(
          `apiVersion: kots.io/${version}
kind: HelmChart
spec:
  chart: { name: image, chartVersion: 1.0.0 }
  values:
    image: «a:1»
    web: { image: { repository: «b», tag: 1.10 } }
  optionalValues:
    - { when: x, values: { db: { image: { registry: c.io, repository: «d», tag: v1, digest: sha256:0 } } } }
  builder:
    job: { registry: e.io, image: «f» }
`,
          [`chart-${version}`, 'builder'],
        ),
        [
          'spec.values.image image a:1',
          'spec.values.web.image.repository repository-tag b:1.10',
          'spec.optionalValues[0].values.db.image.repository registry-repository-tag c.io/d:v1@sha256:0',
          'spec.builder.job.image registry-image e.io/f',
        ],
      ));

  test('Embedded Cluster: values as YAML in a string, as YAML, and plugins', () =>
    assert.deepEqual(
      uses(
        `apiVersion: embeddedcluster.replicated.com/v1beta1
kind: Config
spec:
  extensions:
    helm:
      charts:
        - name: a
          values: |
            # not read as the outer file's
            web:
              image:
                repository: «quay.io/a/b»
                tag: "1"
            jobImage: '«c:2»'
        - name: b
          values: "image: «d:3»\\nother: 1"
        - name: c
          values: { image: «e» }
        - name: d
          values: ""
        - name: e
          values: "]["
    helmCharts:
      - values:
          image: «f»
    velero:
      plugins: [{ name: v, image: «g» }]
`,
        'extension',
      ),
      [
        'spec.extensions.helm.charts[0].values.web.image.repository repository-tag quay.io/a/b:1',
        'spec.extensions.helm.charts[0].values.jobImage image c:2',
        'spec.extensions.helm.charts[1].values.image image d:3',
        'spec.extensions.helm.charts[2].values.image image e',
        'spec.extensions.helmCharts[0].values.image image f',
        'spec.extensions.velero.plugins[0].image image g',
      ],
    ));
});

describe('values of charts', () => {
  const of = (text: string) => uses(text, 'chart-values', 'chart-values');

  test('a key that ends in image, with a text that may be one', () =>
    assert.deepEqual(of('image: «a»\ninitImage: «b:1»\nnested: [{ sidecarImage: «c» }]\n'), [
      'image image a',
      'initImage image b:1',
      'nested[0].sidecarImage image c',
    ]));

  test('a map with a repository that is about an image', () =>
    assert.deepEqual(
      of(`image: { repository: «a» }
web: { repository: «b», tag: 1 }
db: { registry: r.io, repository: «c» }
slash: { registry: r.io/, repository: «h» }
typo: { registry: r.io, repository: «/i» }
job: { repository: «d», pullPolicy: Always }
ref: { repository: «e», digest: sha256:0 }
pin: { repository: «g@sha256:0», tag: "" }
images: [{ repository: «f» }]
`),
      [
        'image.repository repository-tag a',
        'web.repository repository-tag b:1',
        'db.repository registry-repository-tag r.io/c',
        'slash.repository registry-repository-tag r.io/h',
        'typo.repository registry-repository-tag r.io//i',
        'job.repository repository-tag d',
        'ref.repository repository-tag e@sha256:0',
        'pin.repository repository-tag g@sha256:0',
        'images[0].repository repository-tag f',
      ],
    ));

  test('texts in a list or map called images that say a registry, tag or digest', () =>
    assert.deepEqual(
      of(`images: [«a:1», «q.io/b», c, a/b, {}, 5, "«q.io/d:{{repl x }}»"]
web:
  images:
    api: «q.io/e:1.0»
    pin: «f@sha256:0»
    registry: q.io:5000
    tag: a:1
    pullPolicy: Always
    folder: img/Logo.png
`),
      [
        'images[0] image a:1',
        'images[1] image q.io/b',
        'images[6] image q.io/d:{{repl x }}',
        'web.images.api image q.io/e:1.0',
        'web.images.pin image f@sha256:0',
      ],
    ));

  test('empty parts count as missing, and numbers as they are written', () =>
    assert.deepEqual(
      of('image: { registry: "", repository: «a», tag: "", digest: }\nweb: { repository: «b», tag: 1.20 }\n'),
      ['image.repository registry-repository-tag a', 'web.repository repository-tag b:1.20'],
    ));

  test('what is no image is none', () => {
    none(
      `useImage: true
image: ""
backgroundImage: https://a.example/b.png
imageText: nginx
logoImage: a text of several words
git: { repository: a/b }
helm: { repository: https://charts.example, tag: x }
image2: ~
iconImage: data:image/png;base64,AAAA
heroImage: /static/hero.png
localImage: ./hero.png
code: { repository: git@git.example:acme/web.git, tag: v1 }
`,
      'chart-values',
    );
  });

  test('templates stand in the way of nothing', () =>
    assert.deepEqual(
      of(
        `image: '«{{repl LocalImageName "a" }}»'\nweb: { image: { repository: "«b/repl{{ x }}»", tag: 'repl{{ y }}' } }\n`,
      ),
      [
        'image image {{repl LocalImageName "a" }}',
        'web.image.repository repository-tag b/repl{{ x }}:repl{{ y }}',
      ],
    ));
});

describe('aliases and merge keys', () => {
  test('a use behind an alias stands where the alias stands', () =>
    assert.deepEqual(
      uses(
        `apiVersion: v1
kind: Pod
spec:
  containers:
    - &c
      name: a
      image: &i «a:1»
    - { name: b, image: «*i» }
    - «*c»
    - { <<: «*c», name: d }
    - { <<: [{ name: e }, «*c»] }
    - { <<: *c, image: «f» }
`,
        'container',
      ),
      [
        'spec.containers[0].image image a:1',
        'spec.containers[1].image image a:1',
        'spec.containers[2].image image a:1',
        'spec.containers[3].image image a:1',
        'spec.containers[4].image image a:1',
        'spec.containers[5].image image f',
      ],
    ));

  test('an alias of nothing names no image', () =>
    none('apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: *x }] }\n'));
});
