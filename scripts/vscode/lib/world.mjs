// What the extension under test has for the outside world, with made-up credentials for it.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
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
  const sandbox = await newSandbox();
  return { env: { ...nobody, ...sandbox.env }, close: () => sandbox.close() };
}

/**
 * A sandbox that takes the session for expired until somebody runs `aws sso login --profile dev`. The `aws` on the PATH
 * is one that only does this.
 * @returns {Promise<{env: Record<string, string | undefined>, close: () => Promise<void>}>}
 */
export async function openExpired() {
  const sandbox = await newSandbox();
  sandbox.quirks.expire.push({ plane: 'control' });
  const signIn = createHttpServer((request, response) => {
    if (request.url === '/sso/login/--profile/dev') sandbox.quirks.expire.length = 0;
    response.end();
  });
  const url = `http://127.0.0.1:${await listen(signIn)}`;
  const folder = mkdtempSync(join(tmpdir(), 'waybill-aws-'));
  const program = join(folder, 'aws');
  writeFileSync(
    program,
    `#!${process.execPath}\nawait fetch(${JSON.stringify(`${url}/`)} + process.argv.slice(2).join('/'));\n`,
  );
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  chmodSync(program, 0o755);
  return {
    // VSCODE_CLI: this environment is taken as it is, and not completed from a login shell's.
    env: { ...nobody, ...sandbox.env, VSCODE_CLI: '1', PATH: `${folder}${delimiter}${process.env.PATH}` },
    async close() {
      signIn.close();
      signIn.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
      await sandbox.close();
    },
  };
}

async function newSandbox() {
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
  return startSandbox();
}

/**
 * Traps in the place of AWS and of everybody else: they hang up, and count who came. WAYBILL_EDITOR_TRAP is where to read the count.
 * @returns {Promise<{env: Record<string, string | undefined>, close: () => Promise<void>}>}
 */
export async function openTrap() {
  const connections = { aws: 0, others: 0 };
  const trapFor = (who) =>
    createServer((socket) => {
      connections[who]++;
      socket.on('error', () => {});
      socket.destroy();
    });
  const traps = [trapFor('aws'), trapFor('others')];
  const counter = createHttpServer((_, response) => response.end(JSON.stringify(connections)));
  const [aws, others, counterPort] = await Promise.all([...traps, counter].map(listen));
  const awsUrl = `http://127.0.0.1:${aws}`;
  return {
    env: {
      ...nobody,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_ENDPOINT_URL: awsUrl,
      AWS_ENDPOINT_URL_ECR: awsUrl,
      WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({
        '*': `http://127.0.0.1:${others}`,
        '429114214526.dkr.ecr.us-east-2.amazonaws.com': awsUrl,
      }),
      WAYBILL_EDITOR_TRAP: `http://127.0.0.1:${counterPort}/`,
    },
    async close() {
      for (const trap of traps) trap.close();
      counter.close();
      counter.closeAllConnections();
    },
  };
}

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}
