import { closed } from '../../io/net/router.ts';
import type { Server } from '../server.ts';

/** Why nothing can be mirrored at this moment, in a sentence; null where it can. */
export function whyClosed({ settings }: Pick<Server, 'settings'>): string | null {
  if (!settings.trusted) return closed.untrusted;
  return settings.network && settings.enable ? null : closed.off;
}
