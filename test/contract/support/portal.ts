import { gzipSync } from 'node:zlib';
import { ask } from './http.ts';

type Running = { readonly portalUrl: string; readonly env: Readonly<Record<string, string>> };

export interface PortalAnswer {
  readonly status: number;
  /** The JSON; a licence file as text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
}

/** One call of the vendor API by hand. */
export async function portalCall(
  sandbox: Running,
  method: string,
  path: string,
  body?: unknown,
  token = sandbox.env.REPLICATED_API_TOKEN ?? '',
): Promise<PortalAnswer> {
  const headers = { authorization: token, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await ask(method, `${sandbox.portalUrl}${path}`, { headers, ...sent });
  const text = answer.body.toString('utf8');
  const isJson = answer.headers['content-type']?.startsWith('application/json');
  return { status: answer.status, body: isJson ? JSON.parse(text) : text };
}

/** Files as a release has them, flat, as the replicated CLI sends them. */
export const specOf = (files: Readonly<Record<string, string>>): { spec_gzip: string } => {
  const list = Object.entries(files).map(([path, content]) => ({
    name: path.split('/').at(-1),
    path,
    content,
    children: [],
  }));
  return { spec_gzip: gzipSync(JSON.stringify(list)).toString('base64') };
};

/** A Deployment of one container for each image; the first is named after it. */
export const deployment = (name: string, ...images: readonly string[]): string =>
  [
    'apiVersion: apps/v1',
    'kind: Deployment',
    `metadata: {name: ${name}}`,
    'spec:',
    '  template:',
    '    metadata:',
    '      labels:',
    `        app: ${name}`,
    '    spec:',
    '      containers:',
    ...images.flatMap((image, index) => [`        - name: c${index}`, `          image: ${image}`]),
    '',
  ].join('\n');

/** Creates a release and puts it on a channel of the first app, under a label of its own; its sequence. */
export async function promoted(
  sandbox: Running,
  files: Readonly<Record<string, string>>,
  channel = 'app-1-unstable',
  versionLabel?: string,
): Promise<number> {
  const made = await portalCall(sandbox, 'POST', '/v3/app/app-1/release', specOf(files));
  const { sequence } = made.body.release as { sequence: number };
  await portalCall(sandbox, 'POST', `/v3/app/app-1/release/${sequence}/promote`, {
    channelIds: [channel],
    versionLabel: versionLabel ?? `1.0.${sequence - 1}`,
  });
  return sequence;
}

/** A customer on a channel of the first app, and their licence file. */
export async function customerWithLicense(
  sandbox: Running,
  more: object = {},
  channel = 'app-1-unstable',
): Promise<{ readonly id: string; readonly license: string }> {
  const made = await portalCall(sandbox, 'POST', '/v3/customer', {
    app_id: 'app-1',
    name: 'Acme',
    channels: [{ channel_id: channel }],
    ...more,
  });
  const { id } = made.body.customer as { id: string };
  const licence = await portalCall(sandbox, 'GET', `/v3/app/app-1/customer/${id}/license-download`);
  return { id, license: licence.body as string };
}
