import { connect } from 'node:net';
import {
  type Connection,
  createConnection,
  IPCMessageReader,
  IPCMessageWriter,
} from 'vscode-languageserver/node';

/** How client and server talk. */
export type Transport =
  | { readonly kind: 'stdio' }
  | { readonly kind: 'node-ipc' }
  /** The client listens on 127.0.0.1, the server connects. */
  | { readonly kind: 'socket'; readonly port: number };

/** The connection to the client. The process ends when the client goes away: 0 after `shutdown`, else 1. */
export async function openConnection(transport: Transport): Promise<Connection> {
  switch (transport.kind) {
    case 'stdio': {
      // stdout belongs to the protocol, whatever a library would like to say there.
      console.log = console.info = console.debug = console.error;
      return createConnection(process.stdin, process.stdout);
    }
    case 'node-ipc':
      process.on('disconnect', () => process.exit(1));
      return createConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
    case 'socket': {
      const socket = connect(transport.port, '127.0.0.1');
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      });
      return createConnection(socket, socket);
    }
  }
}
