import { placeholders } from '../../image/placeholders.ts';
import { build } from '../../kustomize/build.ts';
import { newBuildMemory } from '../../kustomize/build-memory.ts';
import { KustomizeError, type Resource, resourcesOf } from '../../kustomize/resource.ts';
import { emitYaml } from '../../manifest/emit.ts';
import { isPlainMap, type Plain, textAt } from '../../manifest/plain.ts';
import { type DeploymentPlan, deployedIn, planDeployment } from '../deployment.ts';
import { downstreamKustomization, midstreamKustomization } from '../midstream.ts';
import { pullSecretName, UNKNOWN_SLUG } from '../names.ts';
import { allPrivate, rewrites } from '../rewrite.ts';
import type { Scenario } from '../scenario.ts';
import { isInside } from './archive.ts';
import { type BaseFile, baseKustomization, baseOf, type SkippedFile } from './base.ts';
import { createChartRenderer } from './chart-preflights.ts';
import { type ChartInstallation, chartInstallation } from './chart-values.ts';
import { configValuesOf, enteredValues } from './config.ts';
import { singleDocuments } from './documents.ts';
import { installationOf, type KnownImages, knownImages, privacyWith } from './installation.ts';
import { type KindsImage, type KotsObject, kindsImages } from './kinds-images.ts';
import { kotsObjects, objectOf } from './kots-objects.ts';
import { backupLabelTransformer } from './label-transformer.ts';
import { imagesOf } from './object-images.ts';
import { helmPreflight, preflightsIn } from './preflights.ts';
import { dockerConfig } from './pull-access.ts';
import { pullSecretPatches, pullSecrets } from './pull-secrets.ts';
import { createReader, type Reader } from './reader.ts';
import { renderedFiles } from './rendered.ts';
import {
  type LayerImage,
  type LayerOptions,
  type LayerProblem,
  type Layers,
  newLayerMemory,
} from './types.ts';

/** The name of what is written for an app without an Application. */
const UNNAMED_APP = 'replicated-kots-app';

const userdata = {
  config: 'userdata/config.yaml',
  installation: 'userdata/installation.yaml',
  license: 'userdata/license.yaml',
} as const;

/**
 * All files that the app manager writes for a version of an app, as in the archive that it keeps of one: `upstream`,
 * `base`, `overlays`, `rendered`, `kotsKinds`, `helm`, `skippedFiles`. Does no I/O, so a preview can follow typing.
 *
 * What is wrong with one file is a problem, and the rest is written nevertheless.
 *
 * @param release its texts by path; a customer's licence, config values and installation stand at
 *   `userdata/{license,config,installation}.yaml`, as in an archive
 */
