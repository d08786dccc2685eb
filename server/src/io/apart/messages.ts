import type { Answer, Question } from '../../core/knowledge/knowledge.ts';
import type { Manner } from '../../core/knowledge/ports.ts';
import type { Spent } from '../net/budget.ts';
import type { Network } from '../net/router.ts';

/** What holds while a question is asked; may change with every question. */
export interface State {
  readonly accounts: readonly string[];
  readonly network: Network;
  /** AWS account → profile. */
  readonly profiles: Readonly<Record<string, string>>;
}

/** What the asking thread is told at its start. */
export interface Start {
  readonly cacheFolder: string | null;
  readonly confirms: boolean;
  readonly mayStartPrograms: boolean;
}

/** To the asking thread. */
export type Order =
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly questions: readonly Question[];
      readonly manner: Manner;
      readonly state: State;
    }
  | { readonly kind: 'abort'; readonly id: number }
  /** Keys of the questions that somebody waits for at an open document. */
  | { readonly kind: 'urgent'; readonly keys: readonly string[] }
  | { readonly kind: 'confirmed'; readonly id: number; readonly yes: boolean }
  | { readonly kind: 'flush'; readonly id: number };

/** From the asking thread. */
export type News =
  | { readonly kind: 'answers'; readonly id: number; readonly answers: readonly Answer[] }
  | { readonly kind: 'done'; readonly id: number }
  | {
      readonly kind: 'confirm';
      readonly id: number;
      readonly about: readonly [account: string, region: string, host: string, program: string | undefined];
    }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'spent'; readonly hosts: Readonly<Record<string, Spent>> }
  | { readonly kind: 'flushed'; readonly id: number };
