import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type FileSystemWatcher,
  WatchKind,
} from 'vscode-languageserver/node';
import type { Server } from '../server.ts';
import { fetchConfiguration } from './did-change-configuration.ts';

/** Files that can change what a release is; and, of whatever else, that it is gone: it may be a folder of them. */
const watchers: FileSystemWatcher[] = [
  ...['**/*.{yaml,yml}', '**/.waybill.yaml', '**/.replicated', '**/.gitignore', '**/*.tgz', '**/*.tpl'].map(
    (globPattern) => ({
      globPattern,
    }),
  ),
  { globPattern: '**/*', kind: WatchKind.Delete },
];

/** `initialized`: now there is time for what takes some. */
export function initialized(server: Server): void {
  const { capabilities, connection, workspace, log } = server;
  workspace.load();
  const register = async (): Promise<void> => {
    if (capabilities.watchFiles)
      await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    if (capabilities.dynamicConfiguration)
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'waybill' });
    if (capabilities.configuration) await fetchConfiguration(server);
  };
  register().catch((error: unknown) => log.error('initialized', error));
}
