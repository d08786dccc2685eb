import { join } from 'node:path';

/**
 * Where the system keeps what programs may forget: XDG's base directories on Linux, and what stands for them on macOS
 * and Windows. Null where there is no home.
 */
export function defaultCacheFolder(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string | null {
  const xdg = env.XDG_CACHE_HOME;
  // The specification says that a relative path there is to be ignored.
  if (xdg?.startsWith('/')) return join(xdg, 'waybill', 'answers');
  if (platform === 'win32')
    return env.LOCALAPPDATA ? join(env.LOCALAPPDATA, 'waybill', 'cache', 'answers') : null;
  if (!env.HOME) return null;
  return platform === 'darwin'
    ? join(env.HOME, 'Library', 'Caches', 'waybill', 'answers')
    : join(env.HOME, '.cache', 'waybill', 'answers');
}
