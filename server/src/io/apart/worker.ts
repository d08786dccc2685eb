// The asking thread: what it takes to ask registries, so that it never keeps a key waiting.
import { parentPort, workerData } from 'node:worker_threads';
import { questionKey } from '../../core/knowledge/knowledge.ts';
import { createWorld } from '../world.ts';
import type { News, Order, Start, State } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('This runs as a thread only.');
const start = workerData as Start;
const tell = (news: News): void => port.postMessage(news);

let state: State = { accounts: [], network: 'untrusted', profiles: {} };
let urgent: ReadonlySet<string> = new Set();
const asking = new Map<number, AbortController>();
const confirming = new Map<number, (yes: boolean) => void>();
let confirmations = 0;
let telling: NodeJS.Timeout | null = null;

const world = createWorld({
  env: process.env,
  now: Date.now,
  log: (line) => tell({ kind: 'log', line }),
  network: () => state.network,
  accounts: () => new Set(state.accounts),
  profileFor: (account) => state.profiles[account],
  isUrgent: (question) => urgent.has(questionKey(question)),
  cacheFolder: start.cacheFolder,
  mayStartPrograms: () => start.mayStartPrograms,
  ...(start.confirms
    ? {
        confirmAccount: (account, region, host, program) =>
          new Promise<boolean>((resolve) => {
            const id = confirmations++;
            confirming.set(id, resolve);
            tell({ kind: 'confirm', id, about: [account, region, host, program] });
          }),
      }
    : {}),
  onSpent: () => {
    if (telling === null) telling = setTimeout(tellSpent, 200);
  },
});

function tellSpent(): void {
  telling = null;
  const hosts = Object.fromEntries(world.budget.hosts().map((host) => [host, world.budget.spent(host)]));
  tell({ kind: 'spent', hosts });
}

port.on('message', (order: Order) => {
  switch (order.kind) {
    case 'ask': {
      const { id, questions, manner } = order;
      state = order.state;
      const controller = new AbortController();
      asking.set(id, controller);
      void world.asker
        .ask(questions, controller.signal, (answers) => tell({ kind: 'answers', id, answers }), manner)
        .then(() => {
          asking.delete(id);
          tell({ kind: 'done', id });
        });
      break;
    }
    case 'abort':
      asking.get(order.id)?.abort();
      break;
    case 'urgent':
      urgent = new Set(order.keys);
      break;
    case 'confirmed':
      confirming.get(order.id)?.(order.yes);
      confirming.delete(order.id);
      break;
    case 'flush':
      void world.flush().then(() => tell({ kind: 'flushed', id: order.id }));
  }
});
