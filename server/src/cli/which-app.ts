import type { Installer } from '../core/release/config.ts';
import { UsageError } from './usage.ts';
import { openWorkspace } from './workspace.ts';

/** What the folder at hand says of where its release goes. */
export interface AppAtHand {
  /** The app's slug. */
  readonly app: string;
  /** The channel that `.waybill.yaml` names; null for none. */
  readonly channel: string | null;
  /** What its customers install with, as far as the folder says. */
  readonly installers: readonly Installer[];
}

/** Nothing names the app. */
export const noApp = (): UsageError =>
  new UsageError(
    'Which app? Name it with --app, REPLICATED_APP, `app` in .waybill.yaml or `appSlug` in .replicated.',
  );

/** Nothing names the channel. */
export const noChannel = (): UsageError =>
  new UsageError('Which channel? Name it with --channel, or `channel` in .waybill.yaml.');

/**
 * The app that a command is about: `--app`, REPLICATED_APP, or the one of this folder's release.
 * @throws UsageError where nothing names one, or several releases name several
 */
export async function appAtHand(given: string | undefined): Promise<AppAtHand> {
  const { session } = await openWorkspace([], { app: given ?? null, environment: process.env });
  const { releases, configs } = session.snapshot;
  const apps = new Set(releases.flatMap(({ context }) => context.app ?? []));
  const named = given || process.env.REPLICATED_APP;
  const [only, ...others] = named ? [named] : apps;
  const configured = [...configs.values()].map(({ config }) => config);
  const app = only ?? configured.find((config) => config.app !== null)?.app;
  if (app == null) throw noApp();
  if (others.length > 0)
    throw new UsageError(`Which app? The releases here are of ${[...apps].join(', ')}. Name one with --app.`);
  return {
    app,
    channel: configured.find(({ channel }) => channel !== null)?.channel ?? null,
    installers: [...new Set(releases.flatMap(({ context }) => context.installers))],
  };
}
