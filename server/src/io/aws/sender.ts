import type { Budget } from '../net/budget.ts';
import { withDeadline } from '../net/deadline.ts';
import type { Again, RetryPolicy } from '../net/retry.ts';
import { OddAnswerError } from './api.ts';
import { againAfter } from './failure.ts';

/** Sends one call to a registry: with its deadline, counted, and tried again by the budget. */
export type Send = <T>(
  signal: AbortSignal,
  work: (abortSignal: AbortSignal) => Promise<T>,
  judge?: (error: unknown) => Again,
  policy?: RetryPolicy,
) => Promise<T>;

export interface SendOptions {
  readonly budget: Budget;
  /** For one attempt: milliseconds. */
  readonly deadlineMs: number;
  readonly retries: RetryPolicy;
}

export const createSend =
  (host: string, { budget, deadlineMs, retries }: SendOptions): Send =>
  (signal, work, judge = againAfter, policy = retries) =>
    budget.send(host, signal, (attempt) => withDeadline(deadlineMs, attempt, work), judge, policy);

/** What every answer of ECR holds; its absence means that the answer came from something else. */
export function given<T>(value: T | undefined): T {
  if (value === undefined || value === null)
    throw new OddAnswerError('The answer is not one that Amazon ECR gives.');
  return value;
}
