import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sandboxAccount, startSandbox } from '../../sandbox/src/index.ts';
import { ecrRegistry } from '../../sandbox/src/store/repository.ts';
import { shared } from '../support/paths.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { check } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';

const corpus = join(shared ?? '', 'corpus/platform-examples/applications/fake-services/replicated');

test('an image is asked about as its templates make it with the default installation', async () => {
  const sandbox = await startSandbox();
  try {
    const folder = folderWith({
      '.waybill.yaml': config,
      'config.yaml': `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: acme }
spec:
  groups:
    - name: a
      items:
        - { name: tag, type: text, default: "1.4.2" }
        - { name: other, type: text, default: "9.9.9" }
        - { name: asked, type: text }
`,
      'pod.yaml': pod(
        `'${ecr}/demo-apps/api:repl{{ ConfigOption "tag" }}'`,
        `'${ecr}/demo-apps/api:{{repl ConfigOption "other" }}'`,
        `'${ecr}/demo-apps/api:repl{{ ConfigOption "asked" }}'`,
        `'{{repl HasLocalRegistry | ternary LocalRegistryHost "images.acme.com" }}/proxy/acme/${ecr}/demo-apps/api:1.4.2'`,
      ),
    });
    const { report } = await check([folder], { env: sandbox.env });
    assert.deepEqual(
      report.images.map(({ reference, verdict: { status, detail } }) => [reference, status, detail]),
      [
        [`${ecr}/demo-apps/api:1.4.2`, 'exists', null],
        [`${ecr}/demo-apps/api:9.9.9`, 'absent', 'tag'],
        [null, 'unchecked', 'templated'],
        [`images.acme.com/proxy/acme/${ecr}/demo-apps/api:1.4.2`, 'exists', null],
      ],
    );
    const missing = report.problems.filter(({ rule }) => rule === 'tag-not-found');
    // What a template wrote cannot be rewritten in the file.
    assert.deepEqual(
      missing.map(({ fixes }) => fixes),
      [[]],
    );
  } finally {
    await sandbox.close();
  }
});

test('a chart’s tag that templates make null is none, so that the chart decides', async () => {
  const sandbox = await startSandbox();
  try {
    const folder = folderWith({
      '.waybill.yaml': config,
      'config.yaml': `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: acme }
spec:
  groups:
    - name: a
      items:
        - { name: none, type: text, default: "null" }
        - { name: other, type: text, default: "9.9.9" }
`,
      'chart.yaml': `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: acme }
spec:
  chart: { name: acme, chartVersion: 1.0.0 }
  values:
    a:
      image:
        repository: proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api
        tag: repl{{ ConfigOption "none" }}
    b:
      image:
        repository: proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api
        tag: repl{{ ConfigOption "other" }}
`,
    });
    const { report } = await check([folder], { env: sandbox.env });
    assert.deepEqual(
      report.images.map(({ reference, verdict: { status } }) => [reference, status]),
      [
        [`proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api`, 'exists'],
        [`proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api:9.9.9`, 'absent'],
      ],
    );
  } finally {
    await sandbox.close();
  }
});

test('the four templated images of fake-services get a verdict', {
  skip: existsSync(corpus) ? false : 'the corpus is not here',
}, async () => {
  const host = `${sandboxAccount}.dkr.ecr.ap-southeast-2.amazonaws.com`;
  const sandbox = await startSandbox({ empty: true });
  const folder = mkdtempSync(join(tmpdir(), 'waybill-fake-services-'));
  try {
    for (const name of ['fake-service', 'controller', 'kube-webhook-certgen', 'rqman'])
      sandbox.store.createRepository(ecrRegistry(sandboxAccount, 'ap-southeast-2'), `gerard/${name}`);
    cpSync(corpus, folder, { recursive: true });
    writeFileSync(
      join(folder, '.waybill.yaml'),
      `app: gerard-helm-fake-service\nregistries:\n  - endpoint: ${host}\n`,
    );
    const { report } = await check([folder], { env: sandbox.env });
    const templated = report.images.filter(({ written }) => written.includes('HasLocalRegistry'));
    assert.deepEqual(
      templated.map(({ verdict: { status } }) => status),
      // The chart decides the tag, so what is asked is whether the repository is there.
      ['exists', 'exists', 'exists', 'exists'],
    );
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
