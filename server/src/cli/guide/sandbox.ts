import { readFile } from 'node:fs/promises';
import https from 'node:https';
import { type Sandbox, startSandbox } from '../../../../sandbox/src/index.ts';

/**
 * Starts a world of its own for the guide, and makes it this process's: nothing that follows leaves this machine. No
 * registry is linked in it yet.
 * @param data a folder that keeps it between runs; null keeps it in memory
 */
export async function enterSandbox(data: string | null): Promise<Sandbox> {
  const sandbox = await startSandbox({ dataDir: data, linked: false });
  Object.assign(process.env, sandbox.env);
  return sandbox;
}

/** Has the sandbox's cluster install what is current on a channel, or upgrade to it. @returns what it did, in words */
export async function installInSandbox(
  { clusterUrl, clusterCa, clusterToken }: Sandbox,
  channel: string,
  licence: string,
): Promise<string> {
  const body = JSON.stringify({ license: await readFile(licence, 'utf8'), channel });
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = https.request(
      new URL('/sandbox/install', clusterUrl),
      {
        method: 'POST',
        ca: clusterCa,
        headers: { authorization: `Bearer ${clusterToken}`, 'content-type': 'application/json' },
      },
      (response) => {
        let said = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          said += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: said }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
  if (status >= 300) throw new Error(`The sandbox's cluster did not install it: ${text}`);
  const { sequence, workloads } = JSON.parse(text) as {
    readonly sequence: number;
    readonly workloads: readonly { readonly containers: readonly { readonly image: string }[] }[];
  };
  const images = workloads.flatMap(({ containers }) => containers.map(({ image }) => image));
  return `The sandbox's cluster runs release ${sequence}: ${[...new Set(images)].join(', ')}`;
}
