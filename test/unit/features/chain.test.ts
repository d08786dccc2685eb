import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoverAt } from '../../../server/src/core/features/hover.ts';
import { layersOf } from '../../../server/src/core/features/layers.ts';
import type { Verdict } from '../../../server/src/core/knowledge/knowledge.ts';
import { templatesOf } from '../../../server/src/core/kots/functions/templates.ts';
import type { Session } from '../../../server/src/core/session/session.ts';
import { uncaret } from '../../support/caret.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';

const now = 120_000;
const domain = `'{{repl HasLocalRegistry | ternary LocalRegistryHost "images.acme.com" }}`;

const config = `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: acme }
spec:
  groups:
    - name: a
      items:
        - { name: tag, type: text, default: "1.4.2" }
        - { name: asked, type: text }
`;

/** A session with a file whose caret is `¦`. */
function at(marked: string, files: Readonly<Record<string, string>> = {}) {
  const { text, position } = uncaret(marked, '¦');
  const session = sessionOf(
    { 'config.yaml': config, ...files, 'a.yaml': text },
    {},
    { templates: templatesOf },
  );
  return { session, position };
}

/** The kustomization as the app manager writes it, made in another way. */
function midstreamOf(session: Session): string {
  const [release] = session.snapshot.releases;
  assert.ok(release !== undefined);
  return layersOf(session.snapshot, release, {}).files.get('overlays/midstream/kustomization.yaml') ?? '';
}

const said = (session: Session, position: { line: number; character: number }): string[] =>
  (hoverAt(session.snapshot, 'a.yaml', position, now)?.markdown ?? '').split('\n');

const steps = (lines: readonly string[]): string[] => lines.filter((line) => /^\d\. /.test(line));
const airGap = (lines: readonly string[]): string | undefined =>
  lines.find((line) => line.startsWith('**Air gap:**'));

test('a templated image goes the whole way as its templates come out', () => {
  const { session, position } = at(pod(`'¦${ecr}/demo-apps/api:repl{{ ConfigOption "tag" }}'`));
  const lines = said(session, position);
  assert.ok(
    lines.includes(
      `**Deployed:** \`proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api:1.4.2\`, pulled with the secret \`acme-registry\``,
    ),
    lines.join('\n'),
  );
  assert.deepEqual(steps(lines).slice(0, 3), [
    `1. Written: \`${ecr}/demo-apps/api:repl{{ ConfigOption "tag" }}\``,
    `2. After templates: \`${ecr}/demo-apps/api:1.4.2\``,
    `3. Private: \`${ecr}\` gives nothing to those who do not sign in`,
  ]);
});

test('what only a customer knows is said to be unknown, and why', () => {
  const { session, position } = at(pod(`'¦${ecr}/demo-apps/api:repl{{ ConfigOption "asked" }}'`));
  assert.equal(
    steps(said(session, position))[1],
    '2. After templates: not known before it is installed: `ConfigOption "asked"`',
  );
});

test('a template that is refused is said to be, in Go’s words', () => {
  const { session, position } = at(pod('¦repl{{ Confi }}'));
  assert.match(steps(said(session, position))[1] ?? '', /refuses the file: function "Confi" not defined$/);
});

test('the line that is named is the line of the entry in the file', () => {
  const { session, position } = at(
    pod(`${ecr}/demo-apps/api:1`, `¦${ecr}/demo-apps/worker:2`, `${ecr}/demo-apps/zebra:3`),
  );
  const step = steps(said(session, position)).at(-1) ?? '';
  const line = Number(/line (\d+) of `overlays\/midstream\/kustomization\.yaml`/.exec(step)?.[1]);
  assert.equal(midstreamOf(session).split('\n')[line - 1], `- name: ${ecr}/demo-apps/worker`);
});

test('who said that an image is private, and when', () => {
  const { session, position } = at(pod('¦ghcr.io/acme/api:1'));
  assert.match(steps(said(session, position))[1] ?? '', /^2\. Public, \*assumed\*: nobody was asked/);
  const verdict: Verdict = {
    status: 'exists',
    detail: null,
    digest: `sha256:${'a'.repeat(64)}`,
    reason: 'It is there.',
    checkedAt: 60_000,
    from: 'ghcr.io',
    access: 'credentials',
  };
  session.learn([
    { kind: 'image', image: { host: 'ghcr.io', repository: 'acme/api', tag: '1', digest: null }, verdict },
  ]);
  const lines = steps(said(session, position));
  assert.equal(lines[1], '2. Private: it was served only after signing in (ghcr.io, 1 minute ago)');
  assert.match(lines[2] ?? '', /^3\. Rewritten by line 7 of .*name: ghcr\.io\/acme\/api/);
});

const chart = (...values: readonly string[]): string => `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: web }
spec:
  chart: { name: web, chartVersion: 1.0.0 }
  releaseName: web-release
  builder:
    image: ${ecr}/demo-apps/api:1.4.2
  values:
    image:
${values.map((line) => `      ${line}\n`).join('')}`;

test('a chart’s value is installed as its templates make it, and nothing rewrites it', () => {
  const { session, position } = at(
    chart(
      `registry: ${domain}'`,
      `repository: '¦{{repl HasLocalRegistry | ternary LocalRegistryNamespace "proxy/acme/${ecr}/demo-apps" }}/api'`,
      'tag: 1.4.2',
    ),
  );
  const lines = said(session, position);
  assert.deepEqual(steps(lines).slice(1), [
    `2. After templates: \`images.acme.com/proxy/acme/${ecr}/demo-apps/api:1.4.2\``,
    "3. In `helm/web-release/values.yaml` as it is: in charts' values the app manager rewrites no image and adds no pull secret",
  ]);
  assert.equal(
    airGap(lines),
    "**Air gap:** pulled as `registry.customer.example/namespace/api:1.4.2`, where the customer's registry holds it",
  );
});

