import { createHash } from 'node:crypto';
import type { World } from '../world.ts';
import type { Installation, RunningContainer, RunningWorkload } from './state.ts';

/** An object of the Kubernetes API, as far as the sandbox fills it in. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly object[];
}

/** The resources that the cluster has: where each is found, and its objects. */
export interface Resource {
  readonly group: '' | 'apps';
  readonly plural: string;
  readonly kind: string;
  readonly shortName: string;
  readonly namespaced: boolean;
  readonly objects: (world: World) => readonly KubeObject[];
}

export const resources: readonly Resource[] = [
  {
    group: '',
    plural: 'namespaces',
    kind: 'Namespace',
    shortName: 'ns',
    namespaced: false,
    objects: namespaces,
  },
  { group: '', plural: 'nodes', kind: 'Node', shortName: 'no', namespaced: false, objects: nodes },
  { group: '', plural: 'pods', kind: 'Pod', shortName: 'po', namespaced: true, objects: each(pod) },
  { group: '', plural: 'events', kind: 'Event', shortName: 'ev', namespaced: true, objects: events },
  { group: '', plural: 'secrets', kind: 'Secret', shortName: '', namespaced: true, objects: secrets },
  workloads('deployments', 'Deployment', 'deploy'),
  workloads('statefulsets', 'StatefulSet', 'sts'),
  workloads('daemonsets', 'DaemonSet', 'ds'),
];

function each(make: (installation: Installation, workload: RunningWorkload) => KubeObject) {
  return (world: World): KubeObject[] =>
    world.cluster.state.installations.flatMap((installation) =>
      installation.workloads.map((workload) => make(installation, workload)),
    );
}

function workloads(plural: string, kind: string, shortName: string): Resource {
  const objects = (world: World): KubeObject[] =>
    world.cluster.state.installations.flatMap((installation) =>
      installation.workloads
        .filter((workload) => workload.kind === kind)
        .map((workload) => controller(installation, workload)),
    );
  return { group: 'apps', plural, kind, shortName, namespaced: true, objects };
}

function controller(installation: Installation, workload: RunningWorkload): KubeObject {
  const ready = workload.containers.some(isFailed) ? 0 : 1;
  return {
    apiVersion: 'apps/v1',
    kind: workload.kind,
    metadata: metadata(installation, workload.name, workload.kind, workload.labels),
    spec: {
      replicas: 1,
      selector: { matchLabels: workload.labels },
      template: {
        metadata: { labels: workload.labels, annotations: ours(installation) },
        spec: podSpec(workload),
      },
    },
    status: { replicas: 1, readyReplicas: ready, availableReplicas: ready, unavailableReplicas: 1 - ready },
  };
}

function pod(installation: Installation, workload: RunningWorkload): KubeObject {
  const { kind, name, labels, containers, initContainers } = workload;
  const failed = [...initContainers, ...containers].some(isFailed);
  const started = !initContainers.some(isFailed);
  const pulled = ![...initContainers, ...containers].some(({ error }) => error !== null);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata(installation, podName(installation, workload), 'Pod', labels),
      ...(kind === 'Pod'
        ? {}
        : {
            ownerReferences: [
              {
                apiVersion: 'apps/v1',
                kind: kind === 'Deployment' ? 'ReplicaSet' : kind,
                name: kind === 'Deployment' ? `${name}-${hash(installation, workload).slice(0, 10)}` : name,
                controller: true,
              },
            ],
          }),
    },
    spec: { ...podSpec(workload), nodeName },
    status: {
      phase: pulled ? 'Running' : 'Pending',
      startTime: installation.installed,
      conditions: [
        {
          type: 'Ready',
          status: failed ? 'False' : 'True',
          ...(failed ? { reason: 'ContainersNotReady' } : {}),
        },
      ],
      initContainerStatuses: initContainers.map((one) => containerStatus(one, 'done', installation)),
      containerStatuses: containers.map((one) =>
        containerStatus(one, started ? 'running' : 'waiting', installation),
      ),
    },
  };
}

const podSpec = ({ pullSecrets, containers, initContainers }: RunningWorkload): object => ({
  ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
  ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(named) }),
  containers: containers.map(named),
});

const isFailed = ({ error, otherPlatform }: RunningContainer): boolean => error !== null || otherPlatform;

const named = ({ name, image }: RunningContainer): object => ({ name, image });

