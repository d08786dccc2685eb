import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ServerCommand, startServer } from './client.ts';

const run = promisify(execFile);
const name = 'yaml-language-server';

/** yaml-language-server as it is installed for the bench. */
export interface Peer {
  readonly version: string;
  readonly command: ServerCommand;
  /** Milliseconds that it waits after a change before it looks at the text; read off its own source. */
  readonly delay: number;
  /** Why it is not the newest one; null if it is. */
  readonly note: string | null;
}

/**
 * The newest yaml-language-server that runs on this Node. It is kept outside of the project, in the user's cache
 * folder, and installed there on first use, without running its install scripts.
 * @throws Error saying what to do, where none can be had.
 */
export async function findPeer(): Promise<Peer> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'waybill', 'bench');
  mkdirSync(cache, { recursive: true });
  const failures: string[] = [];
  for (const wanted of ['latest', '1']) {
    const version = (await publishedVersion(wanted)) ?? installedVersion(cache, wanted);
    if (version === null) {
      failures.push(`npm does not tell the version of ${name}@${wanted}, and none is in ${cache}`);
      continue;
    }
    const folder = join(cache, `${name}-${version}`);
    try {
      if (!existsSync(join(folder, 'node_modules', name, 'package.json'))) await install(folder, version);
      const peer = peerIn(folder, version, failures[0] ?? null);
      const server = startServer(peer.command);
      try {
        await server.initialize(null);
      } finally {
        await server.stop();
      }
      return peer;
    } catch (error) {
      failures.push(`${name} ${version} does not run on Node ${process.version}: ${firstLine(error)}`);
    }
  }
  throw new Error(
    [
      `There is no ${name} to measure beside.`,
      ...failures,
      'Run this with access to an npm registry once, or without the peer: npm run bench -- --alone',
    ].join('\n'),
  );
}

async function publishedVersion(wanted: string): Promise<string | null> {
  try {
    const { stdout } = await npm(['view', `${name}@${wanted}`, 'version', '--json']);
    const said: unknown = JSON.parse(stdout);
    return newest((Array.isArray(said) ? said : [said]).filter((version) => typeof version === 'string'));
  } catch {
    return null;
  }
}

function installedVersion(cache: string, wanted: string): string | null {
  const versions = readdirSync(cache)
    .filter((folder) => folder.startsWith(`${name}-`))
    .map((folder) => folder.slice(name.length + 1));
  return newest(
    wanted === 'latest' ? versions : versions.filter((version) => version.startsWith(`${wanted}.`)),
  );
}

const newest = (versions: readonly string[]): string | null =>
  [...versions]
    .filter((version) => /^\d+\.\d+\.\d+$/.test(version))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .pop() ?? null;

async function install(folder: string, version: string): Promise<void> {
  console.error(`Installing ${name} ${version} into ${folder} …`);
  mkdirSync(folder, { recursive: true });
  await npm([
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--loglevel=error',
    `${name}@${version}`,
  ]);
}

const npm = (args: readonly string[]) =>
  process.platform === 'win32'
    ? run('npm.cmd', [...args], { shell: true, timeout: 180_000 })
    : run('npm', [...args], { timeout: 180_000 });

function peerIn(folder: string, version: string, note: string | null): Peer {
  const home = join(folder, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  return {
    version,
    note,
    delay: delayIn(join(home, 'out')),
    command: {
      script: join(home, bin[name] ?? ''),
      args: ['--stdio'],
      pull: false,
      settings: {
        yaml: {
          validate: true,
          hover: false,
          completion: false,
          format: { enable: false },
          schemaStore: { enable: false },
          kubernetesCRDStore: { enable: false },
          schemas: {},
        },
        http: {},
        '[yaml]': {},
        editor: {},
      },
    },
  };
}

/** `validationDelayMs` of its settings, wherever the version at hand keeps them. */
function delayIn(folder: string): number {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/yamlSettings\.js$/.test(file)) continue;
    const found = /validationDelayMs = (\d+)/.exec(readFileSync(join(folder, file), 'utf8'));
    if (found?.[1] !== undefined) return Number(found[1]);
  }
  throw new Error(`its validation delay is not where it was; look for validationDelayMs in ${folder}`);
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
