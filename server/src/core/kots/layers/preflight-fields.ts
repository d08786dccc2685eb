import { type Plain, type PlainMap, plainMap } from '../../manifest/plain.ts';

/**
 * Fields of collectors and analyzers that are written also where nobody set them, by list and kind, as the types of
 * Troubleshoot have them (v0.133.0, pkg/apis/troubleshoot/v1beta2: those without `omitempty`).
 */
export const alwaysWritten: Readonly<Record<string, Readonly<Record<string, PlainMap>>>> = {
  collectors: table(`
    s3Status | bucketName
    copy | containerPath namespace selector=null
    data | data
    collectd copyFromHost | hostPath image namespace
    etcd | image
    run sysctl | image namespace
    registryImages | images=null namespace
    ceph longhorn supportBundleMetadata | namespace
    runDaemonSet runPod | namespace podSpec={}
    exec | namespace selector=null
    logs | selector=null
    clickhouse mssql mysql postgres redis | uri
  `),
  remoteCollectors: table(`
    subnetAvailable | CIDRRangeAlloc desiredCIDR=0
    tcpConnect | address
    httpLoadBalancer | address path port=0
    tcpLoadBalancer | address port=0
    filesystemPerformance | backgroundIOPSWarmupSeconds=0 backgroundReadIOPS=0 backgroundReadIOPSJobs=0 backgroundWriteIOPS=0 backgroundWriteIOPSJobs=0 enableBackgroundIOPS=false
    certificate | certificatePath keyPath
    diskUsage | path
    tcpPortStatus udpPortStatus | port=0
  `),
  analyzers: table(`
    clusterResource | clusterScoped=false kind name outcomes=null yamlPath
    goldpinger | collectorName
    nodeMetrics | collectorName filters={} outcomes=null
    clickhouse mssql mysql postgres redis registryImages s3Status | collectorName outcomes=null
    event | collectorName outcomes=null reason
    configMap | configMapName namespace outcomes=null
    customResourceDefinition | customResourceDefinitionName outcomes=null
    ingress | ingressName namespace outcomes=null
    deploymentStatus jobStatus statefulsetStatus | name outcomes=null
    replicasetStatus | name outcomes=null selector=null
    cephStatus longhorn | namespace outcomes=null
    secret | namespace outcomes=null secretName
    certificates clusterPodStatuses clusterVersion containerRuntime distribution http | outcomes=null
    ingressClass jsonCompare nodeResources storageClass sysctl textAnalyze yamlCompare | outcomes=null
    imagePullSecret | outcomes=null registryName
    clusterContainerStatuses | outcomes=null restartCount=0
    weaveReport | reportFileGlob
  `),
};

/** The same of the `limits` of logs. */
export const limitsOfLogs: PlainMap = { sinceTime: null };

/** Fields that may say false or nothing, which is not the same as not being there. */
export const keptEmpty: ReadonlySet<string> = new Set(['exclude', 'strict', 'runTime']);

/** Maps of people's own keys, and parts of Kubernetes' own objects. */
export const keptWhole: ReadonlySet<string> = new Set([
  ...['annotations', 'labels', 'headers', 'matchLabel', 'matchExpressions', 'podSpec', 'taint', 'data'],
]);

/** Kinds, and behind the bar their fields with what stands there: an empty text unless said. */
function table(lines: string): Readonly<Record<string, PlainMap>> {
  return Object.fromEntries(
    lines
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [kinds = '', fields = ''] = line.split('|');
        const values = fields
          .trim()
          .split(' ')
          .map((field): [string, Plain] => {
            const [name = '', value = '""'] = field.split('=');
            return [name, JSON.parse(value) as Plain];
          });
        return kinds
          .trim()
          .split(' ')
          .map((kind) => [kind, plainMap(values)] as const);
      }),
  );
}
