import { type RenderedChart, renderBudget, renderChart } from '../../helm/render.ts';
import { isPlainMap, type Plain, textAt } from '../../manifest/plain.ts';
import type { ChartPreflights } from '../../release/charts/chart.ts';
import { mayMakePreflight } from '../../release/charts/preflight-templates.ts';
import type { ChartInstallation } from './chart-values.ts';
import type { Reader } from './reader.ts';
import type { LayerOptions } from './types.ts';

/** Renders what makes preflights in charts that HelmCharts install. */
export interface ChartRenderer {
  /**
   * Those objects of a chart as one text, in the order in which the app manager writes them; '' for a chart without
   * preflights, and for one that cannot be rendered, which is then among the problems.
   *
   * @param path of the HelmChart in the release
   */
  render(path: string, helmChart: Plain, installation: ChartInstallation): string;
}

/**
 * All of a chart is rendered into `rendered/<downstream>/helm/<release>/all.yaml` (KOTS, pkg/apparchive/helm-v1beta2.go):
 * its objects in the order in which Helm installs them, then its hooks, these twice.
 */
export function createChartRenderer(
  { chartPreflights, namespace, memory }: LayerOptions,
  reader: Reader,
): ChartRenderer {
  const before = memory?.charts;
  const known = new Map<ChartPreflights, Map<string, RenderedChart>>();
  if (memory !== undefined) memory.charts = known;
  const budget = renderBudget();
  return {
    render(path, helmChart, { release, values }) {
      const spec = (...keys: string[]) => textAt(helmChart, 'spec', ...keys);
      const chart = chartPreflights?.(path, spec('chart', 'name'), spec('chart', 'chartVersion')) ?? null;
      if (chart === null) return '';
      const unseen = (message: string): string => {
        reader.problems.push({ path, message, effect: 'unseen' });
        return '';
      };
      if (!chart.whole) return unseen('The chart’s templates are too large to look for preflights in them.');
      if (chart.inDependencies)
        unseen(
          'Preflights of the chart’s dependencies are not shown; the app manager adds them to the others.',
        );
      const installed = { name: release, namespace: spec('namespace') || (namespace ?? 'default'), values };
      const key = JSON.stringify(installed, (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      const rendered = before?.get(chart)?.get(key) ?? renderedOf(chart, installed, reader, budget);
      if (!known.has(chart)) known.set(chart, new Map());
      known.get(chart)?.set(key, rendered);
      if (!rendered.ok) {
        const { effect, message } = rendered;
        if (effect === 'unseen') return unseen(`The chart’s preflights cannot be shown: ${message}`);
        reader.problems.push({ path, message: `The chart cannot be rendered: ${message}`, effect });
        return '';
      }
      const { manifests, hooks } = rendered;
      return [...manifests, ...hooks, ...hooks].map(({ text }) => text).join('\n---\n');
    },
  };
}

function renderedOf(
  { chart, values, texts }: ChartPreflights,
  installed: Parameters<typeof renderChart>[1],
  reader: Reader,
  budget: ReturnType<typeof renderBudget>,
): RenderedChart {
  const own = reader.value(values ?? '');
  return renderChart(
    { metadata: reader.value(chart), values: isPlainMap(own) ? own : {}, templates: texts },
    installed,
    (path) => mayMakePreflight(path, texts.get(path) ?? ''),
    budget,
  );
}
