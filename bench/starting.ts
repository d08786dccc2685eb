import { performance } from 'node:perf_hooks';
import { type ServerCommand, startServer } from './lib/client.ts';
import { type Spread, spreadOf } from './lib/figures.ts';

/**
 * Milliseconds from starting the process to its reply to `initialize`, of each server so many times, in turns. The
 * first round fills the disk's cache and is not counted.
 */
export async function starting(commands: readonly ServerCommand[], rounds: number): Promise<Spread[]> {
  const times = commands.map((): number[] => []);
  for (let round = 0; round <= rounds; round++)
    for (const [i, command] of commands.entries()) {
      const start = performance.now();
      const server = startServer(command);
      try {
        await server.initialize(null);
        if (round > 0) times[i]?.push(performance.now() - start);
      } finally {
        await server.stop();
      }
    }
  return times.map(spreadOf);
}
