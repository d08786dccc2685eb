import { join } from 'node:path';
import { readSaved, savedFile } from '../store/saved-file.ts';
import { type PortalState, portalState } from './state.ts';

/** The vendor portal: what it knows, and the way to keep it. */
export interface Portal {
  readonly state: PortalState;
  /** Resolves when everything up to now is on disk; at once in memory. To be called after each change. */
  saved(): Promise<void>;
}

/**
 * Opens `<folder>/portal.json`, or a portal in memory for null.
 * @param withRegistries whether a new one begins with registries linked
 */
export async function openPortal(folder: string | null, withRegistries = true): Promise<Portal> {
  if (folder === null) return { state: portalState(withRegistries), saved: async () => {} };
  const path = join(folder, 'portal.json');
  const state = {
    ...portalState(withRegistries),
    ...((await readSaved(path)) as Partial<PortalState> | null),
  };
  for (const { airgap } of state.promotions)
    if (airgap.status === 'building')
      Object.assign(airgap, { status: 'failed', error: 'the build was interrupted' });
  return { state, saved: savedFile(path, () => state) };
}
