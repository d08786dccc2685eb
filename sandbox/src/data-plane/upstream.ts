import { readBasic, readBearer } from '../auth/tokens.ts';
import type { Exchange } from '../exchange.ts';
import { strikeConnection, strikeService } from '../faults.ts';
import { upstreamUser } from '../seed/contents.ts';
import { type Repository, upstreamRegistry } from '../store/repository.ts';
import type { UpstreamGrant, World } from '../world.ts';
import { refuseThrottled } from './ecr.ts';
import { refuse, registryHeaders } from './errors.ts';
import type { Route } from './route.ts';
import { serveRegistry } from './router.ts';

const service = 'registry.sandbox';
const lifetimeSeconds = 300;

/** The public registry: anonymous or personal bearer tokens, as Docker Hub, Quay and GitHub hand them out. */
export async function serveUpstream(world: World, exchange: Exchange, route: Route): Promise<void> {
  const { operation, action, repository } = route;
  const call = { plane: 'upstream', operation, action, repository } as const;
  const broken = (status: number) => refuse(exchange, status, 'INTERNAL_ERROR', 'The registry failed');
  if (await strikeConnection(world, call, exchange, broken)) return;

  const bearer = readBearer(exchange.req.headers.authorization);
  const token = bearer === null ? null : world.bearerTokens.check(bearer);
  if (token === null || token.status === 'unknown') {
    challenge(world, exchange, route, token === null ? null : 'invalid_token');
    return;
  }
  if (token.status === 'expired') {
    expired(world, exchange, route);
    return;
  }
  const { grant } = token;
  if (repository !== null && !allows(grant, repository, route.access)) {
    challenge(world, exchange, route, 'insufficient_scope');
    return;
  }
  const struck = strikeService(world, call, {
    denied: () => refuse(exchange, 403, 'DENIED', 'requested access to the resource is denied'),
    throttled: (seconds) => refuseThrottled(exchange, seconds),
    expired: () => expired(world, exchange, route),
  });
  if (struck) return;
  const mayRead = (each: Repository) =>
    each.anonymous || allows(grant, each.name, 'pull') || grant.user !== null;
  await serveRegistry({
    world,
    exchange,
    route,
    registry: { plane: 'upstream', key: upstreamRegistry, mayRead },
  });
}

/**
 * `GET /token?service=…&scope=repository:NAME:pull,push`: a bearer token for what the caller may do
 * (https://distribution.github.io/distribution/spec/auth/token/). Wrong credentials are refused; scopes that are not
 * the caller's are left out, as registries do.
 */
export async function serveToken(world: World, exchange: Exchange): Promise<void> {
  const call = { plane: 'upstream', operation: 'Token', action: null, repository: null } as const;
  const json = { 'content-type': 'application/json' };
  const fail = (status: number, details: string) =>
    exchange.answer(status, json, JSON.stringify({ details }));
  if (await strikeConnection(world, call, exchange, (status) => fail(status, 'internal error'))) return;
  const struck = strikeService(world, call, {
    denied: () => fail(403, 'access denied'),
    throttled: (seconds) => refuseThrottled(exchange, seconds),
    expired: () => fail(401, 'token expired'),
  });
  if (struck) return;

  let user: string | null = null;
  if (exchange.req.headers.authorization !== undefined) {
    const basic = readBasic(exchange.req.headers.authorization);
    if (basic?.user !== upstreamUser.user || basic.password !== upstreamUser.password) {
      fail(401, 'incorrect username or password');
      return;
    }
    user = basic.user;
  }
  const access = exchange.url.searchParams
    .getAll('scope')
    .flatMap((scope) => scope.split(' '))
    .flatMap((scope) => readScope(scope))
    .map(({ repository, actions }) => ({
      repository,
      actions: actions.filter((action) => user !== null || (action === 'pull' && isOpen(world, repository))),
    }));
  const now = world.clock();
  const token = world.bearerTokens.issue({ user, access }, now + lifetimeSeconds * 1000);
  const body = {
    token,
    access_token: token,
    expires_in: lifetimeSeconds,
    issued_at: new Date(now).toISOString(),
  };
  exchange.answer(200, json, JSON.stringify(body));
}

/** Whether anybody may pull. A repository that is not there looks like a private one, or else is NAME_UNKNOWN. */
function isOpen(world: World, name: string): boolean {
  const found = world.store.repository(upstreamRegistry, name);
  return found === null ? !world.quirks.upstreamHidesMissing : found.anonymous;
}

function readScope(scope: string): UpstreamGrant['access'] {
  const match = /^repository:([^:]+):([a-z,*]+)$/.exec(scope);
  if (match?.[1] === undefined || match[2] === undefined) return [];
  const actions = match[2] === '*' ? ['pull', 'push', 'delete'] : match[2].split(',');
  return [{ repository: match[1], actions }];
}

function allows(grant: UpstreamGrant, repository: string, action: string): boolean {
  return grant.access.some((each) => each.repository === repository && each.actions.includes(action));
}

function expired(world: World, exchange: Exchange, route: Route): void {
  if (world.quirks.expiredBearerIs400) {
    refuse(exchange, 400, 'DENIED', 'Your authorization token has expired.');
    return;
  }
  challenge(world, exchange, route, 'invalid_token');
}

function challenge(world: World, exchange: Exchange, route: Route, error: string | null): void {
  const actions = route.access === 'push' ? 'pull,push' : route.access;
  const scope = route.repository === null ? '' : `,scope="repository:${route.repository}:${actions}"`;
  const why = error === null ? '' : `,error="${error}"`;
  const realm = `Bearer realm="${world.urls.upstream}/token",service="${service}"${scope}${why}`;
  refuse(exchange, 401, 'UNAUTHORIZED', 'authentication required', {
    ...registryHeaders,
    'www-authenticate': realm,
  });
}
