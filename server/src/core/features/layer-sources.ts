import type { Preview } from './layers.ts';

/** The folder of a version's archive that holds the release as it was pushed. */
const UPSTREAM = 'upstream/';

/** The file of the workspace that a layer's file comes from, through all layers; null for what nobody wrote. */
export function sourceOf({ origins, paths }: Preview, layer: string): string | null {
  let at = layer;
  for (let below = origins.get(at); below !== undefined; below = origins.get(at)) at = below;
  return at.startsWith(UPSTREAM) ? (paths.get(at.slice(UPSTREAM.length)) ?? null) : null;
}

/**
 * The file of the workspace that a problem of the preview is about, whichever layer it speaks of.
 * @param path as the problem has it: of the release, or of the layer that could not be made
 */
export function problemSource(preview: Preview, path: string): string | null {
  const known = [`base/${path}`, `skippedFiles/${path}`, path].find((each) => preview.origins.has(each));
  // The second document of a file is named after it, also where nothing came of it.
  const whole = path.replace(/-\d+(?=\.[^./]*$)/, '');
  return (
    preview.paths.get(path) ??
    (known === undefined ? null : sourceOf(preview, known)) ??
    preview.paths.get(whole) ??
    null
  );
}

/** The files of a layer that were made from one of the layer below, in their order. */
export const madeFrom = ({ origins }: Preview, origin: string, folder: string): string[] =>
  [...origins].flatMap(([path, from]) => (from === origin && path.startsWith(folder) ? [path] : []));
