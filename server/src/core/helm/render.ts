import { execute } from '../gotemplate/execute.ts';
import { parseTemplate } from '../gotemplate/parse.ts';
import { templateSet } from '../gotemplate/set.ts';
import { map, type Value } from '../gotemplate/value.ts';
import { textAt } from '../manifest/plain.ts';
import type { HelmChart, HelmRelease } from './chart.ts';
import { helmFunctions, toldIn, withoutNoValue } from './functions.ts';
import { type HelmManifests, ManifestError, manifestsIn } from './manifests.ts';
import { capabilitiesObject, chartObject, filesObject, releaseObject } from './objects.ts';
import { coalesced, templateValue } from './values.ts';

/** A chart as it would be installed, or why it is not. */
export type RenderedChart =
  | ({ readonly ok: true } & HelmManifests)
  | {
      readonly ok: false;
      /** `refused`: Helm would render nothing either. `unseen`: it might, and it cannot be done here. */
      readonly effect: 'refused' | 'unseen';
      /** Of a refusal Helm's own words. */
      readonly message: string;
    };

/** What rendering may still cost; see gotemplate/limits.ts for the units. */
export interface RenderBudget {
  steps: number;
  work: number;
  output: number;
}

/** For all charts of a release. */
export const renderBudget = (): RenderBudget => ({
  steps: 2_000_000,
  work: 32 * 1024 * 1024,
  output: 4 * 1024 * 1024,
});

/**
 * Renders templates of a chart as Helm 3 does for a first installation without a cluster (pkg/engine). Does no I/O,
 * never throws, and ends within the budget, of which it takes what it costs.
 *
 * @param wanted whether a template is rendered; all of them are read, for what they define
 */
export function renderChart(
  chart: HelmChart,
  release: HelmRelease,
  wanted: (path: string) => boolean,
  budget: RenderBudget = renderBudget(),
): RenderedChart {
  let missing: string | null = null;
  const unseen = (what: string): void => {
    missing ??= what;
  };
  const functions = helmFunctions(unseen);
  const name = textAt(chart.metadata, 'name');
  const paths = [...chart.templates.keys()].sort(byDepth);
  for (const text of chart.templates.values()) budget.work -= text.length;
  if (budget.work <= 0)
    return { ok: false, effect: 'unseen', message: 'The templates of all charts are too much to be read.' };
  const set = templateSet(
    paths.map((path) => parseTemplate(`${name}/${path}`, chart.templates.get(path) ?? '', { functions })),
  );
  if (set.problem !== null) return { ok: false, effect: 'refused', message: parseError(set.problem.error) };

  const dot = new Map<string, Value>([
    ['Chart', chartObject(chart.metadata)],
    ['Capabilities', capabilitiesObject()],
    ['Release', releaseObject(release)],
    ['Values', templateValue(coalesced(release.values, chart.values))],
    ['Files', filesObject(unseen)],
    ['Subcharts', map()],
  ]);
  const written = new Map<string, string>();
  for (const path of paths) {
    if (!wanted(path) || isPartial(path)) continue;
    const file = `${name}/${path}`;
    dot.set(
      'Template',
      map([
        ['Name', file],
        ['BasePath', `${name}/templates`],
      ]),
    );
    const { output, error, spent } = execute(set, file, map(dot), {
      functions,
      missingKey: 'zero',
      limits: budget,
    });
    budget.output -= output.length;
    budget.steps -= spent.steps;
    budget.work -= spent.work;
    if (error !== null) {
      if (missing !== null)
        return {
          ok: false,
          effect: 'unseen',
          message: `${file} uses ${missing}, which a preview does not know.`,
        };
      const isLimit = error.code !== 'execution' && error.code !== 'parse';
      return {
        ok: false,
        effect: isLimit ? 'unseen' : 'refused',
        message: isLimit ? error.message : executionError(error.message),
      };
    }
    written.set(file, withoutNoValue(output));
  }
  try {
    return { ok: true, ...manifestsIn(written) };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return { ok: false, effect: 'refused', message: error.message };
  }
}

/** Partials are there for what they define alone. */
export const isPartial = (path: string): boolean => path.slice(path.lastIndexOf('/') + 1).startsWith('_');

/** What lies deep is read first, so that what the chart itself defines counts. */
function byDepth(a: string, b: string): number {
  const depth = (path: string): number => path.split('/').length;
  return depth(b) - depth(a) || (a < b ? 1 : -1);
}

/** Helm's way of telling where a text is no template: the place, and the last of the reasons. */
function parseError(error: string): string {
  const [, place = '', ...reasons] = error.split(': ');
  return `parse error at (${place}): ${reasons.at(-1) ?? place}`;
}

/** A message of the chart's own is told with its place alone. */
function executionError(error: string): string {
  const told = toldIn(error);
  return told === null ? error : `execution error at (${error.split(': ')[1] ?? ''}): ${told}`;
}
