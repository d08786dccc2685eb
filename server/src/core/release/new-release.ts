/** An ECR registry, and the prefix of the repositories in it; empty for none. */
export interface PrivateRegistry {
  readonly host: string;
  readonly prefix: string;
}

/**
 * The files of a new app, by path: the kinds and names that a new app in the vendor portal has, so that the guide "Using
 * ECR for private images" can be followed from an empty folder, and a `.waybill.yaml`.
 * @param app the app's slug; null where it is not known yet
 * @param registry where private images live; null where that is not known yet
 */
export function newRelease(
  app: string | null,
  registry: PrivateRegistry | null = null,
): ReadonlyMap<string, string> {
  return new Map([
    ['.waybill.yaml', waybill(app, registry)],
    ['replicated-app.yaml', application],
    ['config.yaml', config],
    ['preflight.yaml', preflight],
    ['support-bundle.yaml', supportBundle],
    ['config-map.yaml', configMap],
    ['deployment.yaml', deployment],
    ['service.yaml', service],
    ['ingress.yaml', ingress],
  ]);
}

const waybill = (
  app: string | null,
  registry: PrivateRegistry | null,
): string => `# What Waybill knows of this release besides its files; never part of a release.
${app === null ? '# app: my-app    # the slug in the vendor portal' : `app: ${app}`}
channel: Unstable
# protectedChannels: [Stable]
${
  registry === null
    ? `# registries:
#   - endpoint: 123456789012.dkr.ecr.us-east-2.amazonaws.com
#     rewrite: demo-apps/{name}`
    : `registries:
  - endpoint: ${registry.host}
    rewrite: ${registry.prefix === '' ? '' : `${registry.prefix}/`}{name}`
}
`;

const application = `# How the app manager shows the app.
apiVersion: kots.io/v1beta1
kind: Application
metadata:
  name: example
spec:
  title: Example
  allowRollback: true
  statusInformers:
    - deployment/example-nginx
  ports:
    - serviceName: example-nginx
      servicePort: 80
      localPort: 8888
      applicationUrl: http://example-nginx
`;

const config = `# What a customer is asked before the app is installed.
apiVersion: kots.io/v1beta1
kind: Config
metadata:
  name: example-config
spec:
  groups:
    - name: ingress
      title: Ingress
      items:
        - name: use_ingress
          title: Make the app reachable by an Ingress
          type: bool
          default: "0"
        - name: hostname
          title: Hostname
          help_text: The name that the app is reached by.
          type: text
          default: example.local
          when: repl{{ ConfigOptionEquals "use_ingress" "1" }}
`;

const preflight = `# What must hold of a cluster before the app is installed there.
apiVersion: troubleshoot.sh/v1beta2
kind: Preflight
metadata:
  name: example-preflight
spec:
  analyzers:
    - clusterVersion:
        outcomes:
          - fail:
              when: "< 1.25.0"
              message: The app needs Kubernetes 1.25 or later.
          - pass:
              message: The version of Kubernetes is supported.
    - nodeResources:
        checkName: Memory of the cluster
        outcomes:
          - warn:
              when: sum(memoryCapacity) < 1Gi
              message: The nodes of the cluster have less than 1 GiB of memory together.
          - pass:
              message: The cluster has enough memory.
`;

const supportBundle = `# What is collected when a customer needs help.
apiVersion: troubleshoot.sh/v1beta2
kind: SupportBundle
metadata:
  name: example-support-bundle
spec:
  collectors:
    - clusterInfo: {}
    - clusterResources: {}
    - logs:
        name: nginx/logs
        selector:
          - app=example
          - component=nginx
        namespace: repl{{ Namespace }}
        limits:
          maxLines: 10000
  analyzers:
    - deploymentStatus:
        name: example-nginx
        namespace: repl{{ Namespace }}
        outcomes:
          - fail:
              when: "< 1"
              message: No replica of nginx is ready.
          - pass:
              message: nginx is ready.
`;

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: example-config
  labels:
    app: example
    component: nginx
data:
  GREETING: Hello from a new release
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: example-nginx
  labels:
    app: example
    component: nginx
spec:
  replicas: 1
  selector:
    matchLabels:
      app: example
      component: nginx
  template:
    metadata:
      labels:
        app: example
        component: nginx
    spec:
      containers:
        - name: nginx
          image: nginx
          envFrom:
            - configMapRef:
                name: example-config
          ports:
            - containerPort: 80
          resources:
            limits:
              memory: 256Mi
              cpu: 500m
            requests:
              memory: 32Mi
              cpu: 100m
`;

const service = `apiVersion: v1
kind: Service
metadata:
  name: example-nginx
  labels:
    app: example
    component: nginx
spec:
  type: ClusterIP
  selector:
    app: example
    component: nginx
  ports:
    - port: 80
      targetPort: 80
`;

const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: example-nginx
  labels:
    app: example
    component: nginx
  annotations:
    kots.io/when: 'repl{{ ConfigOptionEquals "use_ingress" "1" }}'
spec:
  rules:
    - host: repl{{ ConfigOption "hostname" }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: example-nginx
                port:
                  number: 80
`;
