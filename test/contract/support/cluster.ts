import { request } from 'node:https';

type Running = { readonly clusterUrl: string; readonly clusterCa: string };

export interface ClusterAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind.
  readonly body: any;
}

/** The token of the sandbox's kubeconfig. */
export const clusterToken = 'sandbox-cluster-token';

/** One call of the sandbox's Kubernetes API, with its authority and its token. */
export function clusterCall(
  sandbox: Running,
  method: string,
  path: string,
  body?: unknown,
  { token = clusterToken, ca = sandbox.clusterCa, accept = 'application/json' } = {},
): Promise<ClusterAnswer> {
  const headers = { authorization: `Bearer ${token}`, accept };
  return new Promise((resolve, reject) => {
    const sent = request(`${sandbox.clusterUrl}${path}`, { method, headers, ca, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        resolve({ status: res.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
