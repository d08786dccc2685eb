import { Worker } from 'node:worker_threads';
import { onAbort } from '../../io/net/deadline.ts';
import type { MirrorNews, MirrorOrder, MirrorStart, Outcome, PlannedImage } from './messages.ts';
import type { Progress } from './model.ts';

export interface MirrorThreadOptions {
  /** The bundle that is the thread (`worker.ts`). */
  readonly script: URL;
  readonly start: Omit<MirrorStart, 'confirms'>;
  /** The person's word on an AWS account, before it is first asked with a signature; null where nobody can be asked. */
  readonly confirmAccount:
    | ((account: string, region: string, host: string, program: string | undefined) => Promise<boolean>)
    | null;
  /** Gets lines without secrets. */
  readonly log: (line: string) => void;
}

/** One run of mirroring, in a thread of its own: no key waits for hashing and sending. */
export interface MirrorThread {
  /** What will happen, image by image in the jobs' order. @throws Error for people; the reason of the signal */
  plan(): Promise<readonly PlannedImage[]>;
  /** Copies as planned; what became of each image, in the jobs' order. @throws Error for people; the signal's reason */
  go(onProgress: (progress: Progress) => void): Promise<readonly Outcome[]>;
  /** Ends it, wherever it is: nothing half done shows at the target. */
  end(): void;
}

/** Begins to plan. Ends when `signal` is aborted, and by itself when it is done. */
export function startMirrorThread(options: MirrorThreadOptions, signal: AbortSignal): MirrorThread {
  const { script, start, confirmAccount, log } = options;
  const workerData: MirrorStart = { ...start, confirms: confirmAccount !== null };
  const worker = new Worker(script, { workerData });
  // A server that is told to exit does not wait for registries.
  worker.unref();
  const order = (what: MirrorOrder): void => worker.postMessage(what);
  const planned = pending<readonly PlannedImage[]>();
  const done = pending<readonly Outcome[]>();
  let onProgress: (progress: Progress) => void = () => {};

  const fail = (error: unknown): void => {
    planned.reject(error);
    done.reject(error);
  };
  const end = (): void => void worker.terminate();
  const stay = onAbort(signal, () => {
    fail(signal.reason);
    end();
  });
  worker.on('message', (news: MirrorNews) => {
    switch (news.kind) {
      case 'confirm': {
        const { id, about } = news;
        const answer = (yes: boolean): void => order({ kind: 'confirmed', id, yes });
        confirmAccount?.(...about).then(answer, () => answer(false));
        break;
      }
      case 'planned':
        planned.resolve(news.plans);
        break;
      case 'progress':
        onProgress(news.progress);
        break;
      case 'done':
        done.resolve(news.outcomes);
        break;
      case 'failed':
        fail(new Error(news.message));
        break;
      case 'log':
        log(news.line);
    }
  });
  worker.on('error', (error) => fail(error));
  worker.on('exit', (code) => {
    stay();
    fail(new Error(`The mirroring thread ended with exit code ${code}.`));
  });
  if (signal.aborted) {
    fail(signal.reason);
    end();
  }

  return {
    plan: () => planned.promise,
    go(heard) {
      onProgress = heard;
      order({ kind: 'go' });
      return done.promise;
    },
    end,
  };
}

/** A promise to be settled from outside; a failure that nobody waits for is none. */
function pending<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {});
  return { promise, resolve: (value: T) => resolve(value), reject: (error: unknown) => reject(error) };
}
