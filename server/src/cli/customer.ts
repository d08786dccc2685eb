import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Installer } from '../core/release/config.ts';
import {
  type Installation,
  type InstallCommands,
  installCommands,
} from '../core/release/install-commands.ts';
import type { PortalApp } from '../io/vendor/apps.ts';
import type { PortalChannel } from '../io/vendor/channels.ts';
import type { PortalCustomer } from '../io/vendor/customers.ts';
import { findApp, findChannel } from '../work/push/find.ts';
import { chartsIn, releaseKinds } from '../work/push/kinds.ts';
import { PushError } from '../work/push/model.ts';
import { filesIn } from '../work/push/spec.ts';
import { table } from './app.ts';
import { type Portal, withPortal } from './portal.ts';
import { UsageError } from './usage.ts';
import { appAtHand, noChannel } from './which-app.ts';

const types = ['dev', 'trial', 'paid', 'community'] as const;

interface Options {
  readonly name: string | null;
  readonly app: string | undefined;
  readonly channel: string | undefined;
  readonly type: string;
  readonly email: string | null;
  readonly expiresAt: string | null;
  readonly airgap: boolean;
  /** Whether the licence allows these too; else what the release at hand is for. */
  readonly embeddedCluster: boolean;
  readonly helm: boolean;
  readonly out: string | null;
  readonly format: 'text' | 'json';
}

/** `waybill customer create|ls|licence|install`: who installs an app, and by which commands. */
export async function run(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  const work = verb === undefined ? undefined : verbs[verb];
  if (work === undefined)
    throw new UsageError(
      `waybill customer wants create, ls, licence or install${verb === undefined ? '' : `, not "${verb}"`}.`,
    );
  const options = read(rest);
  const at = await appAtHand(options.app);
  return withPortal('customer', async (portal, signal) =>
    work(
      portal,
      await findApp(portal.client, at.app, signal),
      { ...options, usualChannel: at.channel, installers: at.installers },
      signal,
    ),
  );
}

type Verb = (
  portal: Portal,
  app: PortalApp,
  options: Options & { readonly usualChannel: string | null; readonly installers: readonly Installer[] },
  signal: AbortSignal,
) => Promise<number>;

const create: Verb = async (portal, app, options, signal) => {
  const name = nameIn(options, 'create');
  const wanted = options.channel ?? options.usualChannel;
  if (wanted === null) throw noChannel();
  const channel = await findChannel(portal.client, app, wanted, signal);
  const same = (await portal.client.listCustomers(app.id, signal)).filter((one) => one.name === name);
  const there = same.find(({ channels }) => channels.some(({ id }) => id === channel.id));
  if (there === undefined && same.length > 0)
    throw new PushError(
      'portal',
      `${app.slug} has a customer "${name}" already, on ${same.flatMap(({ channels }) => channels.map((one) => one.name)).join(', ')}. Nothing was created; give another name.`,
    );
  const customer =
    there ??
    (await portal.client.createCustomer(
      {
        name,
        appId: app.id,
        channelId: channel.id,
        type: options.type,
        email: options.email,
        expiresAt: options.expiresAt,
        airgap: options.airgap,
        kots: true,
        embeddedCluster:
          options.embeddedCluster || options.installers.some((one) => one.startsWith('embedded-cluster')),
        helm: options.helm || options.installers.includes('helm'),
      },
      signal,
    ));
  const licence = options.out === null ? null : await saveLicence(portal, app, customer, options.out, signal);
  if (options.format === 'json')
    printJson({ app: app.slug, customer, created: there === undefined, licence });
  else {
    process.stdout.write(
      there === undefined
        ? `Created the customer ${name} of ${app.slug} on ${channel.name}.\n`
        : `${app.slug} has the customer ${name} on ${channel.name} already; nothing was created.\n`,
    );
    if (licence !== null) process.stdout.write(`The licence is in ${licence}.\n`);
    else process.stderr.write(`Its licence: waybill customer licence ${JSON.stringify(name)} --out FILE\n`);
  }
  return 0;
};

const list: Verb = async ({ client }, app, { format }, signal) => {
  const customers = await client.listCustomers(app.id, signal);
  if (format === 'json') printJson({ app: app.slug, customers });
  else
    process.stdout.write(
      table(
        customers.map(({ name, type, channels, expiresAt, id }) => [
          name,
          type,
          channels.map((channel) => channel.name).join(', '),
          expiresAt === null ? 'does not expire' : `until ${new Date(expiresAt).toISOString().slice(0, 10)}`,
          id,
        ]),
      ),
    );
  return 0;
};

const licence: Verb = async (portal, app, options, signal) => {
  const customer = await findCustomer(portal, app, nameIn(options, 'licence'), signal);
  const path = options.out ?? licenceFile(app, customer);
  await saveLicence(portal, app, customer, path, signal);
  if (options.format === 'json') printJson({ app: app.slug, customer, licence: path });
  else process.stdout.write(`The licence of ${customer.name} is in ${path}.\n`);
  return 0;
};

