import { emitYaml } from '../../manifest/emit.ts';

/**
 * The text of overlays/midstream/backup-label-transformer.yaml, which labels every object and its pods for backups
 * (KOTS, pkg/disasterrecovery).
 */
export function backupLabelTransformer(appSlug: string): string {
  const head = emitYaml({ apiVersion: 'builtin', kind: 'LabelTransformer' });
  const metadata = emitYaml({ metadata: { name: 'backup-label-transformer' } });
  const labels = emitYaml({ labels: { 'kots.io/app-slug': appSlug, 'kots.io/backup': 'velero' } });
  return `${head}${metadata}${labels}fieldSpecs:\n${places.join('')}`;
}

const place = (path: string, kind = '', of: readonly string[] = []): string =>
  `- ${[...of, ...(kind === '' ? [] : [`kind: ${kind}`]), `path: ${path}`, 'create: true'].join('\n  ')}\n`;

const places: readonly string[] = [
  place('metadata/labels'),
  place('spec/template/metadata/labels', 'ReplicationController', ['version: v1']),
  place('spec/template/metadata/labels', 'Deployment'),
  place('spec/template/metadata/labels', 'ReplicaSet'),
  place('spec/template/metadata/labels', 'DaemonSet'),
  place('spec/template/metadata/labels', 'StatefulSet', ['group: apps']),
  place('spec/template/metadata/labels', 'Job', ['group: batch']),
  place('spec/jobTemplate/metadata/labels', 'CronJob', ['group: batch']),
  place('spec/jobTemplate/spec/template/metadata/labels', 'CronJob', ['group: batch']),
];
