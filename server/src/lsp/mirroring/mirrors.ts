import { canonical } from '../../core/image/normal.ts';
import type { ThreadJob } from '../../work/mirror/messages.ts';
import { type MirrorThread, type MirrorThreadOptions, startMirrorThread } from '../../work/mirror/thread.ts';
import { bundleBeside } from '../bundle.ts';

/** Images that are being mirrored, each run in a thread of its own. */
export interface Mirrors {
  /** Begins a run, unless something is being copied to one of its targets: then the result is that target. */
  begin(jobs: readonly ThreadJob[]): MirrorRun | string;
  /** Ends every run. */
  interrupt(): void;
}

export interface MirrorRun {
  readonly thread: MirrorThread;
  /** Aborted when the run is not wanted any more. */
  readonly signal: AbortSignal;
  cancel(): void;
  /** To be called once, however it went. */
  end(): void;
}

export interface MirrorsOptions
  extends Pick<MirrorThreadOptions, 'confirmAccount' | 'log'>,
    Pick<MirrorThreadOptions['start'], 'mayStartPrograms'> {
  /** AWS account → profile, as it is now. */
  readonly profiles: () => Readonly<Record<string, string>>;
}

export function createMirrors({ confirmAccount, log, mayStartPrograms, profiles }: MirrorsOptions): Mirrors {
  const taken = new Set<string>();
  const running = new Set<AbortController>();
  return {
    begin(jobs) {
      const targets = jobs.map(({ target }) => canonical(target, { defaultTag: true }));
      const busy = targets.find((target) => taken.has(target));
      if (busy !== undefined) return busy;
      const cancelled = new AbortController();
      const { signal } = cancelled;
      for (const target of targets) taken.add(target);
      running.add(cancelled);
      const thread = startMirrorThread(
        {
          script: bundleBeside('mirroring.cjs'),
          start: { jobs, profiles: profiles(), mayStartPrograms },
          confirmAccount,
          log,
        },
        signal,
      );
      return {
        thread,
        signal,
        cancel: () => cancelled.abort(new Error('Cancelled')),
        end() {
          thread.end();
          for (const target of targets) taken.delete(target);
          running.delete(cancelled);
        },
      };
    },
    interrupt() {
      for (const each of running) each.abort(new Error('Interrupted'));
    },
  };
}
