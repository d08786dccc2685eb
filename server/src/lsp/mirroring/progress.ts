import { WorkDoneProgressReporter } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** How far something is, shown where the client can show it. */
export interface ShownProgress {
  /** @param percentage where it is known how far it will go, 0 */
  begin(title: string, message: string, percentage?: number): Promise<void>;
  report(message: string, percentage: number): void;
  /** Takes it away; it may begin again. */
  end(): void;
  /** At the very end. */
  close(): void;
}

/** Progress that the client gave a token for, else one of the server's own. Either can be cancelled. */
export function shownProgress(
  { connection, capabilities }: Server,
  given: WorkDoneProgressReporter,
  cancel: () => void,
): ShownProgress {
  if (!WorkDoneProgressReporter.isNullInstance(given)) {
    // A token of the client's is for one progress only.
    let begun = false;
    return {
      async begin(title, message, percentage) {
        if (begun) given.report(message);
        else given.begin(title, percentage ?? 0, message, true);
        begun = true;
      },
      report: (message, percentage) => given.report(percentage, message),
      end() {},
      close() {
        if (begun) given.done();
      },
    };
  }
  let shown: WorkDoneProgressReporter | null = null;
  const end = (): void => {
    shown?.done();
    shown = null;
  };
  return {
    async begin(title, message, percentage) {
      if (!capabilities.progress) return;
      const own = await connection.window.createWorkDoneProgress();
      own.token.onCancellationRequested(cancel);
      own.begin(title, percentage, message, true);
      shown = own;
    },
    report: (message, percentage) => shown?.report(percentage, message),
    end,
    close: end,
  };
}
