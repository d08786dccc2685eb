import type { DidChangeConfigurationParams } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `workspace/didChangeConfiguration`: with the settings in it, or as a hint to ask for them. */
export const didChangeConfiguration =
  (server: Server) =>
  ({ settings }: DidChangeConfigurationParams): void => {
    const section: unknown =
      typeof settings === 'object' && settings !== null && 'waybill' in settings ? settings.waybill : null;
    if (section !== null) server.configure(section);
    else if (server.capabilities.configuration)
      fetchConfiguration(server).catch((error: unknown) =>
        server.log.error('workspace/configuration', error),
      );
  };

export async function fetchConfiguration(server: Server): Promise<void> {
  const section: unknown = await server.connection.workspace.getConfiguration('waybill');
  server.configure(section);
}
