import { ConfigurationTarget, workspace } from 'vscode';

/** Turns the setting `waybill.network` on or off: for the workspace where it has a value of its own, else for the person. */
export async function turnNetwork(to: 'on' | 'off'): Promise<void> {
  const settings = workspace.getConfiguration('waybill');
  const isOwn = settings.inspect('network')?.workspaceValue !== undefined;
  await settings.update('network', to, isOwn ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}

/** Whether the setting lets registries be asked. */
export const isNetworkOn = (): boolean => workspace.getConfiguration('waybill').get('network') !== 'off';
