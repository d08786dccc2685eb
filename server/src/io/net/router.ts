import type { Answer, Question } from '../../core/knowledge/knowledge.ts';
import type { Asker } from '../../core/knowledge/ports.ts';
import { hostOf, unchecked } from './unchecked.ts';

/** One kind of registry and who asks it. */
export interface Route {
  /** Whether this one answers a question. */
  readonly knows: (question: Question) => boolean;
  readonly asker: Asker;
}

/** Whether anything may go over the network, and why not. */
export type Network = 'on' | 'off' | 'untrusted';

/**
 * An asker that gives each question to the first route that knows its registry, all routes at the same time.
 * What no route knows, and everything while the network is not on, is `unchecked` without anybody being asked.
 */
export function createRouter(options: {
  readonly routes: readonly Route[];
  readonly network: () => Network;
  readonly now: () => number;
}): Asker {
  return {
    async ask(questions, signal, onAnswers, manner) {
      if (signal.aborted || questions.length === 0) return;
      const network = options.network();
      const byRoute = new Map<Route, Question[]>(options.routes.map((route) => [route, []]));
      const nobody: Answer[] = [];
      for (const question of questions) {
        const route = options.routes.find(({ knows }) => knows(question));
        if (network !== 'on') nobody.push(unchecked(question, 'offline', closed[network], options.now()));
        else if (!route) nobody.push(unchecked(question, null, nobodyToAsk(question), options.now()));
        else byRoute.get(route)?.push(question);
      }
      if (nobody.length > 0) onAnswers(nobody);
      await Promise.all(
        [...byRoute].map(async ([route, asked]) => {
          if (asked.length > 0) await route.asker.ask(asked, signal, onAnswers, manner);
        }),
      );
    },
  };
}

/** Why nothing is asked while the network is not on, as sentences for people. */
export const closed: Readonly<Record<Exclude<Network, 'on'>, string>> = {
  off: 'Waybill is offline: it was told not to use the network.',
  untrusted: 'This workspace is not trusted, so Waybill does not use the network for it.',
};

const nobodyToAsk = (question: Question): string =>
  `Waybill cannot ask ${hostOf(question) ?? 'the vendor portal'} here.`;
