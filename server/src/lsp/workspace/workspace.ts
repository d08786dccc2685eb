import type { FileChange } from '../../core/manifest/file.ts';
import type { SessionSettings } from '../../core/session/session.ts';
import { fileUri, normalUri, pathOfUri } from '../../io/files/uri.ts';
import { homeOf } from './disk.ts';
import { createFolder, type Folder, isWanted } from './folder.ts';

/** A document that the editor has open. */
export interface OpenDocument {
  /** As the client writes it. */
  readonly uri: string;
  readonly version: number;
  readonly folder: Folder;
  readonly path: string;
}

/** A file in one of the folders. */
export interface Place {
  readonly folder: Folder;
  /** Relative to the folder, with `/`. */
  readonly path: string;
}

/** The folders of the workspace, those of documents from elsewhere, and the documents that are open. */
export interface Workspace {
  readonly folders: readonly Folder[];
  readonly documents: Iterable<OpenDocument>;
  setFolders(added: readonly string[], removed: readonly string[]): void;
  /** Starts to read the folders; before, they know open documents only. */
  load(): void;
  /** Null for what lies in no folder, or can be no part of a release. */
  find(uri: string): Place | null;
  /** Every folder that holds the URI, whatever it names. */
  around(uri: string): Place[];
  document(uri: string): OpenDocument | null;
  /** The open document at this place, if it is. */
  documentAt(place: Place): OpenDocument | null;
  /** Whether no folder further in holds the file too. */
  owns(place: Place): boolean;
  /** The URI of a file as the client knows it. */
  uriOf(place: Place): string;
  /** Each gives null for documents that are no business of ours. */
  open(uri: string, version: number, text: string): OpenDocument | null;
  edit(uri: string, version: number, changes: readonly FileChange[]): OpenDocument | null;
  close(uri: string): Place | null;
  dispose(): void;
}

export interface WorkspaceOptions {
  readonly settings: SessionSettings;
  readonly onChange: (folder: Folder) => void;
  /** Hears of a folder before anything is in it. */
  readonly onFolder: (folder: Folder) => void;
  readonly log: (line: string) => void;
}

export function createWorkspace({ settings, onChange, onFolder, log }: WorkspaceOptions): Workspace {
  let folders: readonly Folder[] = [];
  let loading = false;
  const documents = new Map<string, OpenDocument>();

  const add = (uri: string, root: string | null, inWorkspace: boolean, described: boolean): Folder => {
    const reach = root === null ? 'nothing' : inWorkspace || described ? 'all' : 'own files';
    const folder = createFolder({ uri, root, reach, inWorkspace, settings, onChange, log });
    folders = [...folders, folder].sort(
      (a, b) => Number(b.inWorkspace) - Number(a.inWorkspace) || b.uri.length - a.uri.length,
    );
    onFolder(folder);
    if (loading || !inWorkspace) folder.load();
    return folder;
  };
  const drop = (folder: Folder): void => {
    folders = folders.filter((other) => other !== folder);
    folder.dispose();
  };

  /** Every folder that holds the URI: the workspace's, innermost first, then the others. */
  const around = (uri: string): Place[] => {
    const normal = normalUri(uri);
    return folders.flatMap((folder) => {
      if (!normal.startsWith(`${folder.uri}/`)) return [];
      const path = decoded(normal.slice(folder.uri.length + 1));
      return path === null ? [] : [{ folder, path }];
    });
  };
  const locate = (uri: string): Place | null => {
    const [place] = around(uri);
    return place !== undefined && isWanted(place.path) ? place : null;
  };

  /** Where a document from outside the workspace belongs. */
  const findHome = (uri: string): Place | null => {
    const file = pathOfUri(uri);
    const { root, described } = file === null ? { root: null, described: false } : homeOf(file);
    const home =
      root === null ? uri.slice(0, Math.max(0, uri.lastIndexOf('/'))) : withoutSlash(fileUri(root));
    const folder = folders.find((known) => known.uri === home) ?? add(home, root, false, described);
    const path = decoded(normalUri(uri).slice(home.length + 1));
    return path === null ? null : { folder, path };
  };

  const enter = (uri: string, version: number, text: string): OpenDocument | null => {
    const name = decoded(uri.slice(uri.lastIndexOf('/') + 1));
    if (name === null || !isWanted(name)) return null;
    const inside = locate(uri);
    const place = inside?.folder.inWorkspace ? inside : findHome(uri);
    if (place === null) return null;
    const document = { uri, version, ...place };
    documents.set(normalUri(uri), document);
    place.folder.open(place.path, text);
    return document;
  };

  /** After folders came or went: every document moves to the folder that now holds it. */
  const rehome = (): void => {
    for (const { uri, version, folder, path } of [...documents.values()]) {
      const inside = locate(uri)?.folder;
      const belongs = inside?.inWorkspace ? inside === folder : !folder.inWorkspace;
      if (belongs && folders.includes(folder)) continue;
      const text = folder.textOf(path) ?? '';
      folder.close(path);
      documents.delete(normalUri(uri));
      enter(uri, version, text);
    }
    for (const folder of folders)
      if (!folder.inWorkspace && ![...documents.values()].some((document) => document.folder === folder))
        drop(folder);
  };

  const workspace: Workspace = {
    get folders() {
      return folders;
    },
    get documents() {
      return documents.values();
    },
    setFolders(added, removed) {
      for (const gone of removed.map((uri) => withoutSlash(normalUri(uri)))) {
        const folder = folders.find(({ uri, inWorkspace }) => inWorkspace && uri === gone);
        if (folder !== undefined) drop(folder);
      }
      for (const uri of added.map((each) => withoutSlash(normalUri(each))))
        if (!folders.some((folder) => folder.inWorkspace && folder.uri === uri))
          add(uri, pathOfUri(uri === 'file://' ? 'file:///' : uri), true, true);
      rehome();
    },
    load() {
      loading = true;
      for (const folder of folders) folder.load();
    },
    around,
    find: (uri) => workspace.document(uri) ?? locate(uri),
    document: (uri) => documents.get(normalUri(uri)) ?? null,
    documentAt: ({ folder, path }) => {
      if (!folder.isOpen(path)) return null;
      const document = documents.get(normalUri(folder.uriOf(path)));
      return document?.folder === folder ? document : null;
    },
    owns: ({ folder, path }) => folders.length === 1 || locate(folder.uriOf(path))?.folder === folder,
    uriOf: (place) => workspace.documentAt(place)?.uri ?? place.folder.uriOf(place.path),
    open: enter,
    edit(uri, version, changes) {
      const known = workspace.document(uri);
      if (known === null) return null;
      const document = { ...known, version };
      documents.set(normalUri(uri), document);
      known.folder.edit(known.path, changes);
      return document;
    },
    close(uri) {
      const known = workspace.document(uri);
      if (known === null) return null;
      documents.delete(normalUri(uri));
      known.folder.close(known.path);
      rehome();
      return known;
    },
    dispose() {
      for (const folder of folders) folder.dispose();
    },
  };
  return workspace;
}

const withoutSlash = (uri: string): string => (uri.endsWith('/') ? uri.slice(0, -1) : uri);

function decoded(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