export function writeLayers(
  release: ReadonlyMap<string, string>,
  scenario: Scenario,
  options: LayerOptions,
): Layers {
  const reader = createReader(options);
  const before = (path: string): Plain => reader.value(release.get(path) ?? '');
  const entered = enteredValues(before(userdata.config));
  const license = before(userdata.license);

  const own = kotsObjects(without(release, [userdata.config, userdata.license]), entered ?? {}, reader);
  const application = objectOf(own.objects, 'Application');
  const name = textAt(application, 'metadata', 'name') || UNNAMED_APP;
  const config = objectOf(own.objects, 'Config');
  const configValues =
    config === null ? before(userdata.config) : configValuesOf(config, entered ?? {}, name);

  const base = baseOf(release, reader);
  const known = knownImages(before(userdata.installation));
  const judging: Scenario = { ...scenario, isPrivate: once(privacyWith(known, scenario)) };
  const fromKinds = kindsImages(own.objects, scenario.localRegistry?.host ?? null);
  const fromBase = base.files.flatMap(({ value }) => imagesOf(value).map(({ image }) => image));
  const plan = planDeployment(
    judging,
    fromBase,
    fromKinds.map(({ image }) => image),
  );
  const failures = new Map(plan.failures.map(({ image, problem }) => [image, problem]));
  for (const image of new Set([...fromBase, ...fromKinds.map((found) => found.image)])) {
    const isFilledIn = image.includes('$') && placeholders(image).length > 0;
    const problem = failures.get(image);
    if (!isFilledIn && problem === undefined) continue;
    // What stands for something that only a customer knows is told as such.
    if (!isFilledIn && /«[^«»]*»/.test(image)) continue;
    reader.problems.push({
      path: pathOf(image, base.files, fromKinds),
      message: isFilledIn ? withoutValue(image) : (problem?.message ?? ''),
      effect: isFilledIn ? 'unseen' : 'refused',
    });
  }

  const files = new Files(reader.problems);
  const installation = emitYaml(
    installationOf({
      before: before(userdata.installation),
      name,
      license,
      application,
      known: learnt([...fromBase, ...fromKinds.map(({ image }) => image)], known, judging),
      skipped: base.skipped,
    }),
  );
  // All three are written anew, from what was understood of them.
  const customers = new Map([[userdata.installation as string, installation]]);
  if (configValues !== null) customers.set(userdata.config, emitYaml(configValues));
  if (isPlainMap(license)) customers.set(userdata.license, emitYaml({ ...license, status: {} }));
  for (const [path, text] of [...release, ...customers]) files.put(`upstream/${path}`, text, null);
  writeBase(files, base.files);
  writeMidstream(files, base.files, plan, textAt(license, 'spec', 'licenseID') || null, options);
  writeDownstreams(files, base.files, options, reader);
  for (const [path, text] of [...own.files, ...customers])
    files.put(`kotsKinds/${path}`, text, `upstream/${path}`);
  const charts = installedCharts(own.objects, reader);
  writeHelmPreflight(files, charts, options, reader);
  for (const { path, release, values } of charts)
    files.put(`helm/${release}/values.yaml`, emitYaml(values), `upstream/${path}`);
  writeSkipped(files, base.skipped);
  return {
    files: files.written,
    origins: files.origins,
    images: imagesIn(plan, base.files, fromKinds, pullSecretName(slugOf(scenario, options))),
    problems: reader.problems,
  };
}

class Files {
  readonly written = new Map<string, string>();
  readonly origins = new Map<string, string>();
  readonly #problems: LayerProblem[];

  constructor(problems: LayerProblem[]) {
    this.#problems = problems;
  }

  /** @param origin the file that it is made from; null for what is nobody's */
  put(path: string, text: string, origin: string | null): void {
    if (isInside(path)) {
      this.written.set(path, text);
      if (origin !== null) this.origins.set(path, origin);
    } else
      this.#problems.push({
        path,
        message: 'A name makes this path lead out of its folder.',
        effect: 'unseen',
      });
  }
}

function writeBase(files: Files, base: readonly BaseFile[]): void {
  for (const { path, text, source } of base) files.put(`base/${path}`, text, `upstream/${source}`);
  files.put('base/kustomization.yaml', baseKustomization(base), null);
}

function writeMidstream(
  files: Files,
  base: readonly BaseFile[],
  plan: DeploymentPlan,
  licenseId: string | null,
  options: LayerOptions,
): void {
  const { scenario } = plan;
  const appSlug = slugOf(scenario, options);
  const secretName = pullSecretName(appSlug);
  // Without a licence and a local registry the app manager looks for no images.
  const patched = rewrites(scenario) ? base.filter(({ value }) => imagesOf(value).length > 0) : [];
  const access = { licenseId, localRegistryPassword: options.localRegistryPassword ?? '' };
  const folder = 'overlays/midstream';
  files.put(
    `${folder}/kustomization.yaml`,
    midstreamKustomization({ appSlug, entries: plan.entries, hasImages: patched.length > 0 }),
    null,
  );
  if (patched.length > 0)
    files.put(
      `${folder}/pullsecrets.yaml`,
      pullSecretPatches(
        patched.map(({ value }) => value),
        secretName,
      ),
      null,
    );
  files.put(
    `${folder}/secret.yaml`,
    pullSecrets(secretName, options.namespace ?? 'default', dockerConfig(scenario, access)),
    null,
  );
  files.put(`${folder}/backup-label-transformer.yaml`, backupLabelTransformer(appSlug), null);
}

