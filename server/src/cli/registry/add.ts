import { parseArgs } from 'node:util';
import { pulledFromEcr } from '../../core/features/pulled-repositories.ts';
import { reportablePaths } from '../../core/features/report.ts';
import { ecrHost } from '../../core/image/hosts.ts';
import type { ImageName } from '../../core/knowledge/knowledge.ts';
import { createIam, IamError, type NewKey } from '../../io/aws/iam.ts';
import { redact, secretsOf } from '../../io/net/redact.ts';
import type { PortalApp } from '../../io/vendor/apps.ts';
import { type ExternalRegistry, linkedFor } from '../../io/vendor/registries.ts';
import { inlineLimits, policySize, pullIdentityName, pullPolicy } from '../../work/link/policy.ts';
import { checkKey } from '../../work/link/pull-key.ts';
import { makePullUser, PullUserError } from '../../work/link/pull-user.ts';
import { MirrorError } from '../../work/mirror/model.ts';
import { findApp } from '../../work/push/find.ts';
import { PushError } from '../../work/push/model.ts';
import { type Portal, withPortal } from '../portal.ts';
import { profilesIn } from '../profiles.ts';
import { UsageError } from '../usage.ts';
import { openWorkspace } from '../workspace.ts';
import { hostOf } from './host.ts';

interface Options {
  readonly host: string;
  readonly path: string | null;
  /** Its name in the portal; the host unless given. */
  readonly name: string;
  /** Null for all apps of the team. */
  readonly apps: readonly string[] | null;
  readonly keyFrom: 'stdin' | 'environment' | 'new user';
  readonly user: string | null;
  readonly all: boolean;
  readonly skipTest: boolean;
  readonly allowExcess: boolean;
  readonly format: 'text' | 'json';
  readonly profiles: Readonly<Record<string, string>>;
}

/** Why nothing was linked. */
const refuse = (message: string): PushError => new PushError('release', `${message} Nothing was linked.`);

/**
 * `waybill registry add`: links a registry of Amazon ECR, so that Replicated's proxy can pull from it, after its key was
 * tried.
 */
export async function addRegistry(args: readonly string[]): Promise<number> {
  const options = read(args);
  const { session, named } = await openWorkspace(options.path === null ? [] : [options.path], {
    environment: process.env,
  });
  const { snapshot } = session;
  const pulled = pulledFromEcr(snapshot, reportablePaths(snapshot).filter(named));
  const own = pulled.registries.find(({ host }) => host === options.host);
  const images = own?.images ?? [];
  const app = snapshot.releases[0]?.context.app ?? null;
  return withPortal('registry', async (portal, signal) => {
    const { client } = portal;
    const apps = await appsOf(portal, options.apps, signal);
    const linked = await client.listExternalRegistries(signal);
    const there = linkedFor(linked, options.host, apps?.map(({ id }) => id) ?? null);
    if (there !== null) {
      say(options, `${options.host} is linked already, as ${there.slug}. Nothing was changed.`);
      return report(portal, options, there, images, false, signal);
    }
    const taken = linked.find(({ slug }) => slug === options.name);
    if (taken !== undefined)
      throw refuse(
        `The portal has a registry "${options.name}" already, ${taken.endpoint}. Give another name with --name.`,
      );
    const key = await keyOf(options, linked, own?.repositories ?? null, app, signal);
    const clean = (text: string): string => redact(text, [...secretsOf(process.env), key.secret]);
    try {
      if (!options.skipTest) await tryKey(options, key, images, signal);
      const added = await client.addExternalRegistry(
        {
          provider: 'ecr',
          endpoint: options.host,
          slug: options.name,
          authType: 'accesskey',
          username: key.id,
          password: key.secret,
          appIds: apps?.map(({ id }) => id) ?? null,
          skipValidation: options.skipTest,
        },
        signal,
      );
      const scope = apps === null ? 'all apps' : apps.map(({ slug }) => slug).join(', ');
      say(options, `Linked ${options.host} as ${added.slug}, for ${scope}.`);
      return await report(portal, options, added, images, true, signal);
    } catch (error) {
      // Whoever answers may repeat what they were told.
      if (error instanceof Error) error.message = clean(error.message);
      throw error;
    }
  });
}

