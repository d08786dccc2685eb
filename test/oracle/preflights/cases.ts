/** Rendered files, in their order. */
export interface PreflightCase {
  /** What it is about. */
  readonly name: string;
  readonly texts: readonly string[];
}

const spec = (lines: string, name = 'a'): string =>
  `apiVersion: troubleshoot.sh/v1beta2\nkind: Preflight\nmetadata:\n  name: ${name}\nspec:\n${lines}`;
const analyzer = '  analyzers:\n  - clusterVersion:\n      outcomes:\n      - pass: {message: fine}\n';
const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ');
const object = (kind: string, field: string, key: string, text: string, more = ''): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: x\n${more}${field}:\n  ${key}: |\n${indented(text)}`;
const labels = '  labels:\n    troubleshoot.sh/kind: preflight\n';
/** A spec of one list with one item, as YAML in one line. */
const one = (list: string, item: string): string => spec(`  ${list}:\n  - ${item}\n`);

const held: readonly PreflightCase[] = [
  {
    name: 'a Secret with the label',
    texts: [object('Secret', 'stringData', 'preflight.yaml', spec(analyzer), labels)],
  },
  { name: 'a Secret without it', texts: [object('Secret', 'stringData', 'preflight.yaml', spec(analyzer))] },
  { name: 'a ConfigMap', texts: [object('ConfigMap', 'data', 'preflight.yaml', spec(analyzer))] },
  {
    name: 'a Secret under another key',
    texts: [object('Secret', 'stringData', 'preflight-spec', spec(analyzer))],
  },
  {
    name: 'behind a support bundle',
    texts: [object('Secret', 'stringData', 'support-bundle-spec', spec(analyzer))],
  },
  {
    name: 'the data of a Secret in Base64',
    texts: [
      `apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  preflight.yaml: ${btoa(spec(analyzer))}\n`,
    ],
  },
  {
    name: 'data that is no Base64',
    texts: ['apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  preflight.yaml: "?"\n'],
  },
  {
    name: 'a Secret with a number for a text',
    texts: [`${object('Secret', 'stringData', 'preflight.yaml', spec(analyzer))}  other: 1\n`],
  },
  {
    name: 'both data and stringData',
    texts: [
      `${object('Secret', 'stringData', 'preflight.yaml', spec(analyzer, 'second'))}data:\n  preflight.yaml: ${btoa(spec(analyzer, 'first'))}\n`,
    ],
  },
  { name: 'an object of its own', texts: [spec(analyzer)] },
  {
    name: 'an object of an old version',
    texts: [spec(analyzer).replace('troubleshoot.sh/v1beta2', 'troubleshoot.replicated.com/v1beta1')],
  },
  { name: 'an object of a new version', texts: [spec(analyzer).replace('v1beta2', 'v1beta3')] },
  { name: 'another kind', texts: [spec(analyzer).replace('Preflight', 'SupportBundle')] },
  {
    name: 'a spec of an old version in a Secret',
    texts: [
      object(
        'Secret',
        'stringData',
        'preflight.yaml',
        spec(analyzer).replace('troubleshoot.sh/v1beta2', 'troubleshoot.replicated.com/v1beta1'),
      ),
    ],
  },
  { name: 'none', texts: ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n'] },
  {
    name: 'what is no YAML',
    texts: ['a: b: c\n', object('Secret', 'stringData', 'preflight.yaml', 'a: b: c\n')],
  },
  {
    name: 'several in one Secret',
    texts: [
      object(
        'Secret',
        'stringData',
        'preflight.yaml',
        `${spec(analyzer, 'first')}---\n${spec(analyzer, 'second')}`,
      ),
    ],
  },
  {
    name: 'several in one file',
    texts: [
      `---\n# Source: a\n${object('Secret', 'stringData', 'preflight.yaml', spec(analyzer, 'first'))}---\n# Source: b\n${object('Secret', 'stringData', 'preflight.yaml', one('collectors', 'clusterInfo: {}'))}`,
    ],
  },
  {
    name: 'several files',
    texts: [
      spec(`  uri: https://one.example\n${analyzer}`, 'first'),
      spec(`  uri: https://two.example\n  remoteCollectors:\n  - cpu: {}\n${analyzer}`, 'second'),
      spec('  collectors: []\n', 'third'),
    ],
  },
];

