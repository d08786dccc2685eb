import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createIam } from '../io/aws/iam.ts';
import { redact, secretsOf } from '../io/net/redact.ts';
import { factsOf, runCommand } from './guide/facts.ts';
import { stepsOf, type Way } from './guide/steps.ts';
import { take } from './guide/take.ts';
import { interruptible } from './portal.ts';
import { homeOf } from './registry/host.ts';
import { onTerminal } from './release/confirm.ts';
import { UsageError } from './usage.ts';

/** `waybill guide`: the whole way from an empty folder to verified pods, each step checked before the next. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      sandbox: { type: 'boolean', default: false },
      data: { type: 'string' },
      yes: { type: 'boolean', default: false },
      app: { type: 'string' },
      channel: { type: 'string', default: 'Unstable' },
      registry: { type: 'string' },
      customer: { type: 'string', default: 'Guide' },
    },
  });
  if (positionals.length > 1) throw new UsageError('waybill guide is about one folder.');
  if (values.data !== undefined && !values.sandbox) throw new UsageError('--data goes with --sandbox.');
  const asking = onTerminal();
  if (!values.yes && !asking.interactive)
    throw new UsageError('Nobody can be asked here whether to go on. Add --yes to take every step.');
  return interruptible(
    async (signal) => {
      const sandboxed = values.sandbox ? await import('./guide/sandbox.ts') : null;
      const data = values.data === undefined ? null : resolve(values.data);
      if (data !== null) await mkdir(data, { recursive: true });
      const sandbox = sandboxed === null ? null : await sandboxed.enterSandbox(data);
      try {
        const app = values.app ?? process.env.REPLICATED_APP ?? (sandbox === null ? null : 'guided');
        if (app === null) throw new UsageError('Which app? Name it with --app or REPLICATED_APP: my-app.');
        if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(app))
          throw new UsageError(
            `"${app}" is no slug of an app: small letters, digits and hyphens, such as my-app.`,
          );
        const home = sandbox === null ? positionals[0] : (positionals[0] ?? (await placeOf(data)));
        const folder = home ?? app;
        const way: Way = {
          folder,
          app,
          channel: values.channel,
          registry: await registryOf(values.registry, signal),
          customer: values.customer,
          licence: `${folder.replace(/[\\/]+$/, '')}-licence.yaml`,
        };
        const install =
          sandbox === null || sandboxed === null
            ? null
            : () => sandboxed.installInSandbox(sandbox, way.channel, way.licence);
        process.stdout.write(opening(way, sandbox !== null));
        const steps = stepsOf(way, factsOf(way, install, asking));
        const ending =
          sandbox === null
            ? null
            : `It was all a sandbox on this machine; the release is in ${folder}. The same with your own accounts: waybill guide --app APP`;
        return await take(
          steps,
          { asking: values.yes ? null : asking, attempt, say, complain, ending },
          signal,
        );
      } finally {
        await sandbox?.close();
      }
    },
    () => 'Interrupted. The same command goes on where this one stopped.',
  );
}

/** What the way is about, so that one can stop where that is not what was meant. */
function opening({ app, channel, folder, licence, customer, registry }: Way, inSandbox: boolean): string {
  const rows = [
    ['app', `${app}, channel ${channel}`],
    ['release', folder],
    ['private images', [registry.host, registry.prefix].filter((part) => part !== '').join('/')],
    ['customer', `${customer}, licence in ${licence}`],
  ];
  const where = inSandbox
    ? 'In a sandbox: an ECR, IAM, vendor portal and cluster of its own. Nothing leaves this machine.\n'
    : '';
  return where + rows.map(([name = '', text]) => `${name.padEnd(16)}${text}\n`).join('');
}

/** The release's folder in the sandbox, where nobody names one. */
const placeOf = async (data: string | null): Promise<string> =>
  join(data ?? (await mkdtemp(join(tmpdir(), 'waybill-guide-'))), 'release');

/** `HOST/PREFIX`; else the account's own registry in the region of the environment, with `demo-apps`. */
async function registryOf(given: string | undefined, signal: AbortSignal): Promise<Way['registry']> {
  if (given !== undefined) return homeOf(given);
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (!region)
    throw new UsageError('Which registry? Name it with --registry HOST/PREFIX, or set AWS_REGION.');
  const iam = await createIam({ env: process.env, region });
  try {
    const { account } = await iam.callerIdentity(signal);
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return { host: `${account}.dkr.ecr.${region}.${suffix}`, prefix: 'demo-apps' };
  } finally {
    iam.close();
  }
}

/** A command's mistakes are told as it tells them itself. */
async function attempt(command: readonly string[]): Promise<number> {
  try {
    return await runCommand(command);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`waybill ${command[0]}: ${redact(message, secretsOf(process.env))}\n`);
    return 2;
  }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);
