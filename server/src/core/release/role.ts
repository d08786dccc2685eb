/**
 * What a file can be in its release, by its path and its siblings. What a document in a manifest file really is,
 * its content says (see facts.ts): YAML without apiVersion and kind is left alone.
 */
export type Role =
  | 'manifest'
  /** A part of an object, which a kustomization of the release lays over the whole one. */
  | 'patch'
  | 'chart-values'
  /** The values that a chart has of its own; the folder of its Chart.yaml stands behind, `values of charts/web`. */
  | `values of ${string}`
  | 'kustomization'
  | 'configuration';

/** The folder of the chart whose own values a role is about; null for other roles. */
export const chartOf = (role: Role): string | null =>
  role.startsWith('values of ') ? role.slice('values of '.length) : null;

/** Whether a role is about values for a chart, its own or others beside them. */
export const isChartValues = (role: Role): boolean => role === 'chart-values' || chartOf(role) !== null;

/** Whether a path names a YAML file. */
export const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);

/** Whether a file of this name is a kustomization. */
export const isKustomization = (name: string): boolean => /^kustomization\.ya?ml$/.test(name);

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The folder of a path; '' for one without a folder. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Whether `path` lies in `folder` or below it; everything lies in ''. */
export const isIn = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`);

/**
 * The role of a file.
 * @param path of the file, with `/`
 * @param chartFolders every folder of the workspace that holds a Chart.yaml
 * @returns null for files that are no YAML, and for what belongs to a chart but is no values file: its templates
 *   are Helm's, not the app manager's.
 */
export function roleOf(path: string, chartFolders: readonly string[]): Role | null {
  const name = baseName(path);
  if (name === '.waybill.yaml') return 'configuration';
  if (!isYaml(path)) return null;
  const chart = chartFolders.filter((folder) => isIn(path, folder)).sort((a, b) => b.length - a.length)[0];
  if (chart !== undefined) {
    const inside = chart === '' ? path : path.slice(chart.length + 1);
    if (inside === 'values.yaml') return `values of ${chart}`;
    if (/^values([.-][\w.-]*)?\.ya?ml$/i.test(inside)) return 'chart-values';
    if (/^(templates|crds|charts|ci|tests)\//.test(inside) || /^chart\.(ya?ml|lock)$/i.test(inside))
      return null;
    return 'manifest';
  }
  if (isKustomization(name)) return 'kustomization';
  return 'manifest';
}
