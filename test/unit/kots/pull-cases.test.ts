import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dockerConfig } from '../../../server/src/core/kots/layers/pull-access.ts';
import type { Layers } from '../../../server/src/core/kots/layers/types.ts';
import { writeLayers } from '../../../server/src/core/kots/layers/write-layers.ts';
import { type Scenario, scenarioOf } from '../../../server/src/core/kots/scenario.ts';
import { emitYaml } from '../../../server/src/core/manifest/emit.ts';
import { type Plain, parsePlain, plainAt, textAt } from '../../../server/src/core/manifest/plain.ts';
import { type Chart, packagedChart } from '../../../server/src/core/release/charts/chart.ts';
import { chartFor } from '../../../server/src/core/release/charts/links.ts';
import { createChartReader } from '../../../server/src/io/files/charts.ts';
import { shared } from '../../support/paths.ts';
import { pullTemplates } from './pull-templates.ts';

/**
 * Releases and what KOTS itself wrote for them: its own test cases (pkg/tests/pull/cases). What images charts have,
 * their templates say, which is the next step's.
 */
const folder = shared === null ? null : join(shared, 'corpus/kots-pull-cases');
const absent = folder === null || !existsSync(folder) ? 'no ../shared/corpus beside the repository' : false;

const cases: Readonly<
  Record<string, { readonly compared: number; readonly fromCharts?: readonly string[] }>
> = {
  simple: { compared: 13 },
  multidoc: { compared: 28 },
  kotskinds: { compared: 21 },
  customhostnames: { compared: 14 },
  'taganddigest-norewrite': { compared: 21 },
  // Its known images are those of its charts.
  'v1beta2-charts': { compared: 16, fromCharts: ['kotsKinds/userdata/installation.yaml'] },
};

const charts = new Map<string, readonly Chart[]>();
if (absent === false)
  for (const name of Object.keys(cases))
    charts.set(name, await chartsIn(join(folder ?? '', name, 'upstream')));

for (const [name, { compared, fromCharts = [] }] of Object.entries(cases))
  describe(`the pull case ${name}`, { skip: absent }, () => {
    if (absent) return;
    const at = join(folder as string, name);
    const { files, problems } = layersOf(at, charts.get(name) ?? []);
    const want = textsIn(join(at, 'wantResults'), isDue);

    test('has no problems', () => assert.deepEqual(problems, []));

    test('has the files that KOTS wrote, and no others', () =>
      assert.deepEqual(
        [...files.keys()].filter(isDue).sort(),
        [...want.keys()].filter((path) => !fromCharts.includes(path) || files.has(path)).sort(),
      ));

    for (const [path, text] of want)
      if (!fromCharts.includes(path))
        test(`${path} is equal`, () =>
          assert.deepEqual(documentsIn(path, files.get(path) ?? ''), documentsIn(path, text)));

    test('is compared in all its files', () => assert.equal(want.size - fromCharts.length, compared));
  });

function isDue(path: string): boolean {
  return (
    /\.ya?ml$/.test(path) && !path.startsWith('upstream/') && !path.startsWith('rendered/this-cluster/helm/')
  );
}

function layersOf(at: string, packaged: readonly Chart[]): Layers {
  const release = textsIn(join(at, 'upstream'), (path) => /\.ya?ml$/.test(path));
  const read = (path: string): Plain => plainIn(release.get(path) ?? '');
  const license = read('userdata/license.yaml');
  const options = plainAt(plainIn(readFileSync(join(at, 'testcase.yaml'), 'utf8')), 'PullOptions') ?? null;
  const application = objectIn(release, 'Application');
  const rewriting = plainAt(options, 'RewriteImageOptions');
  const known = plainAt(
    plainIn(readFileSync(join(at, 'wantResults/upstream/userdata/installation.yaml'), 'utf8')),
    'spec',
    'knownImages',
  ) as readonly Plain[] | undefined;
  const scenario: Scenario = scenarioOf(
    {
      app: textAt(license, 'spec', 'appSlug'),
      proxyDomain: textAt(application, 'spec', 'proxyRegistryDomain') || 'proxy.replicated.com',
      registryDomain: textAt(application, 'spec', 'replicatedRegistryDomain') || 'registry.replicated.com',
      installers: ['kots'],
      proxyPublicImages: plainAt(application, 'spec', 'proxyPublicImages') === true,
    },
    {
      localRegistry:
        plainAt(options, 'RewriteImages') === true
          ? {
              host: textAt(rewriting, 'Hostname'),
              namespace: textAt(rewriting, 'Namespace'),
              username: textAt(rewriting, 'Username'),
            }
          : null,
      isPrivate: (image) => ({
        private:
          known?.some((one) => textAt(one, 'image') === image && plainAt(one, 'isPrivate') === true) === true,
        assumed: false,
      }),
    },
  );
  return writeLayers(release, scenario, {
    namespace: textAt(options, 'Namespace'),
    localRegistryPassword: textAt(rewriting, 'Password'),
    chartPreflights: (_, name, version) => chartFor(name, version, '', packaged, [])?.preflights ?? null,
    renderTemplates: pullTemplates({
      license,
      config: objectIn(release, 'Config'),
      configValues: read('userdata/config.yaml'),
      dockerConfig: dockerConfig(scenario, {
        licenseId: textAt(license, 'spec', 'licenseID'),
        localRegistryPassword: '',
      }),
    }),
  });
}

async function chartsIn(root: string): Promise<Chart[]> {
  const names = readdirSync(root).filter((name) => name.endsWith('.tgz'));
  const { charts: texts } = await createChartReader()(root, names);
  return [...texts].map(([path, text]) => packagedChart(path, text));
}

function objectIn(release: ReadonlyMap<string, string>, kind: string): Plain {
  const found = [...release.values()].map(plainIn);
  return (
    found.find(
      (value) => textAt(value, 'kind') === kind && textAt(value, 'apiVersion').startsWith('kots.io/'),
    ) ?? null
  );
}

function plainIn(text: string): Plain {
  const read = parsePlain(text);
  return read.ok ? read.value : null;
}

/** What is in a file; patches and known images in a stable order, because KOTS writes them in none. */
function documentsIn(path: string, text: string): Plain {
  const documents = text
    .split(/^---$/m)
    .filter((document) => document.trim() !== '')
    .map((document) => {
      const read = parsePlain(document);
      assert.ok(read.ok, `${path} cannot be read`);
      return read.value;
    });
  if (path.endsWith('/pullsecrets.yaml')) return documents.map(emitYaml).sort();
  if (!path.endsWith('userdata/installation.yaml')) return documents;
  return documents.map((one) => {
    const images = plainAt(one, 'spec', 'knownImages') as readonly Plain[] | undefined;
    const spec = plainAt(one, 'spec') as Readonly<Record<string, Plain>>;
    const sorted = images?.map(emitYaml).sort();
    return { ...(one as object), spec: { ...spec, ...(sorted ? { knownImages: sorted } : {}) } } as Plain;
  });
}

function textsIn(root: string, wanted: (path: string) => boolean): Map<string, string> {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter(wanted)
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
