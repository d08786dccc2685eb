import { parseArgs } from 'node:util';
import { findApp } from '../work/push/find.ts';
import { withPortal } from './portal.ts';
import { UsageError } from './usage.ts';
import { appAtHand } from './which-app.ts';

/** `waybill app ls|channels|create`: the apps of the team, the channels of one, and a new app. */
export async function run(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { app: { type: 'string' }, format: { type: 'string', default: 'text' } },
  });
  const { format } = values;
  if (format !== 'text' && format !== 'json')
    throw new UsageError(`--format is text or json, not "${format}".`);
  if (positionals.length > (verb === 'create' ? 1 : 0))
    throw new UsageError(`"${positionals[0]}" is too much here.`);
  switch (verb) {
    case 'ls':
      return withPortal('app', async ({ client }, signal) => {
        const apps = await client.listApps(signal);
        print(format, { version: 1, apps }, table(apps.map(({ slug, name }) => [slug, name])));
        return 0;
      });
    case 'channels': {
      const { app } = await appAtHand(values.app);
      return withPortal('app', async ({ client }, signal) => {
        const found = await findApp(client, app, signal);
        const channels = await client.listChannels(found.id, signal);
        const rows = channels.map((channel) => [
          channel.name,
          channel.releaseSequence === null ? 'no release' : `release ${channel.releaseSequence}`,
          channel.currentVersion,
          [
            ...(channel.isDefault ? ['default'] : []),
            ...(channel.isArchived ? ['archived'] : []),
            ...(channel.semverRequired ? ['semantic versions'] : []),
            ...(channel.buildAirgapAutomatically ? ['air-gap bundles'] : []),
          ].join(', '),
        ]);
        print(format, { version: 1, app: found.slug, channels }, table(rows));
        return 0;
      });
    }
    case 'create': {
      const [name] = positionals;
      if (name === undefined) throw new UsageError('waybill app create wants the name of the app.');
      return withPortal('app', async ({ client }, signal) => {
        const there = (await client.listApps(signal)).find((app) => app.name === name || app.slug === name);
        const app = there ?? (await client.createApp(name, signal));
        const words =
          there === undefined
            ? `Created the app ${name}. Its slug is ${app.slug}.`
            : `There is an app ${app.slug} already.`;
        print(format, { version: 1, app, created: there === undefined }, `${words}\n`);
        return 0;
      });
    }
    default:
      throw new UsageError(
        `waybill app wants ls, channels or create${verb === undefined ? '' : `, not "${verb}"`}.`,
      );
  }
}

function print(format: 'text' | 'json', object: object, text: string): void {
  process.stdout.write(format === 'json' ? `${JSON.stringify(object, null, 2)}\n` : text);
}

/** Rows with their columns below each other. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
