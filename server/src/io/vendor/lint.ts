import type { Budget } from '../net/budget.ts';
import { withDeadline } from '../net/deadline.ts';
import type { Transport } from '../net/http.ts';
import { noRetries } from '../net/retry.ts';
import { PortalError } from './error.ts';
import { fieldsOf, listOf, numberOf, textOf } from './fields.ts';
import type { SpecFile } from './releases.ts';

/** Replicated's linter; LINTER_API_ORIGIN names another. It wants no token and is sent none. */
export const DEFAULT_LINTER = 'https://lint.replicated.com';

/** Something that Replicated's own linter says of a release. */
export interface LintProblem {
  readonly rule: string;
  /** `error`, `warn` or `info`. */
  readonly type: string;
  readonly message: string;
  /** With `/`, from the release's root. */
  readonly path: string;
  /** From 1; null where it is about the file. */
  readonly line: number | null;
}

/**
 * What Replicated's linter says of the files of a release: POST /v1/lint of replicatedhq/kots-lint.
 * @throws PortalError, or the signal's reason
 */
export async function lintRemotely(
  files: readonly SpecFile[],
  {
    origin,
    transport,
    budget,
  }: { readonly origin: string; readonly transport: Transport; readonly budget: Budget },
  signal: AbortSignal,
): Promise<LintProblem[]> {
  const url = new URL(`${origin.replace(/\/+$/, '')}/v1/lint`);
  const failed = (status: number | null, why: string): PortalError =>
    new PortalError(status, `Replicated's linter ${why}.`, status === null ? 'unreachable' : 'failing');
  const attempt = (within: AbortSignal) =>
    withDeadline(60_000, within, async (limited) => {
      const answer = await transport.request(url, {
        method: 'POST',
        signal: limited,
        idleMs: 60_000,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ spec: JSON.stringify(files) }),
      });
      if (answer.status !== 200) {
        answer.discard();
        throw failed(answer.status, `answered with HTTP ${answer.status}`);
      }
      return fieldsOf(
        await answer.json(32_000_000).catch(() => {
          throw failed(200, 'answered with something that is no JSON');
        }),
      );
    });
  try {
    const answer = await budget.run(url.host, signal, () =>
      budget.send(url.host, signal, attempt, () => ({ kind: 'no' }), noRetries),
    );
    return listOf(answer.lintExpressions).map(({ rule, type, message, path, positions }) => ({
      rule: textOf(rule),
      type: textOf(type),
      message: textOf(message),
      path: textOf(path),
      line: numberOf(fieldsOf(listOf(positions)[0]?.start).line),
    }));
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof PortalError ? error : failed(null, 'could not be reached');
  }
}
