import { join } from 'node:path';
import type { FileChange, ManifestFile } from '../../core/manifest/file.ts';
import { isReplicatedFile } from '../../core/release/replicated-file.ts';
import { baseName, isIn, isYaml } from '../../core/release/role.ts';
import { Session, type SessionSettings } from '../../core/session/session.ts';
import type { Snapshot } from '../../core/session/snapshot.ts';
import { loadChartHelpers } from '../../io/files/chart-helpers.ts';
import { createChartReader } from '../../io/files/charts.ts';
import { loadTexts } from '../../io/files/load.ts';
import { readTextFile } from '../../io/files/read.ts';
import { fileUri } from '../../io/files/uri.ts';
import { walkWorkspace } from '../../io/files/walk.ts';
import { isIgnored } from './disk.ts';

/** How much of a folder is read: of a workspace's all, of one that only a document was opened from what describes it. */
export type Reach = 'all' | 'own files' | 'nothing';

/** One folder with its texts: those of the editor where it has the document open, those of the disk else. */
export interface Folder {
  /** Normal form, without `/` at its end. */
  readonly uri: string;
  readonly inWorkspace: boolean;
  readonly snapshot: Snapshot;
  readonly session: Session;
  /** Whether all files have been read once, so that what is said of the folder is said of the whole. */
  readonly isReady: boolean;
  /** Resolves when `isReady` turns true and nothing more is being read. Never rejects. */
  ready(): Promise<void>;
  /** The URI of a file in it, as the client writes it. */
  uriOf(path: string): string;
  /** Reads everything again; documents that are open stay as they are. */
  load(): void;
  open(path: string, text: string): void;
  edit(path: string, changes: readonly FileChange[]): void;
  close(path: string): void;
  /** The text of an open document, also where Git leaves it out. */
  textOf(path: string): string | null;
  isOpen(path: string): boolean;
  /** Whether files of a folder in this one are known. */
  holds(path: string): boolean;
  /** Something happened to a file on disk. */
  touched(path: string, gone: boolean): void;
  dispose(): void;
}

export interface FolderOptions {
  readonly uri: string;
  /** Absolute; null for folders that are on no disk of this machine. */
  readonly root: string | null;
  readonly reach: Reach;
  readonly inWorkspace: boolean;
  readonly settings: SessionSettings;
  /** Hears when a text has changed for another reason than the editor's own changes. */
  readonly onChange: (folder: Folder) => void;
  readonly log: (line: string) => void;
}

/** Whether a file of this path can be part of a release. */
export const isWanted = (path: string): boolean => isYaml(path) || isReplicatedFile(baseName(path));

