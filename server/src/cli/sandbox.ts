import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startSandbox } from '../../../sandbox/src/index.ts';
import { UsageError } from './usage.ts';

/** Starts the sandbox and runs until SIGINT or SIGTERM. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, data: { type: 'string' }, format: { type: 'string' } },
  });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port wants a number from 0 to 65535, not "${values.port}".`);
  if (values.format !== undefined && values.format !== 'json' && values.format !== 'text')
    throw new UsageError(`--format is text or json, not "${values.format}".`);
  const sandbox = await startSandbox({ port, dataDir: values.data ?? null });
  if (values.format === 'json') process.stdout.write(`${JSON.stringify(sandbox.env)}\n`);
  else {
    process.stderr.write('The sandbox is running. In another terminal, set its environment:\n\n');
    for (const [name, value] of Object.entries(sandbox.env))
      process.stdout.write(`export ${name}='${value}'\n`);
    process.stderr.write('\nStop it with Ctrl+C.\n');
  }
  const signals = ['SIGINT', 'SIGTERM'] as const;
  await Promise.race(signals.map((signal) => once(process, signal)));
  await sandbox.close();
  return 0;
}
