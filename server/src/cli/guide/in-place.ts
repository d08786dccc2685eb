import { readdir } from 'node:fs/promises';
import { ecrHost, sameRegistry } from '../../core/image/hosts.ts';
import { createIam } from '../../io/aws/iam.ts';
import { codeOf, problemOf } from '../../io/files/problem.ts';
import { rightsOf } from '../../work/link/rights.ts';
import { openPortal } from '../portal.ts';
import { namedReleases, openWorkspace } from '../workspace.ts';
import type { Way } from './steps.ts';

/** Something that the guide needs, and whether it is there. */
export interface InPlace {
  readonly ok: boolean;
  /** A sentence or two for people: what was found; where it is not there, what to do. */
  readonly text: string;
}

/** Looks at all that the guide needs before anything is begun, and changes nothing. */
export async function lookAround(way: Way, signal: AbortSignal): Promise<readonly InPlace[]> {
  const found: InPlace[] = [];
  for (const look of [identity, portal, folder])
    try {
      found.push(await look(way, signal));
    } catch (error) {
      signal.throwIfAborted();
      found.push({ ok: false, text: error instanceof Error ? error.message : String(error) });
    }
  return found;
}

async function identity({ registry: { host } }: Way, signal: AbortSignal): Promise<InPlace> {
  const { account: owner = '', region = '' } = ecrHost(host) ?? {};
  const iam = await createIam({ env: process.env, region });
  try {
    const { account, arn, denied } = await rightsOf(iam, ['repository', 'push', 'user'], signal);
    const who = `AWS: ${arn}.`;
    if (account !== owner)
      return {
        ok: false,
        text: `${who} The registry ${host} is of account ${owner}, and these credentials are of ${account}. Log in to ${owner}, or name a registry of ${account} with --registry.`,
      };
    if (denied === null)
      return { ok: true, text: `${who} IAM does not tell what it may do (iam:SimulatePrincipalPolicy).` };
    if (denied.length === 0) return { ok: true, text: `${who} It may do all that is needed.` };
    const actions = denied.map(({ action }) => action).join(', ');
    return { ok: false, text: `${who} It may not: ${actions}. Have that allowed.` };
  } finally {
    iam.close();
  }
}

/** The channels that every new app has. */
const firstChannels: readonly string[] = ['Stable', 'Beta', 'Unstable'];

async function portal({ app, channel }: Way, signal: AbortSignal): Promise<InPlace> {
  const { client, access } = await openPortal();
  const who = `Vendor portal: the token of ${access.from} is taken.`;
  const found = (await client.listApps(signal)).find(({ slug }) => slug === app);
  const channels =
    found === undefined
      ? firstChannels
      : (await client.listChannels(found.id, signal))
          .filter(({ isArchived }) => !isArchived)
          .flatMap(({ name, slug }) => [name, slug]);
  if (!channels.includes(channel))
    return {
      ok: false,
      text: `Vendor portal: ${found === undefined ? `the app ${app}, which is new,` : `the app ${app}`} has no channel ${channel}. Name one with --channel: ${[...new Set(channels)].join(', ')}.`,
    };
  return { ok: true, text: found === undefined ? `${who} The app ${app} is new.` : `${who} It sees ${app}.` };
}

async function folder({ folder, app, registry }: Way): Promise<InPlace> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [] as string[];
    throw new Error(
      codeOf(error) === 'ENOTDIR' ? `${folder} is a file. Name a folder.` : problemOf(folder, error).message,
    );
  });
  const { REPLICATED_APP: _, ...environment } = process.env;
  if (names.every(isHarmless))
    return {
      ok: true,
      text: `Folder: ${folder} holds ${names.length === 0 ? 'nothing' : 'no release'} yet.`,
    };
  const releases = namedReleases(await openWorkspace([folder], { environment }));
  const [release, ...more] = releases;
  if (release === undefined)
    return {
      ok: false,
      text: `${folder} holds other files and no release. Name a folder that is empty or not there yet, or that of a release.`,
    };
  if (more.length > 0)
    return { ok: false, text: `${folder} holds ${releases.length} releases. Name the folder of one.` };
  const { config } = release.context;
  if (release.context.app !== null && release.context.app !== app)
    return {
      ok: false,
      text: `The release in ${folder} is of the app ${release.context.app}, not of ${app}. Name that app with --app, or another folder.`,
    };
  const isListed =
    config.registries.some(({ endpoint }) => sameRegistry(endpoint, registry.host)) ||
    config.rewrites.some(({ to }) => to.startsWith(`${registry.host}/`));
  if (!isListed)
    return {
      ok: false,
      text: `The release in ${folder} has no private path in ${registry.host}. List that under \`registries\` in its .waybill.yaml, or name the registry that is there with --registry.`,
    };
  return { ok: true, text: `Folder: ${folder} holds a release.` };
}

/** What a new repository holds before its first release. */
const isHarmless = (name: string): boolean =>
  (name.startsWith('.') && name !== '.waybill.yaml' && !name.startsWith('.replicated')) ||
  /^(readme|licen[cs]e)(\.\w+)?$/i.test(name);
