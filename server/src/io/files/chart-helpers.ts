import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemplatePath, mayMakePreflight } from '../../core/release/charts/preflight-templates.ts';
import { isYaml } from '../../core/release/role.ts';
import { each } from './each.ts';
import { readTextFile } from './read.ts';

/** More than charts have, of files and of bytes in each. */
const limits = { files: 500, folders: 200, bytes: 1024 * 1024 } as const;

/**
 * Templates of charts as folders that are no YAML, `templates/_helpers.tpl`, where YAML among their templates makes
 * preflights; the disk is not asked about any other chart. Links are not followed. What cannot be read is left out, as
 * if it were not there; never throws.
 *
 * @param texts the YAML files below `root`, by path
 * @returns texts by path below `root`
 */
export async function loadChartHelpers(
  root: string,
  texts: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const paths: string[] = [];
  let folders = 0;
  const visit = async (folder: string, chart: string): Promise<void> => {
    if (folders++ >= limits.folders) return;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const inside = chart === '' ? path : path.slice(chart.length + 1);
      if (entry.isDirectory()) await visit(path, chart);
      else if (entry.isFile() && isTemplatePath(inside) && !isYaml(path) && paths.length < limits.files)
        paths.push(path);
    }
  };
  for (const chart of foldersWithPreflights(texts))
    for (const inner of ['templates', 'charts'])
      await visit(chart === '' ? inner : `${chart}/${inner}`, chart);
  const found = new Map<string, string>();
  await each(paths, 16, async (path) => {
    const read = await readTextFile(join(root, path), limits.bytes);
    if (read.ok) found.set(path, read.text);
  });
  return found;
}

function foldersWithPreflights(texts: ReadonlyMap<string, string>): Set<string> {
  const folders = new Set<string>();
  for (const [path, text] of texts) {
    const [, folder = '', inside = ''] = /^(?:(.*)\/)?(templates\/.+)$/.exec(path) ?? [];
    const chart = folder === '' ? 'Chart.yaml' : `${folder}/Chart.yaml`;
    if (inside !== '' && texts.has(chart) && mayMakePreflight(inside, text)) folders.add(folder);
  }
  return folders;
}
