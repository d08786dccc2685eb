import { badRequest, notFound, type Operation, Refusal, textOf } from './call.ts';
import { findRegistry, logPull, pullLinked } from './pull.ts';
import type { ExternalRegistry } from './state.ts';

/** `GET /v3/external_registries`. */
export const listRegistries: Operation = ({ portal }) => {
  const listed = portal.registries.map(shown);
  // The API has null for none.
  return { status: 200, body: { external_registries: listed.length === 0 ? null : listed } };
};

/** `GET /v3/external_registry/logs?endpoint=`: what Replicated got from it. */
export const listRegistryLogs: Operation = ({ portal, query }) => {
  const registry = findRegistry(portal, query.get('endpoint') ?? '');
  const logs = portal.logs
    .filter(({ endpoint }) => endpoint === registry?.endpoint)
    .map(({ endpoint: _, ...log }) => log);
  return { status: 200, body: { logs } };
};

/** `PUT /v3/external_registry/test {endpoint, image}`: the status that the registry gave, whatever it is. */
export const testRegistry: Operation = async ({ world, portal, body }) => {
  const registry = findRegistry(portal, textOf(body.endpoint));
  if (registry === null) throw notFound('External registry');
  const image = textOf(body.image);
  const pulled = await pullLinked(world, registry, image);
  logPull(world, registry, 'test', image, pulled);
  return { status: 200, body: { status: pulled.status } };
};

/** `POST /v3/external_registry`: tries the key first, unless `skipValidation` is set. */
export const addRegistry: Operation = async ({ world, portal, body }) => {
  const { endpoint, username, password, provider, slug, authType, appIds } = body;
  const missing = Object.entries({ endpoint, username, password }).find(([, value]) => !value)?.[0];
  if (missing !== undefined) throw badRequest(`${missing} is required`);
  const registry: ExternalRegistry = {
    provider: textOf(provider) || 'other',
    endpoint: textOf(endpoint),
    slug: textOf(slug || endpoint),
    authType: textOf(authType) || 'password',
    username: textOf(username),
    password: textOf(password),
    appIds: Array.isArray(appIds) && appIds.length > 0 ? appIds.map(String) : null,
    lastUsedAt: null,
  };
  if (findRegistry(portal, registry.slug) !== null)
    throw new Refusal(409, 'An external registry of this name exists', 'conflict');
  if (body.skipValidation !== true) {
    // What is asked for is no image: only the key's refusal says something.
    const { status } = await pullLinked(world, registry, 'validation/none:none');
    if (status !== 200 && status !== 404 && status !== 403)
      throw badRequest(`The registry ${registry.endpoint} refuses these credentials (HTTP ${status})`);
  }
  portal.registries.push(registry);
  return { status: 201, body: { external_registry: shown(registry) } };
};

/** `DELETE /v3/external_registry/:registry`, by name or endpoint. */
export const removeRegistry: Operation = ({ portal, params }) => {
  const registry = findRegistry(portal, params.registry ?? '');
  if (registry === null) throw notFound('External registry');
  portal.registries.splice(portal.registries.indexOf(registry), 1);
  return { status: 204 };
};

const shown = ({ password: _, ...registry }: ExternalRegistry): object => ({
  lastUsedAt: null,
  ...registry,
});
