/** The groups and versions whose objects are read by the app manager itself. */
const KOTS_VERSIONS: ReadonlySet<string> = new Set([
  'kots.io/v1beta1',
  'kots.io/v1beta2',
  'troubleshoot.sh/v1beta2',
  'troubleshoot.sh/v1beta3',
  'troubleshoot.replicated.com/v1beta1',
  'cluster.kurl.sh/v1beta1',
  'kurl.sh/v1beta1',
  'embeddedcluster.replicated.com/v1beta1',
  'app.k8s.io/v1beta1',
]);

/**
 * Whether the app manager keeps an object for itself, so that it is not installed as a manifest (IsKotsKind in
 * KOTS, pkg/kotsutil/kots.go, and filterV1Beta3 in pkg/upstream).
 */
export const isKotsKind = (apiVersion: string, kind: string): boolean =>
  apiVersion === 'velero.io/v1' ? kind === 'Backup' || kind === 'Restore' : KOTS_VERSIONS.has(apiVersion);
