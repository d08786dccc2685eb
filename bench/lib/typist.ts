import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { type ServerCommand, type StdioClient, startServer } from './client.ts';
import { keystrokes } from './keystrokes.ts';
import { waybillYaml } from './manifests.ts';

/** Somebody who has a file open in an editor of their own and types. */
export interface Typist {
  readonly client: StdioClient;
  /** Milliseconds from opening the file to its first diagnostics. */
  readonly opened: number;
  /** How many problems the client was told of last. */
  readonly problems: () => number;
  /** Hits the next key. Gives the milliseconds until the diagnostics of the new text are there, parsed. */
  key(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a server, opens a release with the text in it, and waits for the first diagnostics. */
export async function typist(command: ServerCommand, text: string): Promise<Typist> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
  writeFileSync(join(folder, '.waybill.yaml'), waybillYaml);
  writeFileSync(join(folder, 'manifest.yaml'), text);
  const uri = pathToFileURL(join(folder, 'manifest.yaml')).href;
  const client = startServer(command);
  const stop = async (): Promise<void> => {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  };

  let resultId: string | undefined;
  let problems = 0;
  const timed = async (act: () => Promise<void>): Promise<number> => {
    const start = performance.now();
    if (command.pull) {
      await act();
      const report = await client.pull(uri, resultId);
      const took = performance.now() - start;
      resultId = report.resultId;
      if (report.kind === 'full') problems = report.items.length;
      return took;
    }
    const told = client.published(uri);
    await act();
    const diagnostics = await told;
    const took = performance.now() - start;
    problems = diagnostics.length;
    return took;
  };

  try {
    await client.initialize(pathToFileURL(folder).href);
    // Some servers look at every document again once they have their settings.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const opened = await timed(() => client.open(uri, text));
    const keys = keystrokes(text);
    return {
      client,
      opened,
      problems: () => problems,
      key: () => timed(() => client.change(uri, [keys.next().value])),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
