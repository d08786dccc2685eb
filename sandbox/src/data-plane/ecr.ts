import { readBasic } from '../auth/tokens.ts';
import { repositoryArn } from '../control-plane/resources.ts';
import type { Exchange } from '../exchange.ts';
import { strikeConnection, strikeService } from '../faults.ts';
import { notAuthorized } from '../iam/denied.ts';
import { arnOfKey, decide, refusalOf } from '../iam/identity.ts';
import { importUpstream } from '../pull-through.ts';
import { ecrRegistry, type Repository } from '../store/repository.ts';
import type { World } from '../world.ts';
import { refuse, registryHeaders } from './errors.ts';
import type { Route } from './route.ts';
import { serveRegistry } from './router.ts';

/** ECR's registry: Basic authorisation with a password of GetAuthorizationToken, which also says the region. */
export async function serveEcrRegistry(
  world: World,
  exchange: Exchange,
  route: Route,
  identified: (region: string) => void,
): Promise<void> {
  const { operation, action, repository } = route;
  const call = { plane: 'registry', operation, action, repository } as const;
  const broken = (status: number) => refuse(exchange, status, 'INTERNAL_ERROR', 'The registry failed');
  if (await strikeConnection(world, call, exchange, broken)) return;

  const basic = readBasic(exchange.req.headers.authorization);
  const token = basic?.user === 'AWS' ? world.registryTokens.check(basic.password) : null;
  if (token === null || token.status === 'unknown') {
    challenge(world, exchange);
    return;
  }
  if (token.status === 'expired') {
    expired(world, exchange);
    return;
  }
  const { region, accessKeyId } = token.grant;
  identified(region);
  const resource = repositoryArn(world, region, repository ?? '*');
  const struck = strikeService(world, call, {
    denied: () => {
      const user = arnOfKey(world, accessKeyId);
      refuse(exchange, 403, 'DENIED', notAuthorized(user, `ecr:${action ?? operation}`, resource));
    },
    throttled: (seconds) => refuseThrottled(exchange, seconds),
    expired: () => expired(world, exchange),
  });
  if (struck) return;
  const refusal =
    action === null ? null : refusalOf(world, accessKeyId, { action: `ecr:${action}`, resource, region });
  if (refusal !== null) {
    refuse(exchange, 403, 'DENIED', refusal);
    return;
  }
  const may = (name: string, of: string): boolean =>
    decide(world, accessKeyId, {
      action: `ecr:${name}`,
      resource: repositoryArn(world, region, of),
      region,
    }) === 'allowed';
  const pulling = operation === 'HeadManifest' || operation === 'GetManifest';
  if (pulling && repository !== null && may('BatchImportUpstreamImage', repository))
    await importUpstream(world, region, repository, route.reference);
  const registry = {
    plane: 'registry',
    key: ecrRegistry(world.accountId, region),
    mayRead: ({ name }: Repository) => may('GetDownloadUrlForLayer', name),
  } as const;
  await serveRegistry({ world, exchange, route, registry });
}

export function refuseThrottled(exchange: Exchange, seconds: number | null): void {
  const headers: Record<string, string> = seconds === null ? {} : { 'retry-after': String(seconds) };
  refuse(exchange, 429, 'TOOMANYREQUESTS', 'Rate exceeded', headers);
}

function expired(world: World, exchange: Exchange): void {
  if (!world.quirks.expiredTokenIs403) {
    challenge(world, exchange);
    return;
  }
  const message =
    "Your Authorization Token has expired. Please run 'aws ecr get-login-password' to fetch a new one.";
  refuse(exchange, 403, 'DENIED', message);
}

function challenge(world: World, exchange: Exchange): void {
  const host = `${world.accountId}.dkr.ecr.${world.region}.amazonaws.com`;
  exchange.answer(
    401,
    {
      ...registryHeaders,
      'content-type': 'text/plain; charset=utf-8',
      'www-authenticate': `Basic realm="https://${host}/",service="ecr.amazonaws.com"`,
    },
    'Not Authorized\n',
  );
}
