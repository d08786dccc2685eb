// What the extension under test has for the outside world, with made-up credentials for it.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
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

/**
 * The sandbox without a linked registry, and nobody who is logged in to its portal. WAYBILL_EDITOR_WORLD is where to
 * ask what its portal holds (GET), and to have things happen in it (POST): see `happenings`.
 * @returns {Promise<{env: Record<string, string | undefined>, close: () => Promise<void>}>}
 */
export async function openUnlinked() {
  const sandbox = await newSandbox({ linked: false });
  const window = createHttpServer(async (request, response) => {
    try {
      let body = '';
      for await (const part of request) body += part;
      const happening = body === '' ? undefined : JSON.parse(body);
      if (happening !== undefined) await happenings[happening.what](sandbox, happening);
      response.end(JSON.stringify(sandbox.portal));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error?.stack ?? error));
    }
  });
  const url = `http://127.0.0.1:${await listen(window)}/`;
  const home = mkdtempSync(join(tmpdir(), 'waybill-home-'));
  const { REPLICATED_API_TOKEN: token, ...env } = sandbox.env;
  return {
    env: {
      ...nobody,
      ...env,
      REPLICATED_API_TOKEN: undefined,
      REPLICATED_APP: undefined,
      // Where nobody has logged in with the replicated CLI; what is kept between runs stays where it is.
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
      // What the person types who is asked for a token.
      WAYBILL_EDITOR_TOKEN: token,
      WAYBILL_EDITOR_WORLD: url,
    },
    async close() {
      window.close();
      window.closeAllConnections();
      rmSync(home, { recursive: true, force: true });
      await sandbox.close();
    },
  };
}

/** What a test can have happen in the world, each with what it needs to know. */
const happenings = {
  /** Somebody unlinks every registry. */
  unlink: ({ portal }) => portal.registries.splice(0),
  /** A channel changes: `{app, channel, change}`. */
  change({ portal }, { app, channel, change }) {
    const { id } = portal.apps.find(({ slug }) => slug === app);
    Object.assign(
      portal.channels.find(({ appId, name }) => appId === id && name === channel),
      change,
    );
  },
  /** No answer comes to a call of the portal, or else they come again: `{operation}`. */
  hang({ quirks }, { operation }) {
    quirks.hang.length = 0;
    if (operation !== undefined) quirks.hang.push({ plane: 'portal', operation });
  },
  /** A customer of the channel installs what is current there: `{app, channel}`. */
  async install(sandbox, { app, channel }) {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-licence-'));
    try {
      const licence = join(folder, 'licence.yaml');
      await promisify(execFile)(
        process.execPath,
        [
          join(root, 'dist/server/waybill.cjs'),
          ...['customer', 'create', 'A customer', '--app', app, '--channel', channel, '--out', licence],
        ],
        { cwd: folder, env: { ...process.env, ...sandbox.env } },
      );
      await installed(sandbox, { license: readFileSync(licence, 'utf8'), channel });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Has the sandbox's cluster install what a licence's channel has. */
async function installed({ clusterUrl, clusterCa, clusterToken }, wish) {
  const request = https.request(new URL('/sandbox/install', clusterUrl), {
    method: 'POST',
    ca: clusterCa,
    headers: { authorization: `Bearer ${clusterToken}`, 'content-type': 'application/json' },
  });
  request.end(JSON.stringify(wish));
  const [response] = await once(request, 'response');
  let said = '';
  for await (const part of response) said += part;
  if (response.statusCode >= 300) throw new Error(`The cluster did not install it: ${said}`);
}

async function newSandbox(options = {}) {
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
  return startSandbox(options);
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
