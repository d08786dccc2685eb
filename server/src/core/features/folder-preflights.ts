import type { ManifestFile } from '../manifest/file.ts';
import type { Chart, ChartPreflights } from '../release/charts/chart.ts';
import { gatherTemplates, isTemplatePath, mayMakePreflight } from '../release/charts/preflight-templates.ts';
import type { Snapshot } from '../session/snapshot.ts';

const makers = new WeakMap<ManifestFile, boolean>();

/** Whether a chart of the workspace makes preflights. Few do, and nothing of the others is then looked at again. */
export const hasPreflights = ({ charts, files }: Snapshot): boolean =>
  charts.some((chart) => chart.preflights !== undefined) ||
  (charts.some((chart) => !chart.isArchive) &&
    [...files].some(([path, file]) => isTemplate.test(path) && isMaker(path, file)));

const isTemplate = /(?:^|\/)templates\/[^_]/;

function isMaker(path: string, file: ManifestFile): boolean {
  let known = makers.get(file);
  if (known === undefined) {
    known = mayMakePreflight(path.slice(path.lastIndexOf('templates/')), file.text);
    makers.set(file, known);
  }
  return known;
}

interface Gathered {
  /** All that it was made of. */
  readonly parts: readonly (ManifestFile | string)[];
  readonly preflights: ChartPreflights | null;
}

const gathered = new WeakMap<ManifestFile, Gathered>();

/**
 * What the preflights of a chart that is a folder are rendered of, as its files are now; the same object for as long
 * as they are the same. Null where it has no preflights.
 */
export function folderPreflights({ files, chartHelpers }: Snapshot, chart: Chart): ChartPreflights | null {
  const below = chart.path === '' ? '' : `${chart.path}/`;
  const described = files.get(`${below}Chart.yaml`);
  if (described === undefined) return null;
  const values = files.get(`${below}values.yaml`) ?? null;
  const templates = new Map<string, ManifestFile | string>();
  for (const [path, part] of [...files, ...chartHelpers])
    if (path.startsWith(below) && isTemplatePath(path.slice(below.length)))
      templates.set(path.slice(below.length), part);
  const parts = [...(values === null ? [] : [values]), ...templates.values()];
  const before = gathered.get(described);
  if (before?.parts.length === parts.length && parts.every((part, i) => part === before.parts[i]))
    return before.preflights;
  const gatherer = gatherTemplates();
  for (const [path, part] of templates) gatherer.add(path, typeof part === 'string' ? part : part.text);
  const found = gatherer.gathered();
  const preflights =
    found === null ? null : { ...found, chart: described.text, values: values?.text ?? null };
  gathered.set(described, { parts, preflights });
  return preflights;
}