async function appsOf(
  { client }: Portal,
  slugs: readonly string[] | null,
  signal: AbortSignal,
): Promise<readonly PortalApp[] | null> {
  if (slugs === null) return null;
  return Promise.all(slugs.map((slug) => findApp(client, slug, signal)));
}

/** @throws PushError where the key cannot pull, or can do more */
async function tryKey(
  options: Options,
  key: NewKey,
  images: readonly ImageName[],
  signal: AbortSignal,
): Promise<void> {
  if (images.length === 0) {
    process.stderr.write(
      `The release names no image of ${options.host}, so nothing can be pulled to try the key.\n`,
    );
    return;
  }
  const checked = await checkKey(key, images, process.env, signal).catch((error: unknown) => {
    if (error instanceof MirrorError) throw refuse(`The key ${key.id} is not taken: ${error.message}`);
    throw error;
  });
  if (checked.unpulled.length > 0)
    throw refuse(
      `${checked.unpulled.map(({ reason }) => reason).join('\n')}\nThe key ${key.id} cannot pull ${checked.unpulled.length} of ${images.length} images: waybill registry policy prints what it needs.`,
    );
  if (checked.excess.length > 0 && !options.allowExcess)
    throw refuse(
      `The key ${key.id} can do more than pull: ${checked.excess.join(', ')}. Give Replicated one that cannot (waybill registry policy prints its policy), or add --allow-excess.`,
    );
  process.stderr.write(
    `The key can pull ${images.length === 1 ? 'the one image' : `all ${images.length} images`} of the release${checked.excess.length === 0 ? ', and cannot push or delete' : ''}.\n`,
  );
}

