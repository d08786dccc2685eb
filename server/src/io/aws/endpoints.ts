/**
 * Where to really connect for a registry's host, by WAYBILL_REGISTRY_ENDPOINTS (a JSON object of hosts and URLs);
 * null where it names none, or no URL of HTTP.
 */
export function configuredEndpoint(env: NodeJS.ProcessEnv, host: string): string | null {
  const text = env.WAYBILL_REGISTRY_ENDPOINTS;
  if (!text) return null;
  try {
    const endpoints: unknown = JSON.parse(text);
    if (typeof endpoints !== 'object' || endpoints === null || !Object.hasOwn(endpoints, host)) return null;
    const url: unknown = (endpoints as Record<string, unknown>)[host];
    return typeof url === 'string' && /^https?:\/\//i.test(url) ? url : null;
  } catch {
    return null;
  }
}
