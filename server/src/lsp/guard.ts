import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Log } from './log.ts';

/**
 * A request's handler that never fails for a reason of our own: whatever is thrown is logged and answered with
 * `neutral`. A request that was cancelled is answered as such. A ResponseError is an answer and goes out as it is.
 */
export function guarded<P, R, Rest extends unknown[]>(
  log: Log,
  method: string,
  neutral: R,
  handle: (params: P, token: CancellationToken, ...rest: Rest) => R | Promise<R>,
): (params: P, token: CancellationToken, ...rest: Rest) => Promise<R> {
  return async (params, token, ...rest) => {
    let result = neutral;
    try {
      if (!token.isCancellationRequested) result = await handle(params, token, ...rest);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      log.error(method, error);
    }
    if (token.isCancellationRequested)
      throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
    return result;
  };
}

/** A notification's handler that logs what goes wrong. */
export function heard<P>(log: Log, method: string, handle: (params: P) => void): (params: P) => void {
  return (params) => {
    try {
      handle(params);
    } catch (error) {
      log.error(method, error);
    }
  };
}