const install: Verb = async (portal, app, options, signal) => {
  const customer = await findCustomer(portal, app, nameIn(options, 'install'), signal);
  const wanted = options.channel ?? customer.channels[0]?.name;
  if (wanted === undefined) throw new UsageError(`Which channel? ${customer.name} is on none.`);
  const channel = await findChannel(portal.client, app, wanted, signal);
  const installation = await installationOf(portal, app, channel, customer, options, signal);
  const commands = installCommands(installation);
  if (options.format === 'json') printJson({ app: app.slug, customer, channel: channel.name, commands });
  else process.stdout.write(commands.map(inWords).join('\n'));
  return 0;
};

const verbs: Readonly<Record<string, Verb>> = {
  create,
  ls: list,
  list,
  licence,
  license: licence,
  install,
};

async function findCustomer(
  { client }: Portal,
  app: PortalApp,
  name: string,
  signal: AbortSignal,
): Promise<PortalCustomer> {
  const customers = await client.listCustomers(app.id, signal);
  const named = customers.filter((one) => one.id === name || one.name === name);
  const [found, ...more] = named;
  if (found === undefined)
    throw new PushError(
      'portal',
      `${app.slug} has no customer "${name}". It has ${customers.length === 0 ? 'none' : customers.map((one) => one.name).join(', ')}.`,
    );
  if (more.length > 0)
    throw new PushError(
      'portal',
      `${app.slug} has ${named.length} customers "${name}": name one by its id, ${named.map(({ id }) => id).join(' or ')}.`,
    );
  return found;
}

async function installationOf(
  { client }: Portal,
  app: PortalApp,
  channel: PortalChannel,
  customer: PortalCustomer,
  { airgap, out }: Options,
  signal: AbortSignal,
): Promise<Installation> {
  if (channel.releaseSequence === null)
    throw new PushError(
      'portal',
      `No release was promoted to ${channel.name} of ${app.slug} yet: there is nothing to install. Push one with waybill release push.`,
    );
  const { files } = await client.getRelease(app.id, channel.releaseSequence, signal);
  const { registry } = await client.hostnames(app.id, signal);
  const packaged = filesIn(files);
  return {
    app: app.slug,
    channel: channel.slug,
    charts: chartsIn(packaged),
    ...releaseKinds(packaged),
    licence: out ?? licenceFile(app, customer),
    email: customer.email,
    registryDomain: registry,
    airgap,
  };
}

/** Where a licence is kept unless somebody says otherwise. */
const licenceFile = (app: PortalApp, { name }: PortalCustomer): string =>
  `${app.slug}-${name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}.yaml`;

/** A licence opens the vendor's images: only its owner reads the file, and no other file is written over. */
async function saveLicence(
  { client }: Portal,
  app: PortalApp,
  customer: PortalCustomer,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const bytes = await client.downloadLicence(app.id, customer.id, signal);
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EEXIST'
        ? `${path} is there already and was not written over. Name another file with --out.`
        : `${path} cannot be written (${code}).`,
    );
  }
  return path;
}

function inWords({ title, install, upgrade }: InstallCommands): string {
  const lines = (commands: readonly string[]): string => commands.map((one) => `  ${one}\n`).join('');
  return `${title}\n${lines(install)}to upgrade\n${lines(upgrade)}`;
}

const printJson = (object: object): void =>
  void process.stdout.write(`${JSON.stringify({ version: 1, ...object }, null, 2)}\n`);

function nameIn({ name }: Options, verb: string): string {
  if (name === null) throw new UsageError(`waybill customer ${verb} wants the customer's name.`);
  return name;
}

function read(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      app: { type: 'string' },
      channel: { type: 'string' },
      type: { type: 'string', default: 'dev' },
      email: { type: 'string' },
      'expires-in': { type: 'string' },
      airgap: { type: 'boolean', default: false },
      'embedded-cluster': { type: 'boolean', default: false },
      helm: { type: 'boolean', default: false },
      out: { type: 'string' },
      format: { type: 'string', default: 'text' },
    },
  });
  if (values.format !== 'text' && values.format !== 'json')
    throw new UsageError(`--format is text or json, not "${values.format}".`);
  if (!types.some((type) => type === values.type))
    throw new UsageError(`--type is one of ${types.join(', ')}, not "${values.type}".`);
  if (positionals.length > 1) throw new UsageError("A customer's name with blanks goes into quotes.");
  return {
    name: positionals[0] ?? null,
    app: values.app,
    channel: values.channel,
    type: values.type,
    email: values.email ?? null,
    expiresAt: values['expires-in'] === undefined ? null : expiry(values['expires-in']),
    airgap: values.airgap,
    embeddedCluster: values['embedded-cluster'],
    helm: values.helm,
    out: values.out ?? null,
    format: values.format,
  };
}

function expiry(given: string): string {
  const days = /^(\d{1,5})d?$/.exec(given)?.[1];
  if (days === undefined) throw new UsageError(`--expires-in wants days, such as 30, not "${given}".`);
  return new Date(Date.now() + Number(days) * 86_400_000).toISOString();
}
