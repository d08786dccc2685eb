import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { renderChart } from '../../../server/src/core/helm/render.ts';
import {
  isPlainMap,
  type Plain,
  type PlainMap,
  parsePlain,
} from '../../../server/src/core/manifest/plain.ts';
import type { HelmCase, HelmMade } from '../../oracle/helm/cases.ts';
import { root } from '../paths.ts';

/** A chart, and what Helm's own packages made of it; see test/oracle/helm. */
export interface ChartCase extends HelmCase {
  readonly made: HelmMade;
}

export const chartGolden = (): ChartCase[] =>
  JSON.parse(readFileSync(join(root, 'test/fixtures/helm/charts.json'), 'utf8')) as ChartCase[];

/** What is made of the chart here. */
export function chartOutcome({ files, values, release, namespace }: HelmCase): HelmMade {
  const rendered = renderChart(
    {
      metadata: plain(files['Chart.yaml'] ?? ''),
      values: mapIn(files['values.yaml'] ?? ''),
      templates: new Map(Object.entries(files).filter(([path]) => path.includes('templates/'))),
    },
    { name: release, namespace, values: mapIn(values) },
    (path) => path.startsWith('templates/') && !path.endsWith('NOTES.txt'),
  );
  if (!rendered.ok) return { err: rendered.message };
  const { manifests, hooks } = rendered;
  return {
    ...(manifests.length === 0
      ? {}
      : { manifest: manifests.map(({ path, text }) => `---\n# Source: ${path}\n${text}\n`).join('') }),
    ...(hooks.length === 0 ? {} : { hooks: hooks.map(({ path, text }) => ({ path, text })) }),
  };
}

/** Of YAML that cannot be read Helm tells in its parser's words, and we in ours. */
const inOurWords = /YAML parse error on|error converting YAML/;

export const isChartOutcome = (made: HelmMade, wanted: HelmMade): boolean =>
  inOurWords.test(wanted.err ?? '') ? inOurWords.test(made.err ?? '') : isDeepStrictEqual(made, wanted);

function plain(text: string): Plain {
  const read = parsePlain(text);
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

function mapIn(text: string): PlainMap {
  const value = plain(text);
  return isPlainMap(value) ? value : {};
}
