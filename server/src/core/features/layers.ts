import { installationFunctions } from '../kots/functions/installation.ts';
import { renderKots } from '../kots/functions/render.ts';
import { singleDocuments } from '../kots/layers/documents.ts';
import type { LayerMemory, Layers } from '../kots/layers/types.ts';
import { writeLayers } from '../kots/layers/write-layers.ts';
import { type Scenario, scenarioOf } from '../kots/scenario.ts';
import { chartFor } from '../release/charts/links.ts';
import type { CustomerFacts } from '../release/context.ts';
import { baseName, folderOf, isChartValues } from '../release/role.ts';
import type { Release, Snapshot } from '../session/snapshot.ts';
import { privacyOf } from './deployed.ts';
import { folderPreflights, hasPreflights } from './folder-preflights.ts';
import { pushedText } from './pushed-text.ts';

/** The customer whose installation is previewed, as far as somebody says who that is. */
export interface Customer extends CustomerFacts {
  readonly downstream?: string;
}

/** A release as an installation of it would be. */
export interface Preview extends Layers {
  readonly scenario: Scenario;
  /** What templates ask for that only a customer knows, each once; of what decides a condition, also how it is shown. */
  readonly unknown: readonly string[];
  /** Path in the release → path in the workspace. */
  readonly paths: ReadonlyMap<string, string>;
}

/** All that the app manager would write for a release and a customer; see `writeLayers`. */
export function layersOf(
  snapshot: Snapshot,
  release: Release,
  changes: Partial<Scenario>,
  customer: Customer = {},
  memory?: LayerMemory,
): Preview {
  const { configValues, license, installation, namespace = 'default', downstream } = customer;
  const scenario = scenarioOf(release.context, {
    isPrivate: (image) => privacyOf(image, release.context, snapshot.knowledge),
    ...changes,
    customer,
  });
  const { texts, paths } = textsOf(snapshot, release);
  const { functions, problem } = installationFunctions(
    scenario,
    [...texts.values()].filter(mayBeConfig).flatMap(singleDocuments).filter(mayBeConfig),
  );
  const userdata = [
    ['userdata/config.yaml', configValues],
    ['userdata/license.yaml', license],
    ['userdata/installation.yaml', installation],
  ] as const;
  for (const [path, text] of userdata) if (text !== undefined) texts.set(path, text);
  const unknown = new Set<string>();
  const deciding = new Set<string>();
  let anyPreflights: boolean | null = null;
  const layers = writeLayers(texts, scenario, {
    renderTemplates(path, text) {
      if (problem !== null && mayBeConfig(text)) return { error: problem };
      const rendered = renderKots(path, text, functions, scenario.unknownsFail);
      for (const label of rendered.unknown) unknown.add(label);
      for (const label of rendered.deciding) deciding.add(label);
      return rendered.error === null ? rendered.text : { error: rendered.error };
    },
    chartPreflights(path, name, version) {
      anyPreflights ??= hasPreflights(snapshot);
      if (!anyPreflights) return null;
      const beside = folderOf(paths.get(path) ?? '');
      const chart = chartFor(name, version, beside, snapshot.charts, snapshot.declaredCharts);
      if (chart === null) return null;
      return chart.isArchive ? (chart.preflights ?? null) : folderPreflights(snapshot, chart);
    },
    namespace,
    ...(downstream === undefined ? {} : { downstreams: [downstream] }),
    ...(customer.localRegistryPassword === undefined
      ? {}
      : { localRegistryPassword: customer.localRegistryPassword }),
    ...(memory === undefined ? {} : { memory }),
  });
  const said = [...unknown].map((label) =>
    deciding.has(label) ? `${label} (shown as if it ${scenario.unknownsFail ? 'failed' : 'held'})` : label,
  );
  return { ...layers, scenario, unknown: said, paths };
}

/** What is pushed of a release: no configuration of Waybill's, no charts' own values. */
function textsOf(
  snapshot: Snapshot,
  { layout, context }: Release,
): { texts: Map<string, string>; paths: Map<string, string> } {
  const texts = new Map<string, string>();
  const paths = new Map<string, string>();
  const below = layout.root === '' ? '' : `${layout.root}/`;
  for (const [path, role] of layout.files) {
    const file = snapshot.files.get(path);
    if (file === undefined || isChartValues(role) || baseName(path).startsWith('.')) continue;
    // What `.replicated` names from elsewhere is pushed by its name alone.
    const name = path.startsWith(below) ? path.slice(below.length) : baseName(path);
    texts.set(name, pushedText(file, role, context));
    paths.set(name, path);
  }
  return { texts, paths };
}

const mayBeConfig = (text: string): boolean =>
  /^apiVersion:[ \t]*["']?kots\.io\//m.test(text) && /^kind:[ \t]*["']?Config["']?[ \t]*$/m.test(text);
