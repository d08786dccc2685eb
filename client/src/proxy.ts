import { workspace } from 'vscode';

/**
 * VS Code's own proxy as variables for the server's process. What the environment says already wins.
 * @param environment of VS Code
 */
export function proxyEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const settings = workspace.getConfiguration('http');
  if (settings.get('proxySupport') === 'off') return {};
  const proxy = settings.get<string | null>('proxy')?.trim() ?? '';
  const exceptions = settings.get<readonly string[] | null>('noProxy') ?? [];
  const wanted = {
    HTTPS_PROXY: proxy,
    HTTP_PROXY: proxy,
    NO_PROXY: exceptions.join(','),
  };
  const isSaid = (name: string): boolean =>
    Boolean(environment[name]) || Boolean(environment[name.toLowerCase()]);
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== '' && !isSaid(name)));
}
