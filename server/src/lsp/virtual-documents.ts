import type { Connection } from 'vscode-languageserver/node';
import { deployedText, midstreamText } from '../core/features/preview.ts';
import { coalesced } from './coalesce.ts';
import type { Ports } from './ports.ts';
import type { Place, Workspace } from './workspace/workspace.ts';

/** Scheme → the text that is made up for a file. The rest of the URI is the file's. */
const makers = {
  'waybill-deployed': deployedText,
  'waybill-midstream': midstreamText,
} as const;

export type VirtualScheme = keyof typeof makers;
export const virtualSchemes = Object.keys(makers) as VirtualScheme[];

export const isVirtual = (uri: string): boolean =>
  virtualSchemes.some((scheme) => uri.startsWith(`${scheme}:`));

/** Documents that exist only here, made from the release's files. */
export interface VirtualDocuments {
  /** The text for a virtual URI; null where there is none. The client is told when it becomes another one. */
  read(uri: string): string | null;
  /** Of the same kind for a file's own URI, once. */
  make(scheme: VirtualScheme, uri: string): string | null;
  /** The client shows it no more. */
  closed(uri: string): void;
  /** What they are made from may have changed. */
  changed(): void;
}

export interface VirtualDocumentsOptions {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly ports: Ports;
  /** Whether the client wants to be told. */
  readonly refreshes: boolean;
  readonly onError: (error: unknown) => void;
}

/** How many the client is kept up to date about; it does not always say that it closed one. */
const mostServed = 64;

export function createVirtualDocuments(options: VirtualDocumentsOptions): VirtualDocuments {
  const { connection, workspace, ports, refreshes, onError } = options;
  const served = new Map<string, string | null>();

  const textOf = (uri: string): string | null => {
    const scheme = virtualSchemes.find((each) => uri.startsWith(`${each}:`));
    const place = scheme === undefined ? null : sourceOf(uri.slice(scheme.length + 1), workspace);
    return scheme === undefined || place === null ? null : makers[scheme](place.folder.snapshot, place.path);
  };
  const refresh = coalesced(
    ports.soon,
    async () => {
      for (const [uri, before] of served) {
        const text = textOf(uri);
        if (text === before) continue;
        served.set(uri, text);
        await connection.workspace.textDocumentContent.refresh(uri);
      }
    },
    onError,
  );

  return {
    read(uri) {
      const text = textOf(uri);
      served.delete(uri);
      served.set(uri, text);
      const [oldest] = served.keys();
      if (served.size > mostServed && oldest !== undefined) served.delete(oldest);
      return text;
    },
    make(scheme, uri) {
      const place = workspace.find(uri);
      return place === null ? null : makers[scheme](place.folder.snapshot, place.path);
    },
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
