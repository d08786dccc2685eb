/** VS Code's settings `http.proxy`, `http.noProxy` and `http.proxySupport`. */
export interface ProxySettings {
  readonly proxy: string | null | undefined;
  readonly noProxy: readonly string[] | null | undefined;
  readonly proxySupport: string | undefined;
}

/**
 * VS Code's own proxy as variables for the server's process. What the environment says already wins.
 * @param environment of VS Code
 */
export function proxyVariables(
  { proxy, noProxy, proxySupport }: ProxySettings,
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  if (proxySupport === 'off') return {};
  const url = proxy?.trim() ?? '';
  const wanted = { HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: noProxy?.join(',') ?? '' };
  const isSaid = (name: string): boolean =>
    Boolean(environment[name]) || Boolean(environment[name.toLowerCase()]);
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== '' && !isSaid(name)));
}
