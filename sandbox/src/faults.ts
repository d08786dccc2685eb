import { STATUS_CODES } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Exchange } from './exchange.ts';
import type { Struck } from './quirks.ts';
import type { World } from './world.ts';

/** How a plane words what every service says now and then. */
export interface ServiceWords {
  denied(): void;
  throttled(retryAfterSeconds: number | null): void;
  expired(): void;
}

/**
 * Applies the faults of connection and server to a call: the sooner the better, before credentials are looked at.
 * True where one took the answer over.
 */
export async function strikeConnection(
  world: World,
  call: Struck,
  exchange: Exchange,
  broken: (status: number) => void,
): Promise<boolean> {
  const { quirks, strikes } = world;
  if (quirks.latency > 0) await setTimeout(quirks.latency, undefined, { ref: false });
  if (strikes(quirks.hang, call) !== null) {
    exchange.hang();
    return true;
  }
  if (strikes(quirks.reset, call) !== null) {
    exchange.reset();
    return true;
  }
  if (strikes(quirks.html200, call) !== null) {
    exchange.answer(200, { 'content-type': 'text/html; charset=utf-8' }, signInPage);
    return true;
  }
  const failing = strikes(quirks.fail5xx, call);
  if (failing === null) return false;
  const status = failing.status ?? 500;
  if (failing.html) exchange.answer(status, { 'content-type': 'text/html' }, errorPage(status));
  else broken(status);
  return true;
}

/** Whether the answer to a call that was carried out is lost; then the connection is torn down. */
export function strikeAnswer({ quirks, strikes }: World, call: Struck, exchange: Exchange): boolean {
  if (strikes(quirks.lose, call) === null) return false;
  exchange.reset();
  return true;
}

/** Applies what a service refuses to a caller whom it knows. True where that was the answer. */
export function strikeService(world: World, call: Struck, words: ServiceWords): boolean {
  const { quirks, strikes } = world;
  if (strikes(quirks.expire, call) !== null) {
    words.expired();
    return true;
  }
  const throttle = strikes(quirks.throttle, call);
  if (throttle !== null || (quirks.throttled && isSeeded(call, 'demo-apps/throttled'))) {
    words.throttled(throttle?.retryAfterSeconds ?? null);
    return true;
  }
  const reading = call.action !== null && readActions.has(call.action);
  const seeded = quirks.denied && reading && isSeeded(call, 'demo-apps/denied');
  if (strikes(quirks.deny, call) === null && !seeded) return false;
  words.denied();
  return true;
}

const readActions: ReadonlySet<string> = new Set([
  'BatchGetImage',
  'DescribeImageScanFindings',
  'DescribeImages',
  'ListImages',
]);

function isSeeded(call: Struck, repository: string): boolean {
  return call.repository === repository && (call.plane === 'control' || call.plane === 'registry');
}

const errorPage = (status: number): string =>
  `<html>\r\n<head><title>${status} ${STATUS_CODES[status]}</title></head>\r\n` +
  `<body><center><h1>${status} ${STATUS_CODES[status]}</h1></center></body>\r\n</html>\r\n`;

const signInPage = `<!doctype html>
<html><head><title>Sign in to the guest network</title></head>
<body><form action="/login"><button>Accept and continue</button></form></body></html>
`;
