import type { PortalCalls } from './calls.ts';
import { listOf, textOf } from './fields.ts';

/** An app of the team. */
export interface PortalApp {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface AppCalls {
  listApps(signal: AbortSignal): Promise<readonly PortalApp[]>;
}

export const appCalls = ({ json }: PortalCalls): AppCalls => ({
  async listApps(signal) {
    const { apps } = await json({ path: 'apps?excludeChannels=true', right: 'list the apps' }, signal);
    return listOf(apps).flatMap(({ id, slug, name }) =>
      typeof id === 'string' && typeof slug === 'string' ? [{ id, slug, name: textOf(name) || slug }] : [],
    );
  },
});