const written: readonly PreflightCase[] = [
  ['nothing', spec('  collectors: []\n  analyzers: []\n')],
  ['no spec', 'apiVersion: troubleshoot.sh/v1beta2\nkind: Preflight\nmetadata:\n  name: a\n'],
  [
    'metadata',
    spec(analyzer).replace(
      '  name: a\n',
      '  name: a\n  namespace: b\n  labels: {c: "", d: e}\n  annotations: {}\n  creationTimestamp: null\n',
    ),
  ],
  ['a target for results', spec(`  uploadResultsTo: https://a.example\n${analyzer}`)],
  [
    'outcomes that say nothing',
    one('analyzers', 'clusterVersion: {outcomes: [{fail: {when: "", message: x}}, {warn: {}}]}'),
  ],
  ['no outcomes', one('analyzers', 'clusterVersion: {}')],
  [
    'a check that is left out',
    one('analyzers', 'clusterVersion: {exclude: true, checkName: a, outcomes: []}'),
  ],
  [
    'a check that is not left out',
    one('analyzers', 'clusterVersion: {exclude: false, strict: "", outcomes: []}'),
  ],
  [
    'a check that a text leaves out',
    one('analyzers', 'clusterVersion: {exclude: "true", strict: "false", outcomes: []}'),
  ],
  ['a status', one('analyzers', 'deploymentStatus: {namespace: "", outcomes: []}')],
  ['replicas', one('analyzers', 'replicasetStatus: {name: a, selector: [], outcomes: []}')],
  ['a secret', one('analyzers', 'secret: {key: "", outcomes: [{pass: {message: a}}]}')],
  [
    'labels of nodes',
    one(
      'analyzers',
      'nodeResources: {filters: {selector: {matchLabel: {"role/master": ""}}, cpuCapacity: "2"}, outcomes: []}',
    ),
  ],
  ['a resource', one('analyzers', 'clusterResource: {kind: Namespace, name: a, yamlPath: b, outcomes: []}')],
  [
    'a text',
    one('analyzers', 'textAnalyze: {fileName: a, regex: "b", ignoreIfNoFiles: false, outcomes: []}'),
  ],
  ['two at once', one('analyzers', '{clusterVersion: {outcomes: []}, distribution: null}')],
  ['a collector of the cluster', one('collectors', 'clusterResources: {namespaces: [], ignoreRBAC: false}')],
  ['logs', one('collectors', 'logs: {selector: [app=a], namespace: "", limits: {maxLines: 10}}')],
  ['a copy', one('collectors', 'copy: {selector: [a=b], containerPath: /x}')],
  [
    'a request',
    one(
      'collectors',
      'http: {collectorName: a, get: {url: https://a.example, headers: {X: ""}, insecureSkipVerify: false}}',
    ),
  ],
  ['a database', one('collectors', 'postgres: {collectorName: a, uri: ""}')],
  ['data', one('collectors', 'data: {name: a, data: ""}')],
  [
    'a command',
    one('collectors', 'exec: {name: a, selector: [b=c], command: [sh], args: ["-c", ""], timeout: 5s}'),
  ],
  [
    'a run',
    one('collectors', 'run: {image: a, command: [], imagePullSecret: {data: {".dockerconfigjson": ""}}}'),
  ],
  [
    'a pod',
    one('collectors', 'runPod: {name: a, namespace: b, podSpec: {containers: [{name: c, image: d}]}}'),
  ],
  [
    'a pod with resources',
    one(
      'collectors',
      'runPod: {name: a, podSpec: {containers: [{name: c, image: d, resources: {limits: {cpu: "1"}}}], initContainers: [{name: e}]}}',
    ),
  ],
  ['a remote collector', one('remoteCollectors', 'tcpPortStatus: {collectorName: a}')],
  ['a disk', one('remoteCollectors', 'filesystemPerformance: {timeout: 5m, fileSize: 22Mi}')],
].map(([name = '', text = '']) => ({ name: `written: ${name}`, texts: [text] }));

export const cases: readonly PreflightCase[] = [...held, ...written];
