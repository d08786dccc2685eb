import { readBearer } from '../auth/tokens.ts';
import { type Exchange, readBody } from '../exchange.ts';
import { strikeConnection, strikeService } from '../faults.ts';
import type { World } from '../world.ts';
import { discovery, listObjects, readPath } from './api.ts';
import { InstallError, type InstallRequest, install } from './install.ts';
import { clusterToken, type Installation } from './state.ts';
import { tableOf, wantsTable } from './table.ts';

/** What a call to the cluster is: a verb and a kind, or what the sandbox itself is told. */
export function clusterOperation(method: string, pathname: string): string {
  if (pathname === '/sandbox/install') return 'Install';
  if (pathname === '/sandbox/installations') return 'ListInstallations';
  const path = readPath(pathname);
  if (path !== null) return `${path.name === null ? 'List' : 'Get'}${path.resource.kind}`;
  return discovery(pathname) === null ? `Unknown ${method}` : 'Discovery';
}

/**
 * A tiny Kubernetes API: who runs what, for reading only. Beside it `POST /sandbox/install` installs a promoted release
 * and `GET /sandbox/installations` says which version runs where; no Kubernetes has those.
 */
export async function serveCluster(world: World, exchange: Exchange): Promise<void> {
  const { method, url, req } = exchange;
  const operation = clusterOperation(method, url.pathname);
  const call = { plane: 'cluster', operation, action: null, repository: null } as const;
  const body = await readBody(req, 1024 * 1024);
  const broken = (code: number): void => refuse(exchange, code, 'InternalError', 'an error on the server');
  if (await strikeConnection(world, call, exchange, broken)) return;
  const unauthorized = (): void => refuse(exchange, 401, 'Unauthorized', 'Unauthorized');
  if (readBearer(req.headers.authorization) !== clusterToken) {
    unauthorized();
    return;
  }
  const path = readPath(url.pathname);
  const struck = strikeService(world, call, {
    denied: () => {
      const verb = path?.name === null ? 'list' : 'get';
      const where = path?.namespace ? `in the namespace "${path.namespace}"` : 'at the cluster scope';
      const what = path?.resource.plural ?? 'pods';
      refuse(
        exchange,
        403,
        'Forbidden',
        `${what} is forbidden: User "sandbox" cannot ${verb} resource "${what}" in API group ` +
          `"${path?.resource.group ?? ''}" ${where}`,
      );
    },
    throttled: () => refuse(exchange, 429, 'TooManyRequests', 'the server has received too many requests'),
    expired: unauthorized,
  });
  if (struck) return;

  if (operation === 'Install' && method === 'POST') {
    await serveInstall(world, exchange, body);
    return;
  }
  if (method !== 'GET') {
    refuse(
      exchange,
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    );
    return;
  }
  if (operation === 'ListInstallations') {
    answer(exchange, 200, { installations: world.cluster.state.installations.map(shown) });
    return;
  }
  const known = discovery(url.pathname);
  if (known !== null) {
    answer(exchange, 200, known);
    return;
  }
  if (path === null) {
    refuse(exchange, 404, 'NotFound', 'the server could not find the requested resource');
    return;
  }
  const { resource, name } = path;
  const { items, next } = listObjects(world, path, url.searchParams);
  if (name === null) {
    const apiVersion = resource.group === '' ? 'v1' : `${resource.group}/v1`;
    const metadata = { resourceVersion: '1', ...(next === '' ? {} : { continue: next }) };
    const list = { kind: `${resource.kind}List`, apiVersion, metadata, items };
    const asTable = wantsTable(req.headers.accept);
    answer(exchange, 200, asTable ? tableOf(resource.kind, items, metadata, world.clock()) : list);
    return;
  }
  const found = items.find(({ metadata }) => metadata.name === name);
  if (found === undefined) refuse(exchange, 404, 'NotFound', `${resource.plural} "${name}" not found`);
  else if (wantsTable(req.headers.accept))
    answer(exchange, 200, tableOf(resource.kind, [found], { resourceVersion: '1' }, world.clock()));
  else answer(exchange, 200, found);
}

async function serveInstall(world: World, exchange: Exchange, body: Buffer | null): Promise<void> {
  let request: Partial<InstallRequest> | null = null;
  try {
    request = JSON.parse(body?.toString('utf8') ?? '') as Partial<InstallRequest> | null;
  } catch {
    // Refused below, as a body without a licence.
  }
  if (typeof request?.license !== 'string') {
    refuse(exchange, 400, 'BadRequest', 'the body is a JSON object with "license": a licence file or its id');
    return;
  }
  try {
    answer(exchange, 201, shown(await install(world, { ...request, license: request.license })));
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    refuse(exchange, 400, 'BadRequest', error.message);
  }
}

/** An installation without its secrets. */
function shown({ secrets: _, licenseId: __, ...installation }: Installation): object {
  return installation;
}

function refuse(exchange: Exchange, code: number, reason: string, message: string): void {
  answer(exchange, code, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  });
}

function answer(exchange: Exchange, status: number, body: object): void {
  exchange.answer(status, { 'content-type': 'application/json' }, JSON.stringify(body));
}
