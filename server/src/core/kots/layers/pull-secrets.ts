import { emitYaml } from '../../manifest/emit.ts';
import { isPlainMap, type Plain, plainAt, plainMap, textAt } from '../../manifest/plain.ts';
import { base64 } from './base64.ts';

/** The secret that the admin console's own pods pull with; it is in every version. */
const CONSOLE_SECRET = 'kotsadm-replicated-registry';

/** The text of overlays/midstream/secret.yaml. */
export const pullSecrets = (secretName: string, namespace: string, dockerConfigJson: string): string =>
  [secretName, CONSOLE_SECRET]
    .map((name) =>
      emitYaml({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name,
          namespace,
          annotations: {
            'helm.sh/hook': 'pre-install,pre-upgrade',
            'helm.sh/hook-weight': '-9999',
            'kots.io/creation-phase': '-9999',
          },
        },
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': base64(dockerConfigJson) },
      }),
    )
    .join('\n---\n');

/** The text of overlays/midstream/pullsecrets.yaml: a patch for every object that has an image. */
export const pullSecretPatches = (objects: readonly Plain[], secretName: string): string =>
  objects.map((object) => `---\n${emitYaml(patchOf(object, secretName))}`).join('');

function patchOf(object: Plain, secretName: string): Plain {
  const metadata = plainAt(object, 'metadata');
  const labels = plainAt(metadata, 'labels');
  const namespace = textAt(metadata, 'namespace');
  const pod = { imagePullSecrets: [{ name: secretName }] };
  const kind = textAt(object, 'kind');
  const spec =
    kind === 'Pod'
      ? pod
      : plainAt(object, 'spec', 'jobTemplate') !== undefined
        ? { jobTemplate: { spec: { template: { spec: pod } } } }
        : { template: { spec: pod } };
  return {
    apiVersion: textAt(object, 'apiVersion'),
    kind,
    metadata: {
      name: textAt(metadata, 'name'),
      ...(namespace === '' ? {} : { namespace }),
      ...(isPlainMap(labels) && Object.keys(labels).length > 0
        ? { labels: plainMap(Object.entries(labels).map(([key, value]) => [key, String(value ?? '')])) }
        : {}),
    },
    spec,
  };
}
