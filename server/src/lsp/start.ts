import { machine } from './ports.ts';
import { serve } from './serve.ts';
import { openConnection, type Transport } from './transport.ts';

/** Runs the language server until the client goes away, which ends the process. */
export async function start(transport: Transport): Promise<never> {
  const connection = await openConnection(transport);
  serve(connection, machine);
  connection.listen();
  return new Promise<never>(() => {});
}