function writeDownstreams(
  files: Files,
  base: readonly BaseFile[],
  options: LayerOptions,
  reader: Reader,
): void {
  const bases = basePaths(base);
  const { builds, texts } = options.memory ?? newLayerMemory();
  const broken = new Set<string>();
  const read = (path: string): readonly Plain[] | null => {
    const text = files.written.get(path);
    if (text === undefined) return null;
    return broken.has(path) ? [] : singleDocuments(text).map((document) => reader.value(document));
  };
  for (const downstream of downstreamsOf(options)) {
    const folder = `overlays/downstreams/${downstream}`;
    files.put(`${folder}/kustomization.yaml`, downstreamKustomization(), null);
    const memory = builds.get(downstream) ?? newBuildMemory();
    builds.set(downstream, memory);
    const resources = buildWithout(broken, () => build(read, folder, memory), reader);
    // One file for each, in their order.
    for (const [index, [path, text]] of [...renderedFiles(resources, texts)].entries())
      files.put(`rendered/${downstream}/${path}`, text, bases.get(resources[index]?.id ?? '') ?? null);
  }
}

/** The files of base by the ids of the resources in them. */
function basePaths(base: readonly BaseFile[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { path, value } of base)
    for (const id of idsIn(value)) if (!paths.has(id)) paths.set(id, `base/${path}`);
  return paths;
}

function idsIn(value: Plain): string[] {
  try {
    return resourcesOf(value, '').map(({ id }) => id);
  } catch (error) {
    // Kustomize refuses it, which is told where it is built.
    if (error instanceof KustomizeError) return [];
    throw error;
  }
}

/** Builds without the files that stop kustomize, so that one does not hide the others. */
function buildWithout(broken: Set<string>, attempt: () => Resource[], reader: Reader): readonly Resource[] {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      const { path, message } = error;
      if (!broken.has(path)) reader.problems.push({ path, message, effect: 'refused' });
      if (broken.has(path) || path.endsWith('kustomization.yaml')) return [];
      broken.add(path);
    }
  }
}

/** A v1beta2 HelmChart that is installed. */
interface InstalledChart extends ChartInstallation {
  readonly path: string;
  readonly helmChart: Plain;
}

function installedCharts(objects: readonly KotsObject[], reader: Reader): InstalledChart[] {
  const installed: InstalledChart[] = [];
  for (const { path, value } of objects) {
    if (textAt(value, 'kind') !== 'HelmChart') continue;
    const chart = chartInstallation(value);
    if (chart instanceof Error) reader.problems.push({ path, message: chart.message, effect: 'refused' });
    else if (chart === null) continue;
    else if (textAt(value, 'apiVersion') === 'kots.io/v1beta2')
      installed.push({ path, helmChart: value, ...chart });
    else if (!hasSuccessor(value, objects))
      reader.problems.push({
        path,
        message: 'The chart is rendered into the base, which this preview does not do.',
        effect: 'unseen',
      });
  }
  return installed;
}

/** Files are named after the kinds of objects in them. */
const mayHoldPreflight = /^rendered\/.*-(?:secret|configmap|preflight)(?:-\d+)?\.yaml$/;

/** The preflights in all that is rendered, as the one that the app manager makes of them. */
function writeHelmPreflight(
  files: Files,
  charts: readonly InstalledChart[],
  options: LayerOptions,
  reader: Reader,
): void {
  const renderer = createChartRenderer(options, reader);
  const sources = new Map<string, { readonly text: string; readonly from: string }>();
  for (const [path, text] of files.written)
    if (mayHoldPreflight.test(path)) sources.set(path, { text, from: path });
  for (const { path, helmChart, ...chart } of charts) {
    const text = renderer.render(path, helmChart, chart);
    for (const downstream of text === '' ? [] : downstreamsOf(options))
      sources.set(`rendered/${downstream}/helm/${chart.release}/all.yaml`, {
        text,
        from: `upstream/${path}`,
      });
  }
  const found = [...sources]
    .sort(([a], [b]) => inWalkOrder(a, b))
    .flatMap(([, { text, from }]) => preflightsIn(text, reader).map((preflight) => ({ preflight, from })));
  const whole = helmPreflight(found.map(({ preflight }) => preflight));
  if (whole !== null) files.put('kotsKinds/helm-preflight.yaml', whole, found[0]?.from ?? null);
}

