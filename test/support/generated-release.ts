import { randomFrom } from './random.ts';

/**
 * A release of made-up manifests, the same for the same seed: every kind with a pod template, custom resources of that
 * shape, Lists, equal names in several namespaces, tags with digests, anchors, several documents in a file, and
 * scalars that YAML readers disagree about.
 * @param twice whether an object may be there twice, so that the second one patches the first
 */
export function generatedRelease(seed: number, twice = false): Map<string, string> {
  const random = randomFrom(seed);
  const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
  const files = new Map<string, string>();
  const used = new Set<string>();
  const count = 3 + random(8);
  for (let i = 0; i < count; i++) {
    const documents: string[] = [];
    for (let j = 0, many = 1 + (random(3) === 0 ? random(4) : 0); j < many; j++) {
      const text = object(random, pick, used, twice);
      if (text !== null) documents.push(text);
    }
    if (documents.length === 0) continue;
    const text = `${random(4) === 0 ? '---\n' : ''}${documents.join(pick(['\n---\n', '---\n', '--- # next\n']))}`;
    files.set(
      `${pick(['', 'app/', 'db/deep/'])}file-${i}.${pick(['yaml', 'yml'])}`,
      random(6) === 0 ? text.replaceAll('\n', '\r\n') : text,
    );
  }
  return files;
}

type Pick = <T>(items: readonly T[]) => T;

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const images = [
  'nginx',
  'nginx:1.25',
  'nginx:1.25-alpine',
  `nginx@${digest}`,
  `nginx:1@${digest}`,
  'library/redis:7',
  'docker.io/library/redis:6',
  'docker.io/bitnami/postgresql:16',
  'bitnami/postgresql:15',
  'index.docker.io/acme/tool:1',
  'quay.io/acme/api:1.0.0',
  'ghcr.io/acme/worker',
  '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/nginx',
  '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/api:2',
  `429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/api:2@${digest}`,
  'proxy.replicated.com/proxy/app/quay.io/acme/api:1.0.0',
  'proxy.replicated.com/library/replicated-sdk-image:1.0.0',
  'registry.replicated.com/app/own:3',
  'localhost:5000/a/b:1',
];

const scalars = [
  'plain',
  'yes',
  '"no"',
  'on',
  '0755',
  '0o17',
  '0x1F',
  '0b11',
  '1_000',
  '1.10',
  '"1.10"',
  '1e3',
  '12345678901234567890',
  '2020-01-01',
  '"2020-01-01"',
  '2020-01-01T10:00:00Z',
  '12:30:45',
  'null',
  '~',
  '""',
  "'it''s'",
  '"tab\\tand \\u00fc"',
  'a: b'.replace(': ', ':'),
  '"a: b"',
  '"# no comment"',
  '|\n    line one\n    line two\n',
  '|-\n    key: value\n\n    other: "x"',
  '>\n    folded\n    text\n\n    more',
  '"The application requires at least this many words, so that a line of it is longer than most"',
  '"trailing "',
  '"{{ not a template }}"',
  '"*star"',
  '-5',
  '.5',
  '"=1"',
  'ünïcode ☃',
  '"😀"',
];

function object(
  random: (limit: number) => number,
  pick: Pick,
  used: Set<string>,
  twice: boolean,
): string | null {
  const maker = pick([
    workload,
    workload,
    workload,
    cronJob,
    pod,
    custom,
    list,
    data,
    data,
    service,
    cluster,
  ]);
  const name = pick(['web', 'api', 'worker', 'db', 'job-1', 'cache']);
  const namespace = pick(['', '', '', 'default', 'other', 'third']);
  const kind = kindOf(maker, pick);
  // What is there twice becomes a patch, which is a test of its own; the empty namespace is the default one.
  const id = `${kind[1]}/${name}/${cluster === maker ? '' : namespace || 'default'}`;
  if (used.has(id) && !twice) return null;
  used.add(id);
  const labels = pick(['', '  labels:\n    app: x\n', '  labels: {app: "1", tier: web}\n', '  labels:\n']);
  const annotations = pick([
    '',
    '',
    '  annotations:\n    a.b/c: "true"\n    note: plain text\n',
    '  annotations: {}\n',
  ]);
  const head =
    `${pick(['', '# A comment.\n'])}apiVersion: ${kind[0]}\nkind: ${kind[1]}\nmetadata:\n  name: ${name}\n` +
    `${maker === cluster || namespace === '' ? '' : `  namespace: ${namespace}\n`}${labels}${annotations}`;
  return `${head}${maker(random, pick)}`;
}

