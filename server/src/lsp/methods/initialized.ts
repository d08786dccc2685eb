import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver/node';
import type { Server } from '../server.ts';
import { fetchConfiguration } from './did-change-configuration.ts';

/** Files that can change what a release is. */
const watched = ['**/*.{yaml,yml}', '**/.waybill.yaml', '**/.replicated', '**/.gitignore'];

/** `initialized`: now there is time for what takes some. */
export function initialized(server: Server): void {
  const { capabilities, connection, workspace, log } = server;
  workspace.load();
  const register = async (): Promise<void> => {
    if (capabilities.watchFiles)
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: watched.map((globPattern) => ({ globPattern })),
      });
    if (capabilities.dynamicConfiguration)
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'waybill' });
    if (capabilities.configuration) await fetchConfiguration(server);
  };
  register().catch((error: unknown) => log.error('initialized', error));
}
