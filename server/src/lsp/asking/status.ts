import type { Connection } from 'vscode-languageserver/node';
import { registriesOf } from '../../core/features/registries.ts';
import { wayFactsOf } from '../../core/features/way-facts.ts';
import type { Spent } from '../../io/net/budget.ts';
import { coalesced } from '../coalesce.ts';
import type { Settings } from '../options.ts';
import type { Ports } from '../ports.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Answers come many at a time, and a person reads no faster: milliseconds from a change until it is shown. */
const patience = 400;

export interface StatusOptions {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly settings: () => Settings;
  readonly busy: () => boolean;
  /** What was spent on a host so far. */
  readonly spent: (host: string) => Spent;
  readonly ports: Ports;
  readonly onError: (error: unknown) => void;
}

/**
 * Sends `waybill/status` when it is called and the status is another one than before:
 * `{ registries: [{ host, state, text, detail, as, action, profile, calls, waiting, throttledUntil }], busy,
 * facts: { imageInEcr, registryLinked, manifestRewritten } }`.
 */
export function statusSender({
  connection,
  workspace,
  settings,
  busy,
  spent,
  ports,
  onError,
}: StatusOptions): () => void {
  let sent = '';
  return coalesced(
    (work) => ports.after(patience, work),
    async () => {
      const registries = registriesOf(workspace.folders.map(({ snapshot }) => snapshot)).map((status) => {
        const { calls, waiting, throttled } = spent(status.host);
        const shown = { ...status, calls, waiting, throttledUntil: throttled?.until ?? null };
        return status.state === 'offline' && !settings().trusted
          ? { ...shown, state: 'untrusted', text: 'not asked in an untrusted workspace' }
          : shown;
      });
      const facts = wayFactsOf(workspace.folders.map(({ snapshot }) => snapshot));
      const status = { registries, busy: busy(), facts };
      const text = JSON.stringify(status);
      if (text === sent) return;
      sent = text;
      await connection.sendNotification('waybill/status', status);
    },
    onError,
  );
}
