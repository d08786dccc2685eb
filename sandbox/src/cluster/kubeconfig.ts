import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterToken } from './state.ts';

export interface Kubeconfig {
  readonly path: string;
  /** Takes it away again, unless it lies in the sandbox's own folder. */
  remove(): Promise<void>;
}

/** Writes the kubeconfig of the sandbox's cluster, into its folder or, for null, into one for the time it runs. */
export async function writeKubeconfig(
  folder: string | null,
  server: string,
  authority: string,
): Promise<Kubeconfig> {
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'waybill-kube-')));
  const path = join(place, 'kubeconfig');
  await writeFile(path, kubeconfig(server, authority), { mode: 0o600 });
  return {
    path,
    remove: async () => {
      if (folder === null) await rm(place, { recursive: true, force: true });
    },
  };
}

const kubeconfig = (server: string, authority: string): string => `apiVersion: v1
kind: Config
clusters:
  - name: sandbox
    cluster:
      server: ${server}
      certificate-authority-data: ${Buffer.from(authority).toString('base64')}
users:
  - name: sandbox
    user:
      token: ${clusterToken}
contexts:
  - name: sandbox
    context:
      cluster: sandbox
      user: sandbox
      namespace: default
current-context: sandbox
`;
