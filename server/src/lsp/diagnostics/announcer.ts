import type { Connection } from 'vscode-languageserver/node';
import { coalesced } from '../coalesce.ts';
import type { Log } from '../log.ts';
import type { Ports } from '../ports.ts';
import type { Place, Workspace } from '../workspace/workspace.ts';
import type { Reports } from './reports.ts';

/** Lets the client know of new diagnostics, in the way that it understands. */
export interface Announcer {
  /** The text of a document changed in the editor. */
  edited(place: Place): void;
  /** The person paused after editing: what the edits mean for other files may be said now. */
  rested(): void;
  /** Anything may have changed, in any file. */
  everything(): void;
}

export interface AnnouncerOptions {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly reports: Reports;
  readonly ports: Ports;
  readonly log: Log;
}

/** For clients that ask: they do so at each change themselves, and are told when something else changed. */
export function refreshing({ connection, ports, log }: AnnouncerOptions): Announcer {
  const refresh = coalesced(
    ports.soon,
    () => connection.languages.diagnostics.refresh(),
    (error) => log.error('workspace/diagnostic/refresh', error),
  );
  return { edited: () => {}, rested: () => {}, everything: refresh };
}

/** For clients that do not ask: they are sent what is new to them, of closed files of a release too. */
export function publishing({ connection, workspace, reports, ports, log }: AnnouncerOptions): Announcer {
  /** URI → id of the report that the client has. */
  const sent = new Map<string, string>();
  const waiting = new Map<string, Place>();
  let all = false;

  const send = (place: Place): void => {
    const uri = workspace.uriOf(place);
    const { id, items } = reports.of(place);
    sent.set(uri, id);
    const version = workspace.documentAt(place)?.version;
    void connection.sendDiagnostics({
      uri,
      ...(version === undefined ? {} : { version }),
      diagnostics: [...items],
    });
  };
  const sendAllNew = (): void => {
    const places = [...reports.places(), ...workspace.documents];
    for (const place of places) {
      const { id, items } = reports.of(place);
      const known = sent.get(workspace.uriOf(place));
      if (known === undefined ? items.length > 0 : id !== known) send(place);
    }
    const shown = new Set(places.map(workspace.uriOf));
    for (const uri of [...sent.keys()])
      if (!shown.has(uri)) {
        sent.delete(uri);
        void connection.sendDiagnostics({ uri, diagnostics: [] });
      }
  };
  const flush = coalesced(
    ports.soon,
    () => {
      // Before all files are read, it is not known what a document belongs to. Reading them ends with a flush.
      for (const [uri, place] of [...waiting])
        if (place.folder.isReady) {
          waiting.delete(uri);
          if (workspace.documentAt(place) !== null) send(place);
        }
      if (!all || workspace.folders.some((folder) => !folder.isReady)) return;
      all = false;
      sendAllNew();
    },
    (error) => log.error('textDocument/publishDiagnostics', error),
  );
  const everything = (): void => {
    all = true;
    flush();
  };
  return {
    edited(place) {
      waiting.set(workspace.uriOf(place), place);
      flush();
    },
    rested: everything,
    everything,
  };
}
