import type { ReleaseFile } from '../portal/state.ts';
import { isBinary } from './spec.ts';
import { at, isMap, listAt, readDocuments, textAt, type Yaml } from './yaml.ts';

/** What a release would run: one pod template. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  /** Names of the pull secrets that the template itself has. */
  readonly pullSecrets: readonly string[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
}

/** Where each kind keeps its pod's metadata and spec. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Pod: [],
};

/** The documents of all YAML files of a release. */
export const documentsOf = (files: readonly ReleaseFile[]): Yaml[] =>
  files
    .filter((file) => !isBinary(file) && /\.(ya?ml|json)$/i.test(file.name))
    .flatMap(({ content }) => readDocuments(content));

/** The pod templates in a release's manifests; what charts would add is not known here. */
export function workloadsOf(files: readonly ReleaseFile[]): Workload[] {
  return documentsOf(files).flatMap((document) => {
    const kind = textAt(document, 'kind');
    const path = Object.hasOwn(templates, kind) ? templates[kind] : undefined;
    if (path === undefined) return [];
    const template = at(document, ...path);
    const labels = at(template, 'metadata', 'labels');
    return [
      {
        kind,
        name: textAt(document, 'metadata', 'name'),
        namespace: textAt(document, 'metadata', 'namespace'),
        labels: isMap(labels)
          ? Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value ?? '')]))
          : {},
        containers: containersIn(template, 'containers'),
        initContainers: containersIn(template, 'initContainers'),
        pullSecrets: listAt(template, 'spec', 'imagePullSecrets')
          .map((each) => textAt(each, 'name'))
          .filter((name) => name !== ''),
      },
    ];
  });
}

const containersIn = (template: Yaml, list: 'containers' | 'initContainers'): Container[] =>
  listAt(template, 'spec', list)
    .map((each) => ({ name: textAt(each, 'name'), image: textAt(each, 'image') }))
    .filter(({ image }) => image !== '');
