import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver/node';

/**
 * Shows the person a message without buttons (`window/showMessage`). Not by `connection.window`, which would send a
 * request and have something to wait for.
 */
export function say(connection: Connection, how: 'error' | 'information', message: string): void {
  const type = how === 'error' ? MessageType.Error : MessageType.Info;
  void connection.sendNotification(ShowMessageNotification.type, { type, message });
}
