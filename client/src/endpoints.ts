import { env, window } from 'vscode';
import { pick } from './pick.ts';
import { openRegistries } from './registries.ts';
import type { Server } from './server.ts';

/** Copies the host of a private ECR registry, as images name it; of several the person chooses one. */
export async function copyEndpoint(server: Server): Promise<void> {
  const registries = await openRegistries(server);
  let host = registries[0]?.host;
  if (registries.length > 1) {
    const picked = await pick({
      title: 'Copy ECR Endpoint',
      placeholder: 'Registry',
      back: false,
      items: async () =>
        registries.map((each) => ({ label: each.host, description: each.linked ? 'linked' : '' })),
    });
    if (picked === undefined || picked === 'back') return;
    host = picked.chosen.label;
  }
  if (host === undefined) return;
  await env.clipboard.writeText(host);
  // Not awaited: the message stays until the person has read it, the endpoint is there.
  void window.showInformationMessage(`Waybill: copied ${host}.`);
}