/** Has Replicated itself pull each image, and says how that went. */
async function report(
  { client }: Portal,
  options: Options,
  registry: ExternalRegistry,
  images: readonly ImageName[],
  added: boolean,
  signal: AbortSignal,
): Promise<number> {
  const tested: { image: string; status: number }[] = [];
  for (const { repository, tag, digest } of options.skipTest ? [] : images) {
    const image = digest === null ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`;
    tested.push({ image, status: await client.testExternalRegistry(registry.slug, image, signal) });
  }
  const failed = tested.filter(({ status }) => status !== 200);
  const { username: _, ...shown } = registry;
  if (options.format === 'json')
    process.stdout.write(`${JSON.stringify({ version: 1, added, registry: shown, tested }, null, 2)}\n`);
  else if (tested.length > 0)
    process.stdout.write(
      failed.length === 0
        ? `Replicated can pull ${tested.length === 1 ? 'its one image' : `all ${tested.length} images`} of the release from it.\n`
        : failed.map(({ image, status }) => `Replicated cannot pull ${image} (HTTP ${status}).\n`).join(''),
    );
  return failed.length === 0 ? 0 : 1;
}

async function keyOf(
  options: Options,
  linked: readonly ExternalRegistry[],
  repositories: readonly string[] | null,
  app: string | null,
  signal: AbortSignal,
): Promise<NewKey> {
  if (options.keyFrom === 'stdin') return keyIn(await standardInput());
  if (options.keyFrom === 'environment') {
    const { ECR_ACCESS_KEY_ID: id, ECR_SECRET_ACCESS_KEY: secret } = process.env;
    if (!id || !secret)
      throw new UsageError(
        'Which key? Give it on stdin with --key-stdin, in ECR_ACCESS_KEY_ID and ECR_SECRET_ACCESS_KEY, or have a user made with --create-user.',
      );
    return { id, secret };
  }
  const ecr = ecrHost(options.host);
  if (ecr === null) throw new UsageError(`${options.host} is not a registry host of Amazon ECR.`);
  const scoped = options.all || repositories === null || repositories.length === 0 ? null : repositories;
  const policy = pullPolicy([{ ecr, repositories: scoped }]);
  if (policySize(policy) > inlineLimits.user)
    throw new UsageError(
      'The policy for each repository of the release is longer than IAM takes. Use --all for all repositories of the registry.',
    );
  const name = options.user ?? pullIdentityName(app);
  const profile = options.profiles[ecr.account];
  const iam = await createIam({
    env: process.env,
    region: ecr.region,
    ...(profile === undefined ? {} : { profile }),
  });
  try {
    const made = await makePullUser(
      iam,
      { name, policyName: name, policy: JSON.stringify(policy) },
      new Set(linked.map(({ username }) => username)),
      signal,
    );
    process.stderr.write(
      `${made.wasThere ? 'The IAM user is there' : 'Made the IAM user'} ${made.arn}, with a new access key.\n`,
    );
    return made.key;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof IamError || error instanceof PullUserError) throw refuse(error.message);
    throw error;
  } finally {
    iam.close();
  }
}

/** What `aws iam create-access-key` prints as JSON, or an id and a secret with blanks between them. */
export function keyIn(text: string): NewKey {
  const words = text.trim().split(/\s+/);
  let [id, secret] = words.length === 2 ? words : [];
  try {
    const value = JSON.parse(text) as { AccessKey?: { AccessKeyId?: unknown; SecretAccessKey?: unknown } };
    const { AccessKeyId, SecretAccessKey } = value.AccessKey ?? {};
    if (typeof AccessKeyId === 'string') id = AccessKeyId;
    if (typeof SecretAccessKey === 'string') secret = SecretAccessKey;
  } catch {
    // Two words, or nothing that is understood.
  }
  if (!id || !secret || !/^[A-Z0-9]{16,128}$/.test(id))
    throw new UsageError(
      'stdin holds no access key: pipe what `aws iam create-access-key --output json` prints, or its id and its secret.',
    );
  return { id, secret };
}

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY)
    throw new UsageError('--key-stdin reads the key from a pipe: `aws iam create-access-key … | waybill …`.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > 65_536) throw new UsageError('stdin holds no access key: it is far too long.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

function say({ format }: Options, text: string): void {
  if (format === 'text') process.stdout.write(`${text}\n`);
  else process.stderr.write(`${text}\n`);
}

function read(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      apps: { type: 'string' },
      'key-stdin': { type: 'boolean', default: false },
      'create-user': { type: 'boolean', default: false },
      user: { type: 'string' },
      all: { type: 'boolean', default: false },
      'skip-test': { type: 'boolean', default: false },
      'allow-excess': { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      'aws-profile': { type: 'string', multiple: true, default: [] },
    },
  });
  const [given, path, ...more] = positionals;
  if (given === undefined || more.length > 0)
    throw new UsageError(
      'waybill registry add wants one registry host of Amazon ECR, and a release perhaps.',
    );
  if (values.format !== 'text' && values.format !== 'json')
    throw new UsageError(`--format is text or json, not "${values.format}".`);
  if (values['key-stdin'] && values['create-user'])
    throw new UsageError('--key-stdin and --create-user do not go together.');
  const host = hostOf(given);
  return {
    host,
    path: path ?? null,
    name: values.name || host,
    apps: values.apps === undefined ? null : values.apps.split(',').filter((slug) => slug !== ''),
    keyFrom: values['create-user'] ? 'new user' : values['key-stdin'] ? 'stdin' : 'environment',
    user: values.user ?? null,
    all: values.all,
    skipTest: values['skip-test'],
    allowExcess: values['allow-excess'],
    format: values.format,
    profiles: profilesIn(values['aws-profile']),
  };
}
