import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import type { PreviewedImage } from '../../server/src/core/features/previewed-images.ts';
import { chartArchive } from '../support/chart-archive.ts';
import { root } from '../support/paths.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';

const isPreview = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(
  JSON.parse(readFileSync(join(root, 'docs/preview.schema.json'), 'utf8')),
);

/** The images that a preview of one release prints, held to its schema, by what they are written as. */
async function preview(files: Record<string, string | Uint8Array>, ...flags: string[]) {
  const folder = folderWith({ '.waybill.yaml': config, ...files });
  const { code, stdout, stderr } = await waybill(['preview', folder, '--format', 'json', ...flags]);
  assert.equal(code, 0, stderr);
  const printed: { readonly releases: readonly { readonly images: PreviewedImage[] }[] } = JSON.parse(stdout);
  assert.ok(isPreview(printed), JSON.stringify(isPreview.errors));
  assert.equal(printed.releases.length, 1);
  const images = printed.releases[0]?.images ?? [];
  return new Map(images.map((image) => [image.field, image]));
}

const airgap = ['--airgap', '--local-registry', 'reg.corp:5000', '--local-registry-namespace', 'team'];
const helmChart = (more: string) => `apiVersion: kots.io/v1beta2
kind: HelmChart
metadata: { name: web }
spec:
  chart: { name: web, chartVersion: 1.0.0 }
${more}`;
const templated = `  values:
    image:
      repository: '{{repl HasLocalRegistry | ternary LocalRegistryAddress "proxy.replicated.com/proxy/acme/quay.io/acme" }}/web'
      tag: '2.0'
`;
const field = 'spec.values.image.repository';

test('each image has its layer, what becomes of it, why, and its pull secret', async () => {
  const images = await preview({
    'pod.yaml': pod(`${ecr}/demo-apps/api:1.4.2`, 'nginx:1.27', '\'repl{{ LicenseFieldValue "image" }}\''),
    'web.yaml': helmChart(''),
    'web.tgz': chartArchive('web', 'image: quay.io/acme/web:1\n'),
  });
  const api = images.get('spec.containers[0].image');
  assert.deepEqual(
    [api?.layer, api?.to, api?.pullSecret],
    ['overlays/midstream', `proxy.replicated.com/proxy/acme/${ecr}/demo-apps/api:1.4.2`, 'acme-registry'],
  );
  assert.match(api?.reason ?? '', /private/);
  assert.deepEqual(images.get('spec.containers[1].image')?.layer, 'base');
  const unknown = images.get('spec.containers[2].image');
  assert.deepEqual([unknown?.to, unknown?.layer], [null, null]);
  assert.match(unknown?.reason ?? '', /Only a customer knows LicenseFieldValue "image"/);
  const inChart = images.get('image');
  assert.deepEqual(inChart?.inside, { archive: 'web.tgz', path: 'web/values.yaml' });
  assert.deepEqual([inChart?.layer, inChart?.to, inChart?.pullSecret], ['helm', 'quay.io/acme/web:1', null]);
  for (const image of images.values()) assert.equal(image.note, undefined);
});

test('an image that no air gap bundle would hold is told', async () => {
  const notes = async (files: Record<string, string | Uint8Array>) =>
    (await preview(files, ...airgap)).get(field)?.note;
  const chart = (values: string) => ({
    'web.yaml': helmChart(templated),
    'web.tgz': chartArchive('web', values),
  });
  assert.match(
    (await notes({ 'web.yaml': helmChart(templated) })) ?? '',
    /^Not in the air-gap bundle, unless the chart's own values name it: add it to spec\.builder or additionalImages\.$/,
  );
  assert.match(
    (await notes(chart('replicas: 1\n'))) ?? '',
    /^Not in the air-gap bundle: add it to spec\.builder/,
  );
  // The chart's own values are what `builder` is laid over.
  assert.equal(await notes(chart("image: { repository: quay.io/acme/web, tag: '2.0' }\n")), undefined);
  const builder = (tag: string) =>
    helmChart(`${templated}  builder:\n    image: { repository: quay.io/acme/web, tag: '${tag}' }\n`);
  assert.equal(await notes({ 'web.yaml': builder('2.0') }), undefined);
  assert.match((await notes({ 'web.yaml': builder('1.9') })) ?? '', /^Not in the air-gap bundle/);
  const application = `apiVersion: kots.io/v1beta1\nkind: Application\nmetadata: { name: acme }\nspec: { additionalImages: ['quay.io/acme/web:2.0'] }\n`;
  assert.equal(await notes({ 'web.yaml': helmChart(templated), 'app.yaml': application }), undefined);
});

test("what the cluster would pull past the customer's registry is told", async () => {
  const images = await preview(
    { 'web.yaml': helmChart('  values:\n    image: { repository: quay.io/acme/web, tag: 1 }\n') },
    ...airgap,
  );
  assert.match(images.get(field)?.note ?? '', /An air gap has no way to quay\.io/);
});

test('manifests are moved with all that they name; only what a template names is not in the bundle', async () => {
  const files = {
    'pod.yaml': pod(
      'nginx:1.27',
      `'{{repl HasLocalRegistry | ternary LocalRegistryAddress "quay.io/acme" }}/api:1'`,
    ),
    'app.yaml':
      "apiVersion: kots.io/v1beta1\nkind: Application\nmetadata: { name: acme }\nspec: { excludedImages: ['redis:7'] }\n",
    'redis.yaml': pod('redis:7').replaceAll('containers', 'initContainers'),
  };
  const images = await preview(files, ...airgap);
  assert.equal(images.get('spec.containers[0].image')?.note, undefined);
  assert.equal(images.get('spec.containers[0].image')?.to, 'reg.corp:5000/team/nginx:1.27');
  assert.match(
    images.get('spec.containers[1].image')?.note ?? '',
    /renders no templates: add it to additionalImages/,
  );
  assert.match(images.get('spec.initContainers[0].image')?.note ?? '', /excludedImages leaves it out/);
  for (const image of (await preview(files)).values()) assert.equal(image.note, undefined);
});

test('the text says it too', async () => {
  const folder = folderWith({ '.waybill.yaml': config, 'web.yaml': helmChart(templated) });
  const { stdout } = await waybill(['preview', folder, ...airgap]);
  assert.match(stdout, /→ reg\.corp:5000\/team\/web:2\.0\n.*\n {2}Not in the air-gap bundle/);
});

test('what is not installed pulls nothing', async () => {
  const images = await preview({
    'out.yaml': pod('nginx:1').replace('metadata:', 'metadata:\n  annotations: { kots.io/exclude: "true" }'),
  });
  assert.deepEqual([...images.keys()], []);
});