/** As Go walks a folder: by name at each level. */
function inWalkOrder(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  const at = left.findIndex((name, index) => name !== right[index]);
  return at < 0 ? 0 : (left[at] ?? '') < (right[at] ?? '') ? -1 : 1;
}

/** Whether a v1beta2 HelmChart takes the place of a v1beta1 one. */
const hasSuccessor = (chart: Plain, objects: readonly KotsObject[]): boolean =>
  objects.some(
    ({ value }) =>
      textAt(value, 'apiVersion') === 'kots.io/v1beta2' &&
      textAt(value, 'kind') === 'HelmChart' &&
      textAt(value, 'spec', 'chart', 'name') === textAt(chart, 'spec', 'chart', 'name') &&
      textAt(value, 'spec', 'chart', 'chartVersion') === textAt(chart, 'spec', 'chart', 'chartVersion'),
  );

function writeSkipped(files: Files, skipped: readonly SkippedFile[]): void {
  if (skipped.length === 0) return;
  for (const { path, text, source } of skipped) files.put(`skippedFiles/${path}`, text, `upstream/${source}`);
  const index = skipped.map(({ path, error }) => ({ path, reason: error }));
  files.put('skippedFiles/_index.yaml', emitYaml({ skippedFiles: index }), null);
}

function imagesIn(
  plan: DeploymentPlan,
  base: readonly BaseFile[],
  fromKinds: readonly KindsImage[],
  secretName: string,
): LayerImage[] {
  const uses = [
    ...base.flatMap(({ path, value }) =>
      imagesOf(value).map((found) => ({ ...found, path: `base/${path}`, collector: false })),
    ),
    ...fromKinds
      .filter(({ collector }) => collector)
      .map((found) => ({ ...found, path: `kotsKinds/${found.path}` })),
  ];
  return uses.flatMap(({ path, field, image, collector }) => {
    const deployment = deployedIn(plan, image, { place: collector ? 'collector' : 'container' });
    if (deployment === null) return [];
    const { layer, image: to, pullSecret, assumed, reason } = deployment;
    // The secret is named after the app that is installed, whatever the licence's is called.
    const named = pullSecret === null ? null : secretName;
    return [{ layer, path, field, from: image, to, pullSecret: named, assumed, reason }];
  });
}

const downstreamsOf = (options: LayerOptions): readonly string[] => options.downstreams ?? ['this-cluster'];

/** The slug of the installed app, which names what is written; the licence's stands in proxied names. */
const slugOf = (scenario: Scenario, options: LayerOptions): string =>
  options.appSlug ?? scenario.installedSlug ?? scenario.appSlug ?? UNKNOWN_SLUG;

/** The same, worked out once for each image: it is named in several layers. */
function once(judge: Scenario['isPrivate']): Scenario['isPrivate'] {
  const judged = new Map<string, ReturnType<Scenario['isPrivate']>>();
  return (image) => {
    const privacy = judged.get(image) ?? judge(image);
    judged.set(image, privacy);
    return privacy;
  };
}

function learnt(images: readonly string[], known: KnownImages, scenario: Scenario): KnownImages {
  const judge = (image: string): boolean => allPrivate(scenario) || scenario.isPrivate(image).private;
  return new Map([...known, ...images.map((image) => [image, judge(image)] as const)]);
}

/** What is pushed has no variable in an image any more, so it is nothing that the app manager would refuse. */
const withoutValue = (image: string): string =>
  `${image} holds a variable without a value, so what is made of it is not known. Give it one under "variables" in .waybill.yaml.`;

const pathOf = (image: string, base: readonly BaseFile[], fromKinds: readonly KindsImage[]): string =>
  base.find(({ value }) => imagesOf(value).some((found) => found.image === image))?.path ??
  fromKinds.find((found) => found.image === image)?.path ??
  '';

const without = (files: ReadonlyMap<string, string>, paths: readonly string[]): ReadonlyMap<string, string> =>
  new Map([...files].filter(([path]) => !paths.includes(path)));
