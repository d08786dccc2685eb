import { currentOn, filesIn } from '../portal/channels.ts';
import type { App, Channel, Customer, Promotion } from '../portal/state.ts';
import { imagesInValues } from '../release/images.ts';
import { documentsOf, type Workload, workloadsOf } from '../release/workloads.ts';
import { at, textAt } from '../release/yaml.ts';
import type { World } from '../world.ts';
import { pullOnNode } from './node-pull.ts';
import { domainsOf, rewriteImage } from './rewrite.ts';
import type { Installation, RunningContainer, Secret } from './state.ts';

/** What `POST /sandbox/install` is told. */
export interface InstallRequest {
  /** A licence file, or its id alone. */
  readonly license: string;
  /** `default` unless given. */
  readonly namespace?: string;
  /** A channel's id or name; the licence's first unless given. */
  readonly channel?: string;
  /** A promotion of that channel; the current one unless given. */
  readonly channelSequence?: number;
  /** What the node runs; `linux/amd64` unless given. */
  readonly platform?: string;
  /** What is wrong with the pull secrets: `missing` leaves them out, `wrong` gives them a password of nobody. */
  readonly secrets?: 'missing' | 'wrong';
  /** What somebody did to workloads by hand, by their names. */
  readonly overrides?: Readonly<Record<string, Override>>;
}

export interface Override {
  /** In place of every image of the workload. */
  readonly image?: string;
  /** In place of the digest that was pulled. */
  readonly digest?: string;
  readonly pullSecrets?: readonly string[];
}

/** Why nothing was installed: a sentence. */
export class InstallError extends Error {}

/**
 * Installs a promoted release, or upgrades to it, as KOTS does online: images that need credentials go through the proxy,
 * every pod of a manifest gets the pull secret, and the node pulls each image.
 *
 * Charts are not rendered: a chart stands as one Deployment of the images in its `values`, rewritten for
 * kots.io/v1beta1 and as they are for v1beta2.
 * @throws InstallError
 */
export async function install(world: World, request: InstallRequest): Promise<Installation> {
  const { app, customer, channel, promotion } = find(world, request);
  const files = filesIn(world.portal.state, promotion);
  const documents = documentsOf(files);
  const all = documents.some(
    (each) => textAt(each, 'kind') === 'Application' && textAt(each, 'spec', 'proxyPublicImages') === 'true',
  );
  const secrets = secretsOf(world, app, customer, request);
  const platform = request.platform ?? 'linux/amd64';
  const charts = documents
    .filter((each) => textAt(each, 'kind') === 'HelmChart')
    .map((each) => ({
      workload: chartWorkload(
        textAt(each, 'spec', 'chart', 'name') || textAt(each, 'metadata', 'name'),
        imagesInValues(at(each, 'spec', 'values')),
      ),
      rewritten: textAt(each, 'apiVersion') === 'kots.io/v1beta1',
    }));
  const planned = [...workloadsOf(files).map((workload) => ({ workload, rewritten: true })), ...charts];
  const workloads = [];
  for (const { workload, rewritten } of planned) {
    const override = request.overrides?.[workload.name] ?? {};
    const own = rewritten ? [...workload.pullSecrets, pullSecretName(app)] : workload.pullSecrets;
    const pullSecrets = override.pullSecrets ?? own;
    const given = secrets.filter(({ name }) => pullSecrets.includes(name));
    const run = async ({ name, image }: Workload['containers'][number]): Promise<RunningContainer> => {
      const made = override.image ?? (rewritten ? await rewriteImage(world, app, image, all) : image);
      const pulled = await pullOnNode(world, made, given, platform);
      const { imageId } = pulled;
      const shown = override.digest === undefined ? imageId : imageId.replace(/@.*/, `@${override.digest}`);
      return { ...pulled, name, image: made, imageId: shown };
    };
    const { kind, name, labels } = workload;
    const initContainers = [];
    for (const each of workload.initContainers) initContainers.push(await run(each));
    const containers = [];
    for (const each of workload.containers) containers.push(await run(each));
    workloads.push({ kind, name, labels, pullSecrets, initContainers, containers });
  }
  const made: Installation = {
    namespace: request.namespace ?? 'default',
    appId: app.id,
    appSlug: app.slug,
    licenseId: customer.licenseId,
    channelId: channel.id,
    channelSequence: promotion.channelSequence,
    sequence: promotion.sequence,
    versionLabel: promotion.versionLabel,
    installed: new Date(world.clock()).toISOString(),
    secrets,
    workloads,
  };
  const { installations } = world.cluster.state;
  const before = installations.findIndex(
    ({ appId, namespace }) => appId === app.id && namespace === made.namespace,
  );
  if (before < 0) installations.push(made);
  else installations[before] = made;
  await world.cluster.saved();
  await world.portal.saved();
  return made;
}

interface Found {
  readonly app: App;
  readonly customer: Customer;
  readonly channel: Channel;
  readonly promotion: Promotion;
}

function find(world: World, { license, channel: wanted, channelSequence }: InstallRequest): Found {
  const { apps, channels, customers, promotions } = world.portal.state;
  const licenseId = /^\s*licenseID:\s*["']?([^"'\s]+)/m.exec(license)?.[1] ?? license.trim();
  const customer = customers.find((each) => each.licenseId === licenseId);
  if (customer === undefined) throw new InstallError('No customer has this licence.');
  const app = apps.find(({ id }) => id === customer.appId);
  if (app === undefined) throw new InstallError('The app of this licence was deleted.');
  const own = channels.filter(({ id, appId }) =>
    wanted === undefined ? customer.channels[0]?.id === id : appId === app.id,
  );
  const channel = own.find(({ id, name }) => wanted === undefined || id === wanted || name === wanted);
  if (channel === undefined) throw new InstallError(`The app ${app.slug} has no channel ${wanted ?? ''}.`);
  if (!customer.channels.some(({ id }) => id === channel.id))
    throw new InstallError(`The licence of ${customer.name} is not for the channel ${channel.name}.`);
  const pinned = customer.channels.find(({ id }) => id === channel.id)?.pinned;
  const sequence = channelSequence ?? pinned ?? undefined;
  const promotion =
    sequence === undefined
      ? currentOn(world.portal.state, channel)
      : promotions.find((each) => each.channelId === channel.id && each.channelSequence === sequence);
  if (promotion === null || promotion === undefined)
    throw new InstallError(`Nothing is promoted to the channel ${channel.name}.`);
  return { app, customer, channel, promotion };
}

/** Source: KOTS, pkg/base and pkg/midstream. */
const pullSecretName = ({ slug }: App): string => `${slug}-registry`;

function secretsOf(world: World, app: App, customer: Customer, { secrets }: InstallRequest): Secret[] {
  if (secrets === 'missing') return [];
  const { proxy, registry } = domainsOf(world, app);
  const password = secrets === 'wrong' ? 'the licence of nobody' : customer.licenseId;
  const auths = { [proxy]: password, [registry]: password };
  return [pullSecretName(app), 'kotsadm-replicated-registry'].map((name) => ({ name, auths }));
}

const chartWorkload = (name: string, images: readonly string[]): Workload => ({
  kind: 'Deployment',
  name,
  namespace: '',
  labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'Helm' },
  initContainers: [],
  containers: images
    .filter((image) => !/\{\{/.test(image))
    .map((image, index) => ({ name: `${name}-${index + 1}`, image })),
  pullSecrets: [],
});
