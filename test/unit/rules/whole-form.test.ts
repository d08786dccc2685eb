import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { actionsAt, fileEdits } from '../../../server/src/core/features/fixes.ts';
import { layersOf } from '../../../server/src/core/features/layers.ts';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { templatesOf } from '../../../server/src/core/kots/functions/templates.ts';
import type { Scenario } from '../../../server/src/core/kots/scenario.ts';
import type { Session } from '../../../server/src/core/session/session.ts';
import { releaseFile } from '../../../server/src/core/session/snapshot.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { sessionOf } from '../release/support.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const configOf = (installers: string): string =>
  `app: acme\ninstallers: [${installers}]\nregistries:\n  - endpoint: ${ecr}\n    rewrite: demo-apps/{name}\n`;
const head = `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: web }
spec:
  chart: { name: web, chartVersion: 1.0.0 }
`;
const chart = (values: string) => ({ folder: 'web', chart: 'name: web\nversion: 1.0.0\n', values });

function open(values: string, installers: string, archive?: string): Session {
  const session = sessionOf(
    { '.waybill.yaml': configOf(installers), 'web.yaml': head + values },
    { templates: templatesOf },
  );
  if (archive !== undefined) session.setArchives(new Map([['web.tgz', chart(archive)]]));
  return session;
}

/** The file after the fixes of its first problem that has some, which are offered in this order. */
function fixed(session: Session): string[] {
  const { snapshot } = session;
  const at = releaseFile(snapshot, 'web.yaml');
  const problem = problemsOf(snapshot, 'web.yaml').find(({ problem: { fixes } }) => fixes.length > 0);
  assert.ok(at !== null && problem !== undefined, 'there is a problem with a fix');
  return problem.problem.fixes.map((fix) => {
    const edits = fileEdits(at, problem.document, fix);
    assert.ok(edits !== null, fix.title);
    const sorted = [...edits].sort((a, b) => a.span.start - b.span.start);
    for (const [i, edit] of sorted.entries())
      assert.ok(i === 0 || (sorted[i - 1]?.span.end ?? 0) < edit.span.start, 'no two edits touch');
    return applyEdits(at.file.text, edits);
  });
}

/** The values that Helm gets, laid over the chart's own. */
function installed(text: string, installers: string, changes: Partial<Scenario>, archive?: string) {
  const session = open(text.slice(head.length), installers, archive);
  const { snapshot } = session;
  const [release] = snapshot.releases;
  assert.ok(release !== undefined);
  const installer = release.context.installers[0] ?? 'kots';
  const { files, problems } = layersOf(snapshot, release, { installer, ...changes });
  assert.deepEqual(problems, []);
  const over = (base: unknown, top: unknown): unknown =>
    isMap(base) && isMap(top)
      ? {
          ...base,
          ...Object.fromEntries(Object.entries(top).map(([key, value]) => [key, over(base[key], value)])),
        }
      : (top ?? base);
  return over(parse(archive ?? '{}'), parse(files.get('helm/web/values.yaml') ?? ''));
}
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The images that a chart makes of its values, joined as charts do. */
function images(values: unknown): string[] {
  if (!isMap(values)) return [];
  const { registry, repository, tag } = values;
  const own =
    repository === undefined
      ? []
      : [`${registry === undefined ? '' : `${registry}/`}${repository}${tag ? `:${tag}` : ''}`];
  return [
    ...own,
    ...Object.entries(values).flatMap(([key, value]) =>
      typeof value === 'string' && /image$/i.test(key) ? [value] : images(value),
    ),
  ];
}

const local = { host: 'reg.corp:5000', namespace: 'team', username: null };
const bare = { ...local, namespace: '' };
const airgap = { airgap: true, localRegistry: local };
const shapes: Readonly<Record<string, string>> = {
  'one text': `  values:\n    image: ${ecr}/demo-apps/web:1.20 # ours\n    replicas: 2\n`,
  'one text in double quotes': `  values:\n    image: "${ecr}/demo-apps/web:1.20"\n`,
  'repository and tag': `  values:\n    image:\n      repository: ${ecr}/demo-apps/web\n      tag: '1.20'\n`,
  'registry, repository and tag': `  values:\n    web:\n      image:\n        registry: '${ecr}' # here\n        repository: demo-apps/web\n        tag: "1.20"\n`,
  'in braces': `  values: { image: { registry: ${ecr}, repository: 'demo-apps/web', tag: '1.20' } }\n`,
  'with a builder of another image': `  values:\n    image:\n      repository: ${ecr}/demo-apps/web\n      tag: '1.20'\n  builder:\n    image: { repository: nginx }\n    other: 1\n  weight: 4\n`,
  'a public image': "  values:\n    image:\n      repository: docker.io/acme/web\n      tag: '1.20'\n",
  'lines of Windows': `  values:\n    image: ${ecr}/demo-apps/web:1.20\n`.replaceAll('\n', '\r\n'),
};

