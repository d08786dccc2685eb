import { type Exchange, readBody } from '../exchange.ts';
import { strikeAnswer, strikeConnection, strikeService } from '../faults.ts';
import type { World } from '../world.ts';
import { type Body, type PortalAnswer, Refusal } from './call.ts';
import { matchRoute } from './routes.ts';
import { expiredPortalToken, portalToken } from './state.ts';

/** The largest release that the portal takes: 32 MiB as it is sent. */
const maxBody = 32 * 1024 * 1024;

/** What a call to the portal is, by method and path. */
export const portalOperation = (method: string, pathname: string): string =>
  matchRoute(method, pathname)?.name ?? 'Unknown';

/**
 * Answers the calls of vendor API version 3 that the replicated CLI and Waybill make. Shapes: the replicated CLI
 * (pkg/kotsclient, pkg/types) and its contracts with the API (pacts/replicated-cli-vendor-api.json).
 */
export async function servePortal(world: World, exchange: Exchange): Promise<void> {
  const { method, url, req } = exchange;
  const route = matchRoute(method, url.pathname);
  const call = {
    plane: 'portal',
    operation: route?.name ?? 'Unknown',
    action: null,
    repository: null,
  } as const;
  const refuse = (status: number, message: string, code = ''): void =>
    answer(exchange, { status, body: { message, ...(code === '' ? {} : { error_code: code }) } });
  const bytes = await readBody(req, maxBody);
  if (await strikeConnection(world, call, exchange, (status) => refuse(status, 'Internal server error')))
    return;
  if (req.headers.authorization !== portalToken) {
    const isOld = req.headers.authorization === expiredPortalToken;
    refuse(401, isOld ? 'The token has expired' : 'Unauthorized', 'unauthorized');
    return;
  }
  const struck = strikeService(world, call, {
    denied: () =>
      answer(exchange, {
        status: 403,
        body: { error: { code: 'forbidden', message: 'This token may not do that' } },
      }),
    throttled: () => refuse(429, 'Too many requests'),
    expired: () => refuse(401, 'The token has expired', 'unauthorized'),
  });
  if (struck) return;
  if (route === null) {
    refuse(404, 'Not found', 'not_found');
    return;
  }
  if (bytes === null) {
    refuse(413, 'The request is larger than the portal takes', 'too_large');
    return;
  }
  try {
    const given = {
      world,
      portal: world.portal.state,
      params: route.params,
      query: url.searchParams,
      body: parse(bytes),
      now: new Date(world.clock()).toISOString(),
    };
    const made = await route.run(given);
    if (method !== 'GET') await world.portal.saved();
    if (!strikeAnswer(world, call, exchange)) answer(exchange, made);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, message, code, extra } = error;
    answer(exchange, { status, body: { message, error_code: code, ...extra } });
  }
}

function parse(bytes: Buffer): Body {
  if (bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // Refused below, as any other body that is no object.
  }
  throw new Refusal(400, 'The request body is no JSON object', 'bad_request');
}

function answer(exchange: Exchange, { status, body }: PortalAnswer): void {
  if (body === undefined) exchange.answer(status, {});
  else if (typeof body === 'string') exchange.answer(status, { 'content-type': 'application/yaml' }, body);
  else exchange.answer(status, { 'content-type': 'application/json' }, JSON.stringify(body));
}
