import { DEFAULT_PROXY_DOMAIN, DEFAULT_REGISTRY_DOMAIN } from '../image/hosts.ts';
import type { PortalRegistries } from '../knowledge/knowledge.ts';
import type { FileDocument, ManifestFile } from '../manifest/file.ts';
import type { Chart } from '../release/charts/chart.ts';
import {
  type ChartImage,
  type ChartLink,
  chartLinks,
  type HelmChart,
  helmChartsIn as helmChartsOf,
} from '../release/charts/links.ts';
import type { Installer, WaybillConfig } from '../release/config.ts';
import type { ReleaseContext, ReleaseHints } from '../release/context.ts';
import type { ReleaseLayout } from '../release/discover.ts';
import { factsOf } from '../release/facts.ts';
import { linkedFor } from '../release/linked.ts';
import { chartOf } from '../release/role.ts';
import { mayHint } from './outline.ts';
import type { SessionSettings } from './session.ts';

/** What holds for a release: its configuration, what its own kinds say, and the defaults, in this order. */
export function contextOf(
  layout: ReleaseLayout,
  files: ReadonlyMap<string, ManifestFile>,
  settings: SessionSettings,
  portal: PortalRegistries | null,
  charts: readonly Chart[] = [],
  declared: readonly string[] = [],
  before?: ReleaseContext,
): ReleaseContext {
  const { config } = layout;
  const hinting = hintingIn(layout, files);
  const hints = hinting.flatMap(({ document }) => factsOf(document, 'manifest').hints ?? []);
  const first = (read: (hint: ReleaseHints) => string | null): string | null =>
    hints.map(read).find((value) => value !== null) ?? null;
  const app = settings.app || settings.environment?.REPLICATED_APP || config.app || layout.replicatedApp;
  const context = {
    root: layout.root,
    config,
    app,
    proxyDomain: config.proxyDomain ?? first((hint) => hint.proxyDomain) ?? DEFAULT_PROXY_DOMAIN,
    registryDomain: config.registryDomain ?? first((hint) => hint.registryDomain) ?? DEFAULT_REGISTRY_DOMAIN,
    installers: installersOf(layout, config, hints),
    proxyPublicImages: hints.some((hint) => hint.proxyPublicImages),
    ...linkedFor(app, config, portal),
    variables: variablesOf(config, settings.environment ?? {}),
  };
  const configs = hinting.filter(({ source }) => isConfig(source.text)).map(({ source }) => source.text);
  const made = settings.templates?.(context, configs);
  if (charts.length === 0) return { ...context, ...(made === undefined ? {} : { templates: made }) };
  // What was rendered before a key was pressed need not be rendered again to link the charts.
  const isSame =
    before !== undefined &&
    restsOnTheSame(before, { ...context, ...(made === undefined ? {} : { templates: made }) });
  const templates = isSame ? before.templates : made;
  const links = chartLinks(helmChartsIn(layout, files), charts, declared, templates);
  return {
    ...context,
    ...(links.length === 0 ? {} : { charts: links }),
    ...(templates === undefined ? {} : { templates }),
  };
}

/** What holds for a chart of its own that a release installs: all that holds for that one. */
export function ofInstalledChart(
  layout: ReleaseLayout,
  own: ReleaseContext,
  all: readonly ReleaseContext[],
): ReleaseContext {
  if (layout.foundBy !== 'Chart.yaml') return own;
  const folders = new Set([...layout.files.values()].map(chartOf));
  const installing = all.find(({ charts = [] }) =>
    charts.some(({ chart }) => !chart.isArchive && folders.has(chart.path)),
  );
  if (installing === undefined) return own;
  return {
    ...installing,
    root: own.root,
    config: layout.configPath === null ? installing.config : own.config,
  };
}

/**
 * The old context where the new one says the same, so that what was remembered for it stays valid. Configurations
 * are compared by identity: one is made only when its file changed.
 */
export function keepIfEqual(old: ReleaseContext | undefined, made: ReleaseContext): ReleaseContext {
  if (old === undefined || !sameLinks(old.charts, made.charts)) return made;
  return restsOnTheSame(old, made) ? old : made;
}

/** Whether two contexts say the same of everything but charts. */
function restsOnTheSame(old: ReleaseContext, made: ReleaseContext): boolean {
  const text = ({ config: _, charts: __, ...rest }: ReleaseContext) => JSON.stringify(rest);
  return old.config === made.config && text(old) === text(made);
}

/** Whether charts are the same; images of an archive are compared by identity, because there may be many. */
function sameLinks(old: readonly ChartLink[] = [], made: readonly ChartLink[] = []): boolean {
  if (old.length !== made.length) return false;
  return made.every((link, i) => {
    const before = old[i] as ChartLink;
    const { images, ...rest } = link;
    const { images: imagesBefore, ...restBefore } = before;
    if (JSON.stringify(rest) !== JSON.stringify(restBefore)) return false;
    const parts = (of: readonly ChartImage[]) =>
      JSON.stringify(
        of.map(({ field, parts }) => [field, ...Object.entries(parts).map(([, { text }]) => text)]),
      );
    return images === imagesBefore || (!link.chart.isArchive && parts(images) === parts(imagesBefore));
  });
}

/** The HelmCharts of a release. */
function helmChartsIn(layout: ReleaseLayout, files: ReadonlyMap<string, ManifestFile>): HelmChart[] {
  return [...layout.files].flatMap(([path, role]) =>
    role === 'manifest'
      ? helmChartsOf(
          path,
          (files.get(path)?.documents ?? []).filter(({ source }) => mayHint(source)),
        )
      : [],
  );
}

/** The documents that may say something of their whole release. */
function hintingIn(layout: ReleaseLayout, files: ReadonlyMap<string, ManifestFile>): FileDocument[] {
  const found: FileDocument[] = [];
  for (const [path, role] of layout.files) {
    if (role !== 'manifest') continue;
    for (const slice of files.get(path)?.documents ?? []) if (mayHint(slice.source)) found.push(slice);
  }
  return found;
}

/** Whether a text is a Config, which says what options are when nobody has chosen. */
const isConfig = (text: string): boolean => /^kind:[ \t]*["']?Config["']?[ \t]*$/m.test(text);

function installersOf(
  layout: ReleaseLayout,
  config: WaybillConfig,
  hints: readonly ReleaseHints[],
): readonly Installer[] {
  if (config.installers.length > 0) return config.installers;
  if (layout.foundBy === 'Chart.yaml') return ['helm'];
  const found = new Set<Installer>(['kots']);
  for (const { installer } of hints) if (installer !== null) found.add(installer);
  return [...found];
}

/**
 * Values of CI variables. The environment wins, but only for names that `.waybill.yaml` declares, and never for
 * names that look like secrets: values are shown in messages and become part of what registries are asked.
 */
function variablesOf(
  config: WaybillConfig,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.variables)) {
    const fromOutside = /SECRET|TOKEN|PASS|KEY|CREDENTIAL/i.test(name) ? undefined : environment[name];
    const chosen = fromOutside || value;
    if (chosen !== '') variables[name] = chosen;
  }
  return variables;
}
