import type { QuickPickItem } from 'vscode';
import { type PickableRegistry, serverCommands } from './protocol.ts';
import type { Server } from './server.ts';

/**
 * The private ECR registries of the open releases.
 * @throws Error with what to do, where there is none
 */
export async function openRegistries(server: Server): Promise<readonly PickableRegistry[]> {
  const registries = await server.execute<PickableRegistry[]>(serverCommands.registries, []);
  if (registries.length > 0) return registries;
  throw new Error('no open release names an ECR registry. List one under “registries” in .waybill.yaml.');
}

/** A registry by its region; the account is said elsewhere. */
export const regionItem = (registry: PickableRegistry): QuickPickItem & { registry: PickableRegistry } => ({
  label: registry.region,
  description: registry.linked ? `${registry.host}, linked` : registry.host,
  registry,
});
