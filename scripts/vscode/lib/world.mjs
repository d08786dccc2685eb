// What the extension under test has for the outside world, with made-up credentials for it.
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../lib/ensure.mjs';

/** No credentials of the person who runs the tests. */
const nobody = {
  AWS_PROFILE: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_CONFIG_FILE: join(root, 'out/no-such-file'),
  AWS_SHARED_CREDENTIALS_FILE: join(root, 'out/no-such-file'),
  AWS_EC2_METADATA_DISABLED: 'true',
};

/**
 * The sandbox: an ECR that answers.
 * @returns {Promise<{env: Record<string, string | undefined>, close: () => Promise<void>}>}
 */
export async function openSandbox() {
  const { build } = await import('esbuild');
  const outfile = join(root, 'out/editor/sandbox.mjs');
  await build({
    entryPoints: [join(root, 'sandbox/src/index.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    logLevel: 'warning',
  });
  const { startSandbox } = await import(pathToFileURL(outfile).href);
  const sandbox = await startSandbox();
  return { env: { ...nobody, ...sandbox.env }, close: () => sandbox.close() };
}

/**
 * A trap in the place of AWS: hangs up on everybody, and counts them. WAYBILL_EDITOR_TRAP is where to read the count.
 * @returns {Promise<{env: Record<string, string | undefined>, close: () => Promise<void>}>}
 */
export async function openTrap() {
  let connections = 0;
  const trap = createServer((socket) => {
    connections++;
    socket.on('error', () => {});
    socket.destroy();
  });
  const counter = createHttpServer((_, response) => response.end(String(connections)));
  const [trapPort, counterPort] = await Promise.all([trap, counter].map(listen));
  const url = `http://127.0.0.1:${trapPort}`;
  return {
    env: {
      ...nobody,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_ECR: url,
      WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({
        '*': url,
        '429114214526.dkr.ecr.us-east-2.amazonaws.com': url,
      }),
      WAYBILL_EDITOR_TRAP: `http://127.0.0.1:${counterPort}/`,
    },
    async close() {
      trap.close();
      counter.close();
      counter.closeAllConnections();
    },
  };
}

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}