export function createFolder({
  uri,
  root,
  reach,
  inWorkspace,
  settings,
  onChange,
  log,
}: FolderOptions): Folder {
  const session = new Session(settings);
  const open = new Set<string>();
  /** Documents that are open though Git leaves them out: they belong to no release. */
  const aside = new Map<string, ManifestFile>();
  const reads = new Map<string, number>();
  const uris = new Map<string, string>();
  const readCharts = createChartReader();
  const ended = new AbortController();
  let loadWaits = false;
  let isReady = reach === 'nothing';
  let pending: Promise<void> = Promise.resolve();

  /** Does work with the disk after what was begun before; `ready` waits for it. */
  const queue = (work: () => Promise<void>): void => {
    pending = pending.then(work).catch((error: unknown) => {
      if (!ended.signal.aborted) log(`${uri}: ${error instanceof Error ? error.message : error}`);
    });
  };

  const load = async (): Promise<void> => {
    if (root === null || reach === 'nothing') return;
    // Not needed to start, and large: templates are rendered from the first look at all files on.
    const { templatesOf } = await import('../../core/kots/functions/templates.ts');
    session.useTemplates(templatesOf);
    const walk = await walkWorkspace(root, {
      signal: ended.signal,
      ...(reach === 'own files' ? { maxDepth: 1, maxFiles: 500 } : {}),
    });
    const { texts, problems } = await loadTexts(
      root,
      walk.files.map(({ path }) => path).filter((path) => !open.has(path)),
    );
    ended.signal.throwIfAborted();
    for (const path of session.snapshot.files.keys())
      if (!texts.has(path) && !open.has(path)) session.removeFile(path);
    for (const [path, text] of texts) if (!open.has(path)) session.setFile(path, text);
    const archives = await readCharts(root, walk.archives);
    const typed = [...open].map((path) => [path, session.snapshot.files.get(path)?.text ?? ''] as const);
    const helpers = await loadChartHelpers(root, new Map([...texts, ...typed]));
    ended.signal.throwIfAborted();
    session.setArchives(archives.charts);
    session.setChartHelpers(helpers);
    if (reach === 'all')
      for (const { message } of [...walk.problems, ...problems, ...archives.problems]) log(message);
    await Promise.all([...open].map(putInPlace));
    isReady = true;
  };

  /** Puts an open document among the release's files or aside, as Git has it. */
  const putInPlace = async (path: string): Promise<void> => {
    const ignored = root !== null && (await isIgnored(root, path));
    if (!open.has(path)) return;
    const beside = aside.get(path);
    const inside = session.snapshot.files.get(path);
    if (ignored && inside !== undefined) {
      aside.set(path, inside);
      session.removeFile(path);
    } else if (!ignored && beside !== undefined) {
      aside.delete(path);
      session.setFile(path, beside.text);
    }
  };

  const readAgain = async (path: string): Promise<void> => {
    if (root === null) return;
    const turn = (reads.get(path) ?? 0) + 1;
    reads.set(path, turn);
    const ignored = !session.has(path) && (await isIgnored(root, path));
    const read = ignored ? null : await readTextFile(join(root, path));
    if (ended.signal.aborted || open.has(path) || reads.get(path) !== turn) return;
    reads.delete(path);
    if (read?.ok) session.setFile(path, read.text);
    else {
      session.removeFile(path);
      if (read !== null && read.problem.code !== 'missing') log(read.problem.message);
    }
    onChange(folder);
  };

  const folder: Folder = {
    uri,
    inWorkspace,
    session,
    get snapshot() {
      return session.snapshot;
    },
    get isReady() {
      return isReady;
    },
    async ready() {
      for (let seen: Promise<void> | null = null; seen !== pending; ) {
        seen = pending;
        await seen;
      }
    },
    uriOf(path) {
      let known = uris.get(path);
      if (known === undefined) {
        known =
          root === null
            ? `${uri}/${path.split('/').map(encodeURIComponent).join('/')}`
            : fileUri(join(root, path));
        uris.set(path, known);
      }
      return known;
    },
    load() {
      if (loadWaits) return;
      loadWaits = true;
      queue(async () => {
        loadWaits = false;
        await load();
        onChange(folder);
      });
    },
    open(path, text) {
      open.add(path);
      const known = session.has(path);
      session.setFile(path, text);
      if (!known && root !== null) queue(() => putInPlace(path));
    },
    edit(path, changes) {
      const beside = aside.get(path);
      if (beside === undefined) session.editFile(path, changes);
      else aside.set(path, beside.edit(changes));
    },
    close(path) {
      open.delete(path);
      aside.delete(path);
      if (root === null) {
        session.removeFile(path);
        onChange(folder);
      } else queue(() => readAgain(path));
    },
    textOf: (path) =>
      open.has(path) ? ((aside.get(path) ?? session.snapshot.files.get(path))?.text ?? null) : null,
    isOpen: (path) => open.has(path),
    holds: (path) => [...session.snapshot.files.keys()].some((file) => isIn(file, path)),
    touched(path, gone) {
      if (open.has(path)) return;
      if (!gone) return queue(() => readAgain(path));
      reads.delete(path);
      if (!session.has(path)) return;
      session.removeFile(path);
      onChange(folder);
    },
    dispose: () => ended.abort(),
  };
  return folder;
}
