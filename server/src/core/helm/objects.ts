import {
  list,
  map,
  type ObjectValue,
  stringList,
  type TemplateFunction,
  type Value,
} from '../gotemplate/value.ts';
import { isPlainList, isPlainMap, type Plain, plainAt } from '../manifest/plain.ts';
import { define, fail, text } from '../sprig/define.ts';
import type { HelmRelease } from './chart.ts';

/** `.Release` of a first installation. */
export const releaseObject = ({ name, namespace }: HelmRelease): Value =>
  map([
    ['Name', name],
    ['Namespace', namespace],
    ['IsUpgrade', false],
    ['IsInstall', true],
    ['Revision', 1n],
    ['Service', 'Helm'],
  ]);

/** `.Chart`: the fields of Chart.yaml (Helm 3, pkg/chart/metadata.go). */
export function chartObject(metadata: Plain): Value {
  const said = (key: string): Value => textOf(plainAt(metadata, key));
  const texts = (key: string): Value => {
    const found = plainAt(metadata, key);
    return stringList(isPlainList(found) ? found.map(textOf) : []);
  };
  const annotations = plainAt(metadata, 'annotations');
  return object('struct { chart.Metadata; IsRoot bool }', [
    ['Name', said('name')],
    ['Home', said('home')],
    ['Sources', texts('sources')],
    ['Version', said('version')],
    ['Description', said('description')],
    ['Keywords', texts('keywords')],
    ['Maintainers', list(partsOf(metadata, 'maintainers', maintainer), '*chart.Maintainer')],
    ['Icon', said('icon')],
    ['APIVersion', said('apiVersion') || 'v1'],
    ['Condition', said('condition')],
    ['Tags', said('tags')],
    ['AppVersion', said('appVersion')],
    ['Deprecated', plainAt(metadata, 'deprecated') === true],
    [
      'Annotations',
      map(
        Object.entries(isPlainMap(annotations) ? annotations : {}).map(
          ([key, value]) => [key, textOf(value)] as const,
        ),
        'string',
      ),
    ],
    ['KubeVersion', said('kubeVersion')],
    ['Dependencies', list(partsOf(metadata, 'dependencies', dependency), '*chart.Dependency')],
    ['Type', said('type')],
    ['IsRoot', true],
  ]);
}

const maintainer = (one: Plain): Value =>
  object('*chart.Maintainer', [
    ['Name', textOf(plainAt(one, 'name'))],
    ['Email', textOf(plainAt(one, 'email'))],
    ['URL', textOf(plainAt(one, 'url'))],
  ]);

const dependency = (one: Plain): Value =>
  object('*chart.Dependency', [
    ...(['Name', 'Version', 'Repository', 'Condition', 'Alias'] as const).map((name): [string, Value] => [
      name,
      textOf(plainAt(one, name.toLowerCase())),
    ]),
    ['Enabled', true],
  ]);

const partsOf = (metadata: Plain, key: string, make: (one: Plain) => Value): Value[] => {
  const found = plainAt(metadata, key);
  return isPlainList(found) ? found.map(make) : [];
};

const textOf = (value: Plain | undefined): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);

/**
 * `.Capabilities` where there is no cluster: the version and kinds that Helm as a library is built with (3.16, with
 * Kubernetes' client 0.31). The app manager does not say any other.
 */
export function capabilitiesObject(): Value {
  const version = 'v1.20.0';
  return object('*chartutil.Capabilities', [
    [
      'KubeVersion',
      {
        ...object('chartutil.KubeVersion', [
          ['Version', version],
          ['Major', '1'],
          ['Minor', '20'],
        ]),
        methods: new Map([
          ['String', define('', 'string', () => version)],
          ['GitVersion', define('', 'string', () => version)],
        ]),
        text: () => version,
      },
    ],
    [
      'APIVersions',
      {
        ...stringList(apiVersions),
        named: 'chartutil.VersionSet',
        methods: new Map([['Has', define('string', 'bool', (a) => apiVersions.includes(text(a[0])))]]),
      },
    ],
    [
      'HelmVersion',
      object('version.BuildInfo', [
        ['Version', 'v3.16'],
        ['GitCommit', ''],
        ['GitTreeState', ''],
        ['GoVersion', ''],
      ]),
    ],
  ]);
}

const apiVersions: readonly string[] = Object.entries({
  '': 'v1',
  'admissionregistration.k8s.io': 'v1 v1alpha1 v1beta1',
  'internal.apiserver.k8s.io': 'v1alpha1',
  apps: 'v1 v1beta1 v1beta2',
  'authentication.k8s.io': 'v1 v1alpha1 v1beta1',
  'authorization.k8s.io': 'v1 v1beta1',
  autoscaling: 'v1 v2 v2beta1 v2beta2',
  batch: 'v1 v1beta1',
  'certificates.k8s.io': 'v1 v1beta1 v1alpha1',
  'coordination.k8s.io': 'v1alpha1 v1beta1 v1',
  'discovery.k8s.io': 'v1 v1beta1',
  'events.k8s.io': 'v1 v1beta1',
  extensions: 'v1beta1',
  'flowcontrol.apiserver.k8s.io': 'v1 v1beta1 v1beta2 v1beta3',
  'networking.k8s.io': 'v1 v1alpha1 v1beta1',
  'node.k8s.io': 'v1 v1alpha1 v1beta1',
  policy: 'v1 v1beta1',
  'rbac.authorization.k8s.io': 'v1 v1beta1 v1alpha1',
  'resource.k8s.io': 'v1alpha3',
  'scheduling.k8s.io': 'v1alpha1 v1beta1 v1',
  'storage.k8s.io': 'v1beta1 v1 v1alpha1',
  'storagemigration.k8s.io': 'v1alpha1',
  'apiextensions.k8s.io': 'v1beta1 v1',
}).flatMap(([group, versions]) =>
  versions.split(' ').map((version) => (group === '' ? version : `${group}/${version}`)),
);

/** `.Files`, of which a preview has none. @param unseen hears of whoever asks */
export function filesObject(unseen: (what: string) => void): Value {
  const method = (name: string, parameters: string): [string, TemplateFunction] => [
    name,
    define(parameters, 'any', () => {
      unseen(`.Files.${name}`);
      return fail('the files of the chart are not known here');
    }),
  ];
  return {
    ...object('engine.files', []),
    methods: new Map([
      method('Get', 'string'),
      method('GetBytes', 'string'),
      method('Glob', 'string'),
      method('Lines', 'string'),
      method('AsConfig', ''),
      method('AsSecrets', ''),
    ]),
  };
}

const object = (type: string, fields: readonly (readonly [string, Value])[]): ObjectValue => ({
  kind: 'object',
  type,
  fields: new Map(fields),
});