function kindOf(maker: unknown, pick: Pick): readonly [string, string] {
  switch (maker) {
    case workload:
      return pick([
        ['apps/v1', 'Deployment'],
        ['apps/v1', 'StatefulSet'],
        ['apps/v1', 'DaemonSet'],
        ['apps/v1', 'ReplicaSet'],
        ['batch/v1', 'Job'],
        ['v1', 'ReplicationController'],
      ] as const);
    case cronJob:
      return ['batch/v1', 'CronJob'];
    case pod:
      return ['v1', 'Pod'];
    case custom:
      return pick([
        ['acme.io/v1', 'Runner'],
        ['argoproj.io/v1alpha1', 'Rollout'],
      ] as const);
    case list:
      return ['v1', 'List'];
    case service:
      return ['v1', 'Service'];
    case cluster:
      return pick([
        ['v1', 'Namespace'],
        ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
        ['storage.k8s.io/v1', 'StorageClass'],
        ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
      ] as const);
    default:
      return pick([
        ['v1', 'ConfigMap'],
        ['v1', 'Secret'],
        ['v1', 'ServiceAccount'],
        ['networking.k8s.io/v1', 'Ingress'],
        ['policy/v1', 'PodDisruptionBudget'],
      ] as const);
  }
}

const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));

function podSpec(random: (limit: number) => number, pick: Pick): string {
  const container = (index: number): string =>
    `- name: c${index}\n  image: ${pick([pick(images), pick(images), `"${pick(images)}"`])}\n` +
    `${pick(['', '  env:\n  - name: A\n    value: "1"\n  - {name: B, value: x}\n', '  args: ["--a", "b c"]\n', '  resources:\n    limits: {cpu: 500m, memory: 256Mi}\n', '  resources:\n', '  env:\n  args:\n  -\n  - b\n', '  command: null\n  ports:\n  - containerPort: 80\n    name: http\n'])}`;
  const containers = Array.from({ length: 1 + random(2) }, (_, index) => container(index)).join('');
  return (
    `containers:\n${containers}` +
    `${random(4) === 0 ? `initContainers:\n${container(9)}` : ''}` +
    `${random(5) === 0 ? 'imagePullSecrets:\n- name: mine\n' : ''}` +
    `${random(8) === 0 ? 'imagePullSecrets: []\n' : ''}`.replace(/^/, '') +
    `${random(5) === 0 ? 'volumes:\n- name: v\n  emptyDir: {}\n' : ''}` +
    `${pick(['', '', 'securityContext:\n', 'nodeSelector: null\n', 'tolerations:\n- key: a\n  effect:\n', 'affinity: ~\n'])}`
  ).replace(/(imagePullSecrets:\n- name: mine\n)imagePullSecrets: \[\]\n/, '$1');
}

const template = (random: (limit: number) => number, pick: Pick): string =>
  `template:\n${pick(['', '  metadata:\n    labels:\n      app: x\n', '  metadata: {}\n', '  metadata:\n    labels:\n'])}  spec:\n${indented(podSpec(random, pick), 4)}`;

const workload = (random: (limit: number) => number, pick: Pick): string =>
  `spec:\n  replicas: ${1 + random(3)}\n${pick(['', '  strategy:\n', '  paused: null\n'])}  selector:\n    matchLabels:\n      app: x\n${indented(template(random, pick), 2)}`;

const custom = (random: (limit: number) => number, pick: Pick): string =>
  `spec:\n  mode: ${pick(['fast', '0755', 'yes'])}\n${indented(template(random, pick), 2)}`;

const cronJob = (random: (limit: number) => number, pick: Pick): string =>
  `spec:\n  schedule: "*/5 * * * *"\n  jobTemplate:\n    spec:\n${indented(template(random, pick), 6)}`;

const pod = (random: (limit: number) => number, pick: Pick): string =>
  `spec:\n${indented(podSpec(random, pick), 2)}`;

function list(random: (limit: number) => number, pick: Pick): string {
  const unique = random(1_000_000);
  return (
    `items:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: listed-${unique}\n  spec:\n` +
    `${indented(template(random, pick), 4)}- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: listed-${unique}}\n`
  );
}

function data(random: (limit: number) => number, pick: Pick): string {
  const keys = ['a', 'b10', 'b9', '_c', 'D', 'e.f', 'g-h', 'item1', 'item01', 'item10', 'item2'];
  const lines = keys
    .filter(() => random(2) === 0)
    .map((key) => `  ${key}: ${pick(scalars)}\n`)
    .join('')
    .replaceAll('\n\n', '\n');
  const anchors =
    random(4) === 0
      ? '  base: &base {x: 1, y: [1, 2]}\n  copy: *base\n  more:\n    <<: *base\n    x: 2\n'
      : '';
  return `data:\n${lines}${anchors}  last: x\n`;
}

const service = (_random: (limit: number) => number, pick: Pick): string =>
  `spec:\n  type: ${pick(['ClusterIP', 'NodePort'])}\n  ports:\n  - port: 80\n    targetPort: http\n`;

const cluster = (): string => 'extra:\n  containers:\n  - image: nginx\n';
