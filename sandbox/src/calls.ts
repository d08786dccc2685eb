import type { Plane } from './quirks.ts';

/** One call that reached the sandbox, on any of its planes. */
export interface CallRecord {
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly time: number;
  readonly plane: Plane;
  readonly method: string;
  /** The request's path with its query; no secret is ever in it. */
  readonly path: string;
  /** `DescribeImages`; at the registries `Ping`, `GetManifest`, `HeadManifest`, `PutManifest`, `GetBlob` … */
  readonly operation: string;
  /** The ECR action that it needs: the operation itself on the control plane, `BatchGetImage` for a manifest pull. */
  readonly action: string | null;
  readonly repository: string | null;
  /** The region that the call was signed for; null where there is none. */
  readonly region: string | null;
  /** The HTTP status; 0 where no answer was given. */
  readonly status: number;
  /** The control plane's error: `ThrottlingException`; null where there was none, and on the other planes. */
  readonly error: string | null;
}

/** Remembered calls are cut to the newest so many, so that a sandbox may run for days. */
const remembered = 100_000;

export interface CallLog {
  readonly calls: readonly CallRecord[];
  add(record: CallRecord): void;
}

export function callLog(log: (line: string) => void): CallLog {
  const calls: CallRecord[] = [];
  return {
    calls,
    add: (record) => {
      if (calls.length >= remembered) calls.splice(0, remembered / 2);
      calls.push(record);
      const named = record.plane === 'control' || record.plane === 'iam';
      const what = named ? record.operation : `${record.method} ${record.path}`;
      const about = record.plane === 'control' && record.repository !== null ? ` ${record.repository}` : '';
      log(`${record.plane} ${record.status} ${what}${about}`);
    },
  };
}
