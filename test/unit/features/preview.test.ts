import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployedText, midstreamText } from '../../../server/src/core/features/preview.ts';
import { ecr, pod, sessionOf } from '../../support/release.ts';

test('the kustomization is the one that the app manager writes for the ECR guide', () => {
  const { snapshot } = sessionOf({
    '.waybill.yaml': `app: mysampleecrapp\n`,
    'deployment.yaml': pod(`${ecr}/demo-apps/nginx`),
  });
  assert.equal(
    midstreamText(snapshot, 'deployment.yaml'),
    `apiVersion: kustomize.config.k8s.io/v1beta1
bases:
- ../../base
commonAnnotations:
  kots.io/app-slug: mysampleecrapp
images:
- name: ${ecr}/demo-apps/nginx
  newName: proxy.replicated.com/proxy/mysampleecrapp/${ecr}/demo-apps/nginx
kind: Kustomization
patchesStrategicMerge:
- pullsecrets.yaml
resources:
- secret.yaml
transformers:
- backup-label-transformer.yaml
`,
  );
});

test('a manifest as deployed has proxied images and the pull secret; all else stays as written', () => {
  const before = `# ours
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}   # short
spec:
  template:
    spec:
      containers:
        - name: web
          image: "${ecr}/demo-apps/web:2.0.0" # pinned
        - name: greeter
          image: repl{{ ConfigOption "image" }}
---
apiVersion: v1
kind: Service
metadata: {name: web}
`;
  const { snapshot } = sessionOf({ 'web.yaml': before });
  const after = before
    .replace(`"${ecr}`, `"proxy.replicated.com/proxy/acme/${ecr}`)
    .replace(
      '    spec:\n      containers',
      '    spec:\n      imagePullSecrets:\n      - name: acme-registry\n      containers',
    );
  assert.equal(deployedText(snapshot, 'web.yaml'), after);
});

test('what is only assumed is said first', () => {
  const { snapshot } = sessionOf({ 'web.yaml': pod('nginx:1.27') });
  assert.match(deployedText(snapshot, 'web.yaml') ?? '', /^# Assumed: nginx:1\.27: It is taken to be public/);
});

test('pull secrets are added in flow style and to a list that is there, and not twice', () => {
  const flow = `{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: '${ecr}/a:1'}]}}\n`;
  const listed = (secrets: string) => `apiVersion: v1
kind: Pod
metadata:
  name: a
spec:
  imagePullSecrets:
${secrets}  containers:
    - name: a
      image: registry.replicated.com/acme/a:1
`;
  const { snapshot } = sessionOf({
    'flow.yaml': flow,
    'listed.yaml': listed('    - name: mine\n'),
    'there.yaml': listed('    - name: acme-registry\n'),
  });
  assert.match(
    deployedText(snapshot, 'flow.yaml') ?? '',
    /spec: \{imagePullSecrets: \[\{name: acme-registry\}\], containers/,
  );
  assert.equal(
    deployedText(snapshot, 'listed.yaml'),
    listed('    - name: acme-registry\n    - name: mine\n'),
  );
  assert.equal(deployedText(snapshot, 'there.yaml'), listed('    - name: acme-registry\n'));
});

test('line ends stay as they are', () => {
  const { snapshot } = sessionOf({ 'a.yaml': pod(`${ecr}/a:1`).replaceAll('\n', '\r\n') });
  const text = deployedText(snapshot, 'a.yaml') ?? '';
  assert.equal(text.replaceAll('\r\n', '').includes('\n'), false);
  assert.match(text, /imagePullSecrets:\r\n {2}- name: acme-registry\r\n/);
});

for (const [written, deployed] of [
  ['', ' [{name: acme-registry}]'],
  [' ~', ' [{name: acme-registry}]'],
  [' []', ' [{name: acme-registry}]'],
  [' # none', ' [{name: acme-registry}] # none'],
  [' repl{{ ConfigOption "secrets" }}', ' repl{{ ConfigOption "secrets" }}'],
])
  test(`the pull secret is not written beside imagePullSecrets:${written}`, () => {
    const text = (secrets: string) =>
      `apiVersion: v1\nkind: Pod\nspec:\n  imagePullSecrets:${secrets}\n  containers:\n    - name: a\n      image: `;
    const { snapshot } = sessionOf({ 'pod.yaml': `${text(written ?? '')}${ecr}/a:1\n` });
    assert.equal(
      deployedText(snapshot, 'pod.yaml'),
      `${text(deployed ?? '')}proxy.replicated.com/proxy/acme/${ecr}/a:1\n`,
    );
  });