for (const [shape, values] of Object.entries(shapes))
  describe(shape, () => {
    test('installs with KOTS online and in an air gap, whatever the namespace', () => {
      const [text = '', ...more] = fixed(open(values, 'kots, embedded-cluster-2'));
      assert.deepEqual(more, []);
      const of = (changes: Partial<Scenario>) => images(installed(text, 'kots', changes));
      assert.deepEqual(of({}), [`proxy.replicated.com/proxy/acme/${ecr}/demo-apps/web:1.20`]);
      assert.deepEqual(of(airgap), ['reg.corp:5000/team/web:1.20']);
      assert.deepEqual(of({ airgap: true, localRegistry: bare }), ['reg.corp:5000/web:1.20']);
      assert.match(
        JSON.stringify(installed(text, 'kots', {})),
        /"imagePullSecrets":\[\{"name":"acme-registry"\}\]/,
      );
    });

    test('installs with Embedded Cluster 3', () => {
      const [text = ''] = fixed(open(values, 'embedded-cluster-3'));
      const of = (changes: Partial<Scenario>) => images(installed(text, 'embedded-cluster-3', changes));
      assert.deepEqual(of({}), [`proxy.replicated.com/proxy/acme/${ecr}/demo-apps/web:1.20`]);
      assert.match(
        of({ airgap: true, localRegistry: bare })[0] ?? '',
        /^reg\.corp:5000\/(demo-apps\/)?web:1\.20$/,
      );
    });

    test('names the plain image in builder, keeps comments, and is no problem any more', () => {
      const [text = ''] = fixed(open(values, 'kots'));
      assert.deepEqual(images(parse(text).spec.builder), [`${ecr}/demo-apps/web:1.20`]);
      for (const comment of values.match(/#.*/g) ?? []) assert.ok(text.includes(comment), comment);
      assert.equal(text.includes('\r\n'), values.includes('\r\n'));
      assert.deepEqual(problemsOf(open(text.slice(head.length), 'kots').snapshot, 'web.yaml'), []);
    });
  });

test('each family of installers has its own', () => {
  const session = open(shapes['one text'] ?? '', 'embedded-cluster-3, kots');
  const forms = fixed(session);
  assert.match(forms[0] ?? '', /ReplicatedImageName/);
  assert.match(forms[1] ?? '', /LocalRegistryAddress/);
});

describe('the pull secret', () => {
  const image = `    image: ${ecr}/demo-apps/web:1.20\n`;
  const secrets = (values: string, archive?: string): unknown =>
    parse(fixed(open(values, 'kots', archive))[0] ?? '').spec.values;

  test('goes where the values have some, and not twice', () => {
    const more = secrets(`  values:\n${image}    imagePullSecrets:\n      - name: own\n`) as Record<
      string,
      unknown
    >;
    assert.deepEqual(more.imagePullSecrets, [{ name: '{{repl ImagePullSecretName }}' }, { name: 'own' }]);
    const there = "  values:\n    imagePullSecrets: [{ name: 'repl{{ ImagePullSecretName }}' }]\n";
    const same = secrets(there + image) as Record<string, unknown>;
    assert.equal((same.imagePullSecrets as unknown[]).length, 1);
  });

  test('goes where the chart has some, and nowhere where it has none', () => {
    const global = secrets(`  values:\n${image}`, 'global:\n  imagePullSecrets: []\nimage: a/b:1\n');
    assert.deepEqual((global as { global: unknown }).global, {
      imagePullSecrets: [{ name: '{{repl ImagePullSecretName }}' }],
    });
    assert.deepEqual(Object.keys(secrets(`  values:\n${image}`, 'image: a/b:1\n') as object), ['image']);
  });
});

test('what the chart itself says is said anew in the values of its HelmChart', () => {
  const archive = `image:\n  registry: ${ecr}\n  repository: demo-apps/web\n  tag: '1.20'\nimagePullSecrets: []\n`;
  for (const values of ['', '  values:\n    image:\n      tag: "1.20"\n']) {
    const [text = ''] = fixed(open(values, 'kots', archive));
    assert.deepEqual(images(installed(text, 'kots', {}, archive)), [
      `proxy.replicated.com/proxy/acme/${ecr}/demo-apps/web:1.20`,
    ]);
    assert.deepEqual(images(installed(text, 'kots', airgap, archive)), ['reg.corp:5000/team/web:1.20']);
    assert.deepEqual(problemsOf(open(text.slice(head.length), 'kots', archive).snapshot, 'web.yaml'), []);
  }
});

test('a public image is only rewritten to what is there', () => {
  const { snapshot } = open(shapes['a public image'] ?? '', 'kots');
  const everywhere = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const [action, ...more] = actionsAt(snapshot, 'web.yaml', everywhere);
  assert.match(action?.title ?? '', /^Rewrite to .*demo-apps\/web through the proxy.*\(not checked\)$/);
  assert.deepEqual(more, []);
});

test('where the app is not known, or a list would have to be replaced, nothing is offered', () => {
  const files = { 'web.yaml': `${head}  values:\n    image: ${ecr}/demo-apps/web:1\n` };
  const unknown = sessionOf(files, { templates: templatesOf });
  const list = open(`  values:\n    images:\n      - ${ecr}/demo-apps/web:1\n`, 'kots');
  for (const { snapshot } of [unknown, list]) {
    const [problem] = problemsOf(snapshot, 'web.yaml').filter(({ problem: { rule } }) =>
      rule.includes('v1beta2'),
    );
    assert.deepEqual(problem?.problem.fixes, []);
  }
});
