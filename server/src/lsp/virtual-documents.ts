import type { Connection } from 'vscode-languageserver/node';
import { coalesced } from './coalesce.ts';
import type { Made } from './layers/made.ts';
import { layerAddress } from './layers/uri.ts';
import type { Ports } from './ports.ts';
import type { Place, Workspace } from './workspace/workspace.ts';

/**
 * Schemes of the documents that are made up: a file of a release as it is deployed, the kustomization for it (the rest
 * of the URI is the file's), a file of a layer (see `layerUri`).
 */
export const virtualSchemes = ['waybill-deployed', 'waybill-midstream', 'waybill-layer'] as const;
export type VirtualScheme = (typeof virtualSchemes)[number];

export const isVirtual = (uri: string): boolean =>
  virtualSchemes.some((scheme) => uri.startsWith(`${scheme}:`));

/** Documents that exist only here, made from the release's files. */
export interface VirtualDocuments {
  /** The text for a virtual URI; null where there is none. The client is told when it becomes another one. */
  read(uri: string): Promise<string | null>;
  /** The same once, and the client is told nothing later. */
  make(uri: string): Promise<string | null>;
  /** The client shows it no more. */
  closed(uri: string): void;
  /** What they are made from may have changed. */
  changed(): void;
}

export interface VirtualDocumentsOptions {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly made: () => Promise<Made>;
  readonly ports: Ports;
  /** Whether the client wants to be told. */
  readonly refreshes: boolean;
  readonly onError: (error: unknown) => void;
}

/** How many the client is kept up to date about; it does not always say that it closed one. */
const mostServed = 64;

export function createVirtualDocuments(options: VirtualDocumentsOptions): VirtualDocuments {
  const { connection, workspace, made, ports, refreshes, onError } = options;
  const served = new Map<string, string | null>();

  const textOf = async (uri: string): Promise<string | null> => {
    const { deployed, midstream, layer } = await made();
    const scheme = virtualSchemes.find((each) => uri.startsWith(`${each}:`));
    if (scheme === undefined) return null;
    if (scheme === 'waybill-layer') {
      const address = layerAddress(uri);
      return address && layer(address);
    }
    const place = sourceOf(uri.slice(scheme.length + 1), workspace);
    return place && (scheme === 'waybill-deployed' ? deployed : midstream)(place);
  };
  const refresh = coalesced(
    ports.soon,
    async () => {
      for (const [uri, before] of served) {
        const text = await textOf(uri);
        if (text === before || served.get(uri) !== before) continue;
        served.set(uri, text);
        await connection.workspace.textDocumentContent.refresh(uri);
      }
    },
    onError,
  );

  return {
    async read(uri) {
      const text = await textOf(uri);
      served.delete(uri);
      served.set(uri, text);
      const [oldest] = served.keys();
      if (served.size > mostServed && oldest !== undefined) served.delete(oldest);
      return text;
    },
    make: textOf,
    closed: (uri) => void served.delete(uri),
    changed() {
      if (refreshes && served.size > 0) refresh();
    },
  };
}

/** The file whose URI ends like this behind its scheme: one on disk, else an open document of any scheme. */
function sourceOf(rest: string, workspace: Workspace): Place | null {
  // VS Code leaves the empty authority out.
  const found = workspace.find(rest.startsWith('//') ? `file:${rest}` : `file://${rest}`);
  if (found?.folder.snapshot.files.has(found.path)) return found;
  for (const document of workspace.documents)
    if (withoutScheme(document.uri) === withoutScheme(`any:${rest}`)) return document;
  return found;
}

/** `//` in front of a path without authority says nothing. */
const withoutScheme = (uri: string): string => uri.slice(uri.indexOf(':') + 1).replace(/^\/\/(?=\/)/, '');
