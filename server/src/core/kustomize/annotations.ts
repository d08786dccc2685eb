import { type FieldSpec, withEntries } from './field-specs.ts';
import type { Resource } from './resource.ts';

/** Where `commonAnnotations` are written (api/internal/konfig/builtinpluginconsts/commonannotations.go). */
const places: readonly FieldSpec[] = [
  { path: 'metadata/annotations', create: true },
  { path: 'spec/template/metadata/annotations', create: true, version: 'v1', kind: 'ReplicationController' },
  { path: 'spec/template/metadata/annotations', create: true, kind: 'Deployment' },
  { path: 'spec/template/metadata/annotations', create: true, kind: 'ReplicaSet' },
  { path: 'spec/template/metadata/annotations', create: true, kind: 'DaemonSet' },
  { path: 'spec/template/metadata/annotations', create: true, kind: 'StatefulSet' },
  { path: 'spec/template/metadata/annotations', create: true, group: 'batch', kind: 'Job' },
  { path: 'spec/jobTemplate/metadata/annotations', create: true, group: 'batch', kind: 'CronJob' },
  {
    path: 'spec/jobTemplate/spec/template/metadata/annotations',
    create: true,
    group: 'batch',
    kind: 'CronJob',
  },
];

/** The resource with annotations on itself and on the pods that it makes. */
export const withAnnotations = (
  resource: Resource,
  annotations: Readonly<Record<string, string>>,
): Resource => withEntries(resource, places, annotations);