/** As the kubelet of Kubernetes 1.31 and later reports it: the back-off names what it comes from. */
function containerStatus(
  { name, image, imageId, error, otherPlatform }: RunningContainer,
  then: 'done' | 'running' | 'waiting',
  { installed }: Installation,
): object {
  const base = { name, image, imageID: imageId, restartCount: 0 };
  if (error !== null)
    return {
      ...base,
      ready: false,
      started: false,
      state: {
        waiting: {
          reason: 'ImagePullBackOff',
          message: `Back-off pulling image "${image}": ErrImagePull: ${error}`,
        },
      },
    };
  if (otherPlatform)
    return {
      ...base,
      restartCount: 1,
      ready: false,
      started: false,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off 10s restarting failed container=${name}`,
        },
      },
      lastState: {
        terminated: { exitCode: 255, reason: 'Error', message: 'exec format error', startedAt: installed },
      },
    };
  if (then === 'waiting')
    return {
      ...base,
      imageID: '',
      ready: false,
      started: false,
      state: { waiting: { reason: 'PodInitializing' } },
    };
  if (then === 'done')
    return {
      ...base,
      ready: true,
      started: false,
      state: { terminated: { exitCode: 0, reason: 'Completed' } },
    };
  return { ...base, ready: true, started: true, state: { running: { startedAt: installed } } };
}

function events(world: World): KubeObject[] {
  return world.cluster.state.installations.flatMap((installation) =>
    installation.workloads.flatMap((workload) => {
      const regarding = podName(installation, workload);
      const missing = workload.pullSecrets.filter(
        (name) => !installation.secrets.some((secret) => secret.name === name),
      );
      const lines: [string, string, string][] = [];
      if (missing.length > 0)
        lines.push([
          'Warning',
          'FailedToRetrieveImagePullSecret',
          `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`,
        ]);
      for (const { image, error } of [...workload.initContainers, ...workload.containers]) {
        lines.push(['Normal', 'Pulling', `Pulling image "${image}"`]);
        if (error === null) lines.push(['Normal', 'Pulled', `Successfully pulled image "${image}"`]);
        else {
          lines.push(['Warning', 'Failed', `Failed to pull image "${image}": ${error}`]);
          lines.push(['Warning', 'Failed', 'Error: ErrImagePull']);
          lines.push(['Normal', 'BackOff', `Back-off pulling image "${image}"`]);
        }
      }
      return lines.map(([type, reason, message], index) => ({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: metadata(installation, `${regarding}.${index}`, 'Event', {}),
        involvedObject: {
          apiVersion: 'v1',
          kind: 'Pod',
          namespace: installation.namespace,
          name: regarding,
          uid: uid(`Pod/${installation.namespace}/${regarding}`),
        },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: installation.installed,
        lastTimestamp: installation.installed,
        source: { component: 'kubelet', host: nodeName },
      }));
    }),
  );
}

/** Pull secrets without what is in them: the sandbox tells nobody a password. */
function secrets(world: World): KubeObject[] {
  return world.cluster.state.installations.flatMap((installation) =>
    installation.secrets.map(({ name }) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata(installation, name, 'Secret', {}),
      type: 'kubernetes.io/dockerconfigjson',
    })),
  );
}

function namespaces(world: World): KubeObject[] {
  const names = new Set(['default', ...world.cluster.state.installations.map(({ namespace }) => namespace)]);
  return [...names].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { ...common, name, uid: uid(`namespace/${name}`) },
    status: { phase: 'Active' },
  }));
}

const nodeName = 'sandbox-node';

function nodes(): KubeObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { ...common, name: nodeName, uid: uid(nodeName), labels: { 'kubernetes.io/arch': 'amd64' } },
      status: {
        nodeInfo: {
          architecture: 'amd64',
          operatingSystem: 'linux',
          containerRuntimeVersion: 'containerd://2.1.4',
          kubeletVersion: 'v1.34.1',
        },
      },
    },
  ];
}

const common = { resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };

function metadata(
  installation: Installation,
  name: string,
  kind: string,
  labels: Readonly<Record<string, string>>,
): Metadata {
  const { namespace, installed } = installation;
  return {
    name,
    namespace,
    uid: uid(`${kind}/${namespace}/${name}`),
    resourceVersion: String(Math.floor(Date.parse(installed) / 1000)),
    creationTimestamp: installed,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    annotations: ours(installation),
  };
}

/** What the app manager writes on every object of an app. */
const ours = ({ appSlug }: Installation) => ({ 'kots.io/app-slug': appSlug });

function podName(installation: Installation, workload: RunningWorkload): string {
  const { kind, name } = workload;
  const made = hash(installation, workload);
  if (kind === 'Pod') return name;
  if (kind === 'StatefulSet') return `${name}-0`;
  return kind === 'Deployment'
    ? `${name}-${made.slice(0, 10)}-${made.slice(10, 15)}`
    : `${name}-${made.slice(0, 5)}`;
}

const hash = ({ namespace, channelSequence }: Installation, workload: RunningWorkload): string =>
  createHash('sha256')
    .update(`${namespace} ${channelSequence} ${JSON.stringify(workload)}`)
    .digest('hex');

const uid = (of: string): string =>
  createHash('sha256')
    .update(of)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
