import type { Exchange } from '../exchange.ts';
import { readBody } from '../exchange.ts';
import { strikeConnection, strikeService } from '../faults.ts';
import { ecrRegistry } from '../store/repository.ts';
import type { World } from '../world.ts';
import { type ExternalRegistry, portalToken } from './state.ts';

/** No body of these calls is longer. */
const maxBody = 1024 * 1024;

/** What a call to the portal is, by method and path below `/v3/`. */
export function portalOperation(method: string, pathname: string): string {
  const path = pathname.replace(/^\/v3\//, '');
  if (method === 'GET' && path === 'apps') return 'ListApps';
  if (method === 'GET' && path === 'external_registries') return 'ListExternalRegistries';
  if (method === 'GET' && path === 'external_registry/logs') return 'ListExternalRegistryLogs';
  if (method === 'PUT' && path === 'external_registry/test') return 'TestExternalRegistry';
  if (method === 'POST' && path === 'external_registry') return 'AddExternalRegistry';
  if (method === 'DELETE' && path.startsWith('external_registry/')) return 'RemoveExternalRegistry';
  return 'Unknown';
}

/**
 * Answers the calls of vendor API version 3 that are about apps and linked registries. Shapes: the contracts between
 * the replicated CLI and the API (pacts/replicated-cli-vendor-api.json).
 */
export async function servePortal(world: World, exchange: Exchange): Promise<void> {
  const operation = portalOperation(exchange.method, exchange.url.pathname);
  const call = { plane: 'portal', operation, action: null, repository: null } as const;
  const broken = (status: number) => answer(exchange, status, { message: 'Internal server error' });
  const body = await readBody(exchange.req, maxBody);
  if (await strikeConnection(world, call, exchange, broken)) return;
  if (exchange.req.headers.authorization !== portalToken) {
    answer(exchange, 401, { message: 'Unauthorized' });
    return;
  }
  const struck = strikeService(world, call, {
    denied: () => forbid(exchange, 'This token may not do that'),
    throttled: () => answer(exchange, 429, { message: 'Too many requests' }),
    expired: () => answer(exchange, 401, { message: 'The token has expired' }),
  });
  if (struck) return;
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run === undefined) answer(exchange, 404, { message: 'Not found' });
  else run(world, exchange, parse(body));
}

type Body = Readonly<Record<string, unknown>>;
type Operation = (world: World, exchange: Exchange, body: Body) => void;

const operations: Readonly<Record<string, Operation>> = {
  ListApps: ({ portal }, exchange) => answer(exchange, 200, { apps: portal.apps }),
  ListExternalRegistries({ portal }, exchange) {
    const listed = portal.registries.map(shown);
    // The API has null for none.
    answer(exchange, 200, { external_registries: listed.length === 0 ? null : listed });
  },
  ListExternalRegistryLogs({ portal }, exchange) {
    const registry = find(portal.registries, exchange.url.searchParams.get('endpoint') ?? '');
    const logs = portal.logs
      .filter(({ endpoint }) => endpoint === registry?.endpoint)
      .map(({ endpoint: _, ...log }) => log);
    answer(exchange, 200, { logs });
  },
  TestExternalRegistry(world, exchange, { endpoint, image }) {
    const registry = find(world.portal.registries, String(endpoint ?? ''));
    if (registry === null) {
      answer(exchange, 404, { message: 'External registry not found' });
      return;
    }
    const status = pull(world, registry, String(image ?? ''));
    world.portal.logs.push({
      endpoint: registry.endpoint,
      createdAt: new Date(world.clock()).toISOString(),
      action: 'test',
      statusCode: status,
      isSuccess: status === 200,
      image: String(image ?? ''),
    });
    answer(exchange, 200, { status });
  },
  AddExternalRegistry({ portal }, exchange, body) {
    const { endpoint, username, password, provider, slug, authType, appIds } = body;
    const missing = Object.entries({ endpoint, username, password }).find(([, value]) => !value)?.[0];
    if (missing !== undefined) {
      answer(exchange, 400, { message: `${missing} is required` });
      return;
    }
    const registry: ExternalRegistry = {
      provider: String(provider ?? 'other'),
      endpoint: String(endpoint),
      slug: String(slug || endpoint),
      authType: String(authType ?? 'password'),
      username: String(username),
      password: String(password),
      appIds: Array.isArray(appIds) && appIds.length > 0 ? appIds.map(String) : null,
    };
    if (find(portal.registries, registry.slug) !== null) {
      answer(exchange, 409, { message: 'An external registry of this name exists' });
      return;
    }
    portal.registries.push(registry);
    answer(exchange, 201, { external_registry: shown(registry) });
  },
  RemoveExternalRegistry({ portal }, exchange) {
    const name = decodeURIComponent(exchange.url.pathname.split('/').at(-1) ?? '');
    const registry = find(portal.registries, name);
    if (registry === null) {
      answer(exchange, 404, { message: 'External registry not found' });
      return;
    }
    portal.registries.splice(portal.registries.indexOf(registry), 1);
    exchange.answer(204, {});
  },
};

/** By its name or its endpoint. */
const find = (registries: readonly ExternalRegistry[], name: string): ExternalRegistry | null =>
  registries.find(({ slug, endpoint }) => slug === name || endpoint === name) ?? null;

const shown = ({ password: _, ...registry }: ExternalRegistry): object => registry;

/** What the registry answers to Replicated: whether the sandbox's ECR has the image. */
function pull(world: World, { endpoint }: ExternalRegistry, image: string): number {
  const [, account = '', region = ''] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./.exec(endpoint) ?? [];
  const [, name = '', tag = 'latest'] = /^([^:@]+)(?::([^@]+))?/.exec(image) ?? [];
  const repository = world.store.repository(ecrRegistry(account, region), name);
  return repository?.tags.has(tag) ? 200 : 404;
}

function parse(bytes: Buffer | null): Body {
  try {
    const value: unknown = JSON.parse(bytes?.toString('utf8') || '{}');
    return typeof value === 'object' && value !== null ? (value as Body) : {};
  } catch {
    return {};
  }
}

const forbid = (exchange: Exchange, message: string): void =>
  answer(exchange, 403, { error: { code: 'forbidden', message } });

function answer(exchange: Exchange, status: number, body: object): void {
  exchange.answer(status, { 'content-type': 'application/json' }, JSON.stringify(body));
}
