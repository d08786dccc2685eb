import { fileUri, normalUri, pathOfUri } from '../../io/files/uri.ts';

/** A file of a layer, and the release that it belongs to. */
export interface LayerAddress {
  /** The URI of the release's folder, in normal form. */
  readonly release: string;
  /** In the version's archive. */
  readonly path: string;
}

const SCHEME = 'waybill-layer';

/**
 * The URI of a layer's file: its path is for people, and begins with the release's name; its query is the URI of the
 * release's folder.
 */
export function layerUri({ release, path }: LayerAddress): string {
  const shown = fileUri(`/${nameOf(release)}/${path}`, { windows: false }).slice('file://'.length);
  return `${SCHEME}:${shown}?${encodeURIComponent(release)}`;
}

/** What `layerUri` made, as clients write it; null for anything else. */
export function layerAddress(uri: string): LayerAddress | null {
  const parts = /^waybill-layer:(?:\/\/)?(\/[^?#]*)\?([^#]*)/.exec(uri);
  const path = pathOfUri(`file://${parts?.[1] ?? ''}`, { windows: false });
  if (parts === null || path === null) return null;
  try {
    const release = normalUri(decodeURIComponent(parts[2] ?? ''));
    return { release, path: path.split('/').slice(2).join('/') };
  } catch {
    return null;
  }
}

/** The name of a release for people: that of its folder. */
export function nameOf(release: string): string {
  const name = release.slice(release.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name).replaceAll('/', '-') || 'release';
  } catch {
    return name;
  }
}
