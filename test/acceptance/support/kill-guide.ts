import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** When a guide is to die. */
export interface KillAt {
  /** The title of a step. */
  readonly phase: string;
  /** Of what happens in that step, lines that are said and answers that come, at the how manieth; at its end at the latest. */
  readonly moment: number;
}

/**
 * Writes a module that kills the process it is imported into, from inside and at once, so that nothing more of the step
 * is done. @returns its URL
 */
export function writeKiller(folder: string, { phase, moment }: KillAt): string {
  const path = join(folder, 'killer.mjs');
  writeFileSync(path, source(phase, moment));
  return pathToFileURL(path).href;
}

const source = (phase: string, moment: number): string => `
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { writeSync } from 'node:fs';

let inside = false;
let happened = 0;
const happens = (isLast) => {
  if (!inside) return;
  happened++;
  if (happened >= ${moment} || isLast) process.kill(process.pid, 'SIGKILL');
};
for (const [stream, fd] of [[process.stdout, 1], [process.stderr, 2]])
  stream.write = (text) => {
    const line = String(text);
    writeSync(fd, line);
    if (/^\\n?\\d+ of \\d+  /.test(line)) inside = line.trim().replace(/^\\d+ of \\d+  /, '') === ${JSON.stringify(phase)};
    else happens(line.startsWith('✓ '));
    return true;
  };
for (const client of [http, https]) {
  const { request } = client;
  client.request = (...args) => request(...args).on('response', () => happens(false));
}
syncBuiltinESMExports();
`;
