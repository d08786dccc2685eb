import type { Connection } from 'vscode-languageserver/node';
import { coalesced } from '../coalesce.ts';
import type { Ports } from '../ports.ts';
import type { ListedRelease, Made } from './made.ts';

/** The layers of all releases, for a client that shows which there are. */
export interface LayerList {
  /** From now on the client is told, once, when this has become another list. */
  read(): Promise<ListedRelease[]>;
  /** What it is made from may have changed. */
  changed(): void;
}

export interface LayerListOptions {
  readonly connection: Connection;
  readonly made: () => Promise<Made>;
  readonly ports: Ports;
  readonly onError: (error: unknown) => void;
}

/**
 * Sends `waybill/didChangeLayers` when the list is another one than the client last read. Until it reads again it is
 * told no more, so whoever has closed the view is left alone, and nothing is made for it.
 */
export function createLayerList({ connection, made, ports, onError }: LayerListOptions): LayerList {
  /** As the client has it, as JSON; null where it waits for nothing. */
  let known: string | null = null;
  const tell = coalesced(
    ports.soon,
    async () => {
      if (known === null) return;
      const { list } = await made();
      if (known === null || JSON.stringify(list()) === known) return;
      known = null;
      await connection.sendNotification('waybill/didChangeLayers');
    },
    onError,
  );
  return {
    async read() {
      const { list } = await made();
      const releases = list();
      known = JSON.stringify(releases);
      return releases;
    },
    changed() {
      if (known !== null) tell();
    },
  };
}
