import { parseArgs } from 'node:util';
import { age } from '../core/features/figures.ts';
import { canonicalHost } from '../core/image/hosts.ts';
import type { LinkedRegistry, PortalPull } from '../core/knowledge/knowledge.ts';
import { ecrLogin } from '../io/aws/login.ts';
import { createAgents } from '../io/net/agents.ts';
import { writeDockerLogin } from '../io/oci/login.ts';
import { findPortalAccess } from '../io/vendor/access.ts';
import { linkedRegistries } from '../io/vendor/asker.ts';
import type { PortalClient } from '../io/vendor/client.ts';
import { openPortal } from './portal.ts';
import { profilesIn } from './profiles.ts';
import { hostOf } from './registry/host.ts';
import { showReplication } from './registry/replication.ts';
import { UsageError } from './usage.ts';
import { openWorkspace } from './workspace.ts';

/** `waybill registry …`: linked registries, whom they are pulled as, docker logins and further regions of ECR. */
export async function run(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'list':
      return list(rest);
    case 'test':
      return test(rest);
    case 'add':
      return (await import('./registry/add.ts')).addRegistry(rest);
    case 'policy':
      return (await import('./registry/policy.ts')).showPolicy(rest);
    case 'login':
      return login(rest);
    case 'replication':
      return showReplication(rest);
    default:
      throw new UsageError(
        `waybill registry wants list, add, test, policy, login or replication${verb === undefined ? '' : `, not "${verb}"`}.`,
      );
  }
}

/** One linked registry as `list` prints it. */
interface Listed {
  readonly endpoint: string;
  /** Its name in the portal; null where only `.waybill.yaml` lists it. */
  readonly name: string | null;
  /** Slugs of the apps that it serves; null for all. */
  readonly apps: readonly string[] | null;
  readonly source: readonly ('.waybill.yaml' | 'vendor portal')[];
  /** What Replicated got last; null where nothing is known. */
  readonly lastPull: PortalPull | null;
}

async function list(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { format: { type: 'string', default: 'text' } },
  });
  const format = formatOf(values.format);
  const { session } = await openWorkspace(positionals, { environment: process.env });
  const configured = new Set(
    [...session.snapshot.configs.values()].flatMap(({ config }) =>
      config.registries.map(({ endpoint }) => canonicalHost(endpoint)),
    ),
  );
  const client = (await findPortalAccess(process.env)) === null ? null : (await openPortal()).client;
  const { signal } = new AbortController();
  const linked = client === null ? [] : (await linkedRegistries(client, signal)).registries;
  const listed: Listed[] = [];
  for (const registry of linked) listed.push(await describe(registry, configured, client, signal));
  for (const endpoint of configured)
    if (!linked.some((registry) => registry.endpoint === endpoint))
      listed.push({ endpoint, name: null, apps: null, source: ['.waybill.yaml'], lastPull: null });
  if (client === null)
    process.stderr.write('The vendor portal was not asked: REPLICATED_API_TOKEN is not set.\n');

  if (format === 'json')
    process.stdout.write(`${JSON.stringify({ version: 1, registries: listed }, null, 2)}\n`);
  else if (listed.length === 0) process.stdout.write('No registry is linked.\n');
  else process.stdout.write(listed.map((one) => inWords(one, client !== null)).join(''));
  return 0;
}

async function describe(
  { endpoint, slug, apps }: LinkedRegistry,
  configured: ReadonlySet<string>,
  client: PortalClient | null,
  signal: AbortSignal,
): Promise<Listed> {
  // The log is only nice to know: another token may read the list and not the logs.
  const logs = (await client?.externalRegistryLogs(endpoint, signal).catch(() => [])) ?? [];
  return {
    endpoint,
    name: slug,
    apps,
    source: configured.has(endpoint) ? ['vendor portal', '.waybill.yaml'] : ['vendor portal'],
    lastPull: logs[0] ?? null,
  };
}

function inWords({ endpoint, name, apps, source, lastPull }: Listed, portalRead: boolean): string {
  const lines = [endpoint];
  if (name !== null) lines.push(`  ${name}, for ${apps === null ? 'all apps' : apps.join(', ')}`);
  lines.push(
    name === null && portalRead
      ? '  listed in .waybill.yaml, but not linked in the vendor portal'
      : `  listed by: ${source.join(', ')}`,
  );
  if (lastPull !== null)
    lines.push(
      `  Replicated's last ${lastPull.action}: ${lastPull.image}, ${lastPull.ok ? 'it worked' : `HTTP ${lastPull.status}`}, ${age(Date.now() - lastPull.at)}`,
    );
  return `${lines.join('\n')}\n`;
}

async function test(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { image: { type: 'string' }, format: { type: 'string', default: 'text' } },
  });
  const format = formatOf(values.format);
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0)
    throw new UsageError('waybill registry test wants one registry, by its name or endpoint.');
  if (!values.image)
    throw new UsageError('waybill registry test wants --image REPOSITORY:TAG, an image of that registry.');
  const image = values.image.startsWith(`${name}/`) ? values.image.slice(name.length + 1) : values.image;
  const status = await (await openPortal()).client.testExternalRegistry(
    name,
    image,
    new AbortController().signal,
  );
  if (format === 'json')
    process.stdout.write(`${JSON.stringify({ version: 1, registry: name, image, status })}\n`);
  else process.stdout.write(`${verdict(name, image, status)}\n`);
  return status === 200 ? 0 : 1;
}

function verdict(registry: string, image: string, status: number): string {
  if (status === 200) return `Replicated can pull ${image} from ${registry}.`;
  if (status === 404)
    return `Replicated reached ${registry}, but it has no ${image}: check repository and tag, and name the image without the registry's host.`;
  if (status === 401 || status === 403)
    return `Replicated may not pull ${image} from ${registry} (HTTP ${status}): check the key, and that its policy allows ecr:BatchGetImage and ecr:GetAuthorizationToken.`;
  return `Replicated could not pull ${image} from ${registry}: HTTP ${status}.`;
}

async function login(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'aws-profile': { type: 'string', multiple: true, default: [] } },
  });
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0)
    throw new UsageError('waybill registry login wants one registry host of Amazon ECR.');
  const host = hostOf(given);
  const profiles = profilesIn(values['aws-profile']);
  const { username, password, expiresAt } = await ecrLogin(host, {
    env: process.env,
    signal: new AbortController().signal,
    profileFor: (account) => profiles[account],
    mayStartPrograms: () => true,
    agents: createAgents(process.env),
  });
  const { helper, path } = await writeDockerLogin(process.env, host, username, password);
  const where = helper === null ? path : `docker-credential-${helper}`;
  process.stdout.write(
    `Logged in to ${host} until ${new Date(expiresAt).toISOString()}; the login is kept in ${where}.\n`,
  );
  return 0;
}

function formatOf(given: string | undefined): 'text' | 'json' {
  if (given === 'text' || given === 'json') return given;
  throw new UsageError(`--format is text or json, not "${given}".`);
}
