import type { LinkedRegistry, PortalPull } from '../../core/knowledge/knowledge.ts';
import type { PortalCalls } from './calls.ts';
import { PortalError } from './error.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf, timeOf } from './fields.ts';

/** A linked registry as the portal lists it: apps by their ids. */
export interface ExternalRegistry extends Omit<LinkedRegistry, 'apps'> {
  /** Null where it serves all apps. */
  readonly appIds: readonly string[] | null;
  /** For Amazon ECR the access key's id; empty where the portal did not say. */
  readonly username: string;
}

/**
 * The registry of a host that serves some apps already; null for none.
 * @param appIds null for all apps of the team
 */
export const linkedFor = (
  linked: readonly ExternalRegistry[],
  host: string,
  appIds: readonly string[] | null,
): ExternalRegistry | null =>
  linked.find(
    (one) =>
      one.endpoint === host &&
      (one.appIds === null || appIds?.every((id) => one.appIds?.includes(id)) === true),
  ) ?? null;

export interface NewRegistry {
  /** `ecr`, `dockerhub`, `ghcr`, `gar`, `gcr`, `quay` or `other`. */
  readonly provider: string;
  readonly endpoint: string;
  /** Its name in the portal; the endpoint where it is empty. */
  readonly slug: string;
  /** `accesskey` for Amazon ECR, where `username` is the key's id and `password` the secret key. */
  readonly authType: string;
  readonly username: string;
  readonly password: string;
  /** Null for all apps of the team. */
  readonly appIds: readonly string[] | null;
  /** Whether the portal takes it without trying the login. */
  readonly skipValidation: boolean;
}

export interface RegistryCalls {
  listExternalRegistries(signal: AbortSignal): Promise<readonly ExternalRegistry[]>;
  addExternalRegistry(registry: NewRegistry, signal: AbortSignal): Promise<ExternalRegistry>;
  /** @param name its name, or its endpoint */
  removeExternalRegistry(name: string, signal: AbortSignal): Promise<void>;
  /** What Replicated got from a linked registry, the newest first. `endpoint` may be its name too. */
  externalRegistryLogs(endpoint: string, signal: AbortSignal): Promise<readonly PortalPull[]>;
  /**
   * Has Replicated pull an image from a linked registry.
   * @param image repository and tag, without the host
   * @returns the HTTP status that the registry gave
   */
  testExternalRegistry(endpoint: string, image: string, signal: AbortSignal): Promise<number>;
}

export const registryCalls = ({ json }: PortalCalls): RegistryCalls => ({
  async listExternalRegistries(signal) {
    const answer = await json({ path: 'external_registries', right: 'list external registries' }, signal);
    return listOf(answer.external_registries).flatMap(registryOf);
  },
  async addExternalRegistry({ appIds, ...registry }, signal) {
    const body = { ...registry, ...(appIds === null ? {} : { appIds }) };
    const answer = await json(
      { method: 'POST', path: 'external_registry', right: 'create external registries', body },
      signal,
    );
    const [added] = registryOf({ ...registry, appIds, ...fieldsOf(answer.external_registry) });
    if (added === undefined)
      throw new PortalError(200, 'The vendor portal did not say what it linked.', 'failing');
    return added;
  },
  async removeExternalRegistry(name, signal) {
    const path = `external_registry/${encodeURIComponent(name)}`;
    await json({ method: 'DELETE', path, right: 'delete external registries' }, signal);
  },
  async externalRegistryLogs(endpoint, signal) {
    const path = `external_registry/logs?endpoint=${encodeURIComponent(endpoint)}`;
    const { logs } = await json({ path, right: "read external registries' logs" }, signal);
    return listOf(logs)
      .flatMap(pullOf)
      .sort((a, b) => b.at - a.at);
  },
  async testExternalRegistry(endpoint, image, signal) {
    const answer = await json(
      {
        method: 'PUT',
        path: 'external_registry/test',
        right: 'test external registries',
        body: { endpoint, image },
        // Replicated's servers pull from the registry meanwhile.
        deadlineMs: 45_000,
      },
      signal,
    );
    const status = numberOf(answer.status);
    if (status === null)
      throw new PortalError(
        200,
        'The vendor portal did not say how its test of the registry went.',
        'failing',
      );
    return status;
  },
});

function registryOf({ endpoint, slug, provider, appIds, username }: Fields): ExternalRegistry[] {
  if (typeof endpoint !== 'string' || endpoint === '') return [];
  const ids = Array.isArray(appIds) ? appIds.filter((id) => typeof id === 'string') : [];
  return [
    {
      endpoint: hostIn(endpoint),
      slug: textOf(slug) || endpoint,
      provider: textOf(provider) || 'other',
      appIds: ids.length === 0 ? null : ids,
      username: textOf(username),
    },
  ];
}

function pullOf({ createdAt, action, statusCode, isSuccess, image }: Fields): PortalPull[] {
  const at = timeOf(createdAt);
  if (at === null) return [];
  const status = numberOf(statusCode) ?? 0;
  return [
    {
      at,
      action: textOf(action) || 'pull',
      image: textOf(image),
      status,
      ok: typeof isSuccess === 'boolean' ? isSuccess : status >= 200 && status < 300,
    },
  ];
}

/** The host of an endpoint, which people also write as a URL. */
export const hostIn = (endpoint: string): string =>
  endpoint
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
