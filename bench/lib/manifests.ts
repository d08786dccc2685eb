import { randomFrom } from '../../test/support/random.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

/** What the release says of itself: one linked registry, and where public images move to. */
export const waybillYaml = `app: bench
registries:
  - endpoint: ${ecr}
    rewrite: demo-apps/{name}
`;

/** Images as releases have them: most from the linked registry, the others each with a problem of its kind. */
const images = [
  `${ecr}/demo-apps/gateway:2.14.0`,
  `${ecr}/demo-apps/ledger:0.9.7`,
  `${ecr}/demo-apps/worker@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1`,
  `proxy.replicated.com/proxy/bench/${ecr}/demo-apps/api:1.22.3`,
  '{{repl LocalRegistryHost}}/demo-apps/importer:{{repl ConfigOption "version"}}',
  'nginx:1.27.2',
  'quay.io/prometheus/node-exporter:v1.8.2',
  'ghcr.io/acme/reports:4.0.1',
  '429114214526.dkr.ecr.us-east-1.amazonaws.com/demo-apps/mailer:3.1.0',
  `${ecr}/demo-apps/scheduler`,
];

const deployment = (index: number, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-${index}
  namespace: default
  labels:
    app.kubernetes.io/name: service-${index}
    app.kubernetes.io/part-of: bench
spec:
  replicas: ${1 + (index % 4)}
  selector:
    matchLabels:
      app.kubernetes.io/name: service-${index}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: service-${index}
    spec:
      containers:
        # Takes requests of shard ${index}.
        - name: main
          image: ${image.startsWith('{') ? `'${image}'` : image}
          ports:
            - containerPort: ${8000 + (index % 1000)}
          env:
            - name: SHARD
              value: "${index}"
          resources:
            limits:
              memory: 256Mi
`;

/** Deployments, one document each, of about `bytes` together. */
export function deployments(bytes: number): string {
  const random = randomFrom(1);
  const documents: string[] = [];
  for (let length = 0; length < bytes; ) {
    const document = deployment(documents.length, images[random(images.length)] as string);
    documents.push(document);
    length += document.length + 4;
  }
  return documents.join('---\n');
}

/** One Pod with so many containers, in one document. */
export function hugePod(containers: number): string {
  const random = randomFrom(2);
  let text = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: huge\nspec:\n  containers:\n';
  for (let i = 0; i < containers; i++) {
    const image = images[random(images.length)] as string;
    text += `    - name: container-${i}\n      image: ${image.startsWith('{') ? `'${image}'` : image}\n`;
  }
  return text;
}