test('a chart’s value that keeps the proxy’s path in an air gap names what nobody pushes', () => {
  const { session, position } = at(chart(`repository: ${domain}¦/proxy/acme/${ecr}/demo-apps/api'`));
  assert.match(
    airGap(said(session, position)) ?? '',
    /pulled as `registry\.customer\.example\/proxy\/acme\/.*\/demo-apps\/api`, but .*as `registry\.customer\.example\/namespace\/api`/,
  );
});

test('a chart’s value that stays where it is cannot be reached in an air gap', () => {
  const { session, position } = at(chart(`repository: ¦${ecr}/demo-apps/api`));
  assert.match(
    airGap(said(session, position)) ?? '',
    /An air gap has no way to 429114214526.*: name the customer's registry with a template\.$/,
  );
});

test('what nothing is pulled for is said to be', () => {
  const application =
    'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata: { name: a }\nspec:\n  additionalImages:\n    - ¦nginx:1\n';
  const { session, position } = at(application);
  const lines = said(session, position);
  assert.match(steps(lines).at(-1) ?? '', /air gap bundles and local registries hold the image$/);
  assert.equal(airGap(lines), undefined);
});

test('a release for Helm alone has no air gap step', () => {
  const { session, position } = at(pod('¦nginx:1'), { '.waybill.yaml': 'app: acme\ninstallers: [helm]\n' });
  const lines = said(session, position);
  assert.equal(airGap(lines), undefined);
  assert.match(steps(lines).at(-1) ?? '', /Not rewritten: Helm installs manifests as they are/);
});

for (const [annotation, installed] of [
  ['kots.io/exclude: "true"', false],
  ['kots.io/exclude: true', false],
  ['kots.io/when: "false"', false],
  [`kots.io/when: '{{repl ConfigOptionEquals "tag" "2" }}'`, false],
  [`kots.io/when: '{{repl ConfigOptionEquals "tag" "1.4.2" }}'`, true],
  [`kots.io/when: '{{repl ConfigOptionEquals "asked" "1" }}'`, true],
  ['kots.io/exclude: "false"', true],
] as const)
  test(`a manifest with ${annotation} is ${installed ? '' : 'not '}installed`, () => {
    const marked = pod(`¦${ecr}/demo-apps/api:1`).replace(
      'name: web\n',
      `name: web\n  annotations:\n    ${annotation}\n`,
    );
    const { session, position } = at(marked);
    const lines = said(session, position);
    assert.equal(
      lines.some((line) => line.startsWith('**Deployed:**')),
      installed,
    );
    assert.equal(
      lines.some((line) => line.includes('. Not installed: `kots.io/')),
      !installed,
      lines.join('\n'),
    );
    // What is not installed has no entry among the others.
    assert.equal(midstreamOf(session).includes('/demo-apps/api'), installed);
  });

test('under another scenario all steps are those of it', () => {
  const { session, position } = at(pod(`${domain}¦/proxy/acme/${ecr}/demo-apps/api:1.4.2'`));
  const registry = { host: 'reg.corp:5000', namespace: 'team', username: null };
  const lines =
    hoverAt(session.snapshot, 'a.yaml', position, now, {
      airgap: true,
      localRegistry: registry,
    })?.markdown.split('\n') ?? [];
  assert.deepEqual(steps(lines).slice(1), [
    `2. After templates: \`reg.corp:5000/proxy/acme/${ecr}/demo-apps/api:1.4.2\``,
    `3. Rewritten by line 7 of \`overlays/midstream/kustomization.yaml\`, \`name: reg.corp:5000/proxy/acme/${ecr}/demo-apps/api\`, to \`reg.corp:5000/team/api\`: Every image is moved to the local registry reg.corp:5000`,
  ]);
  assert.equal(airGap(lines), undefined);
});

test('templates come out with what the customer entered', () => {
  const { session, position } = at(pod(`'¦${ecr}/demo-apps/api:repl{{ ConfigOption "asked" }}'`));
  const configValues =
    'apiVersion: kots.io/v1beta1\nkind: ConfigValues\nmetadata: { name: a }\nspec:\n  values:\n    asked: { value: "7.0" }\n';
  const markdown =
    hoverAt(session.snapshot, 'a.yaml', position, now, { customer: { configValues } })?.markdown ?? '';
  assert.match(markdown, /\*\*Deployed:\*\* `proxy\.replicated\.com\/proxy\/acme\/.*\/demo-apps\/api:7\.0`/);
});

test('what the customer’s Installation says of an image counts, and is told as such', () => {
  const { session, position } = at(pod('¦nginx:1.27'));
  const installation = `apiVersion: kots.io/v1beta1
kind: Installation
metadata: { name: acme }
spec: { knownImages: [{ image: 'nginx:1.27', isPrivate: true }] }
`;
  const { markdown = '' } =
    hoverAt(session.snapshot, 'a.yaml', position, now, { customer: { installation } }) ?? {};
  assert.match(markdown, /\*\*Deployed:\*\* `proxy\.replicated\.com\/proxy\/acme\/nginx:1\.27`/);
  assert.match(markdown, /Private: the customer's Installation says so/);
});

test('an image that no bundle holds is said to be missing in an air gap', () => {
  const { session, position } = at(
    chart(`repository: ${domain}¦/worker'`).replace(
      'HasLocalRegistry | ternary LocalRegistryHost',
      'HasLocalRegistry | ternary LocalRegistryAddress',
    ),
  );
  assert.match(
    airGap(said(session, position)) ?? '',
    /pulled as `registry\.customer\.example\/namespace\/worker`\. Not in the air-gap bundle/,
  );
});
