import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** A file beside the bundle that runs, whatever link that was started by: the script of a thread. */
export const bundleBeside = (name: string): URL =>
  new URL(name, pathToFileURL(realpathSync(process.argv[1] ?? '')));
