import type { PortalCalls } from './calls.ts';
import { fieldsOf, listOf, textOf } from './fields.ts';

/** An app of the team. */
export interface PortalApp {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface AppCalls {
  listApps(signal: AbortSignal): Promise<readonly PortalApp[]>;
  /** Makes an app with the usual channels; the portal makes its slug of the name. */
  createApp(name: string, signal: AbortSignal): Promise<PortalApp>;
}

export const appCalls = ({ json }: PortalCalls): AppCalls => ({
  async listApps(signal) {
    const { apps } = await json({ path: 'apps?excludeChannels=true', right: 'list the apps' }, signal);
    return listOf(apps).flatMap(({ id, slug, name }) =>
      typeof id === 'string' && typeof slug === 'string' ? [{ id, slug, name: textOf(name) || slug }] : [],
    );
  },
  async createApp(name, signal) {
    const { app } = await json(
      { method: 'POST', path: 'app', body: { name }, right: 'create an app' },
      signal,
    );
    const { id, slug } = fieldsOf(app);
    return { id: textOf(id), slug: textOf(slug), name };
  },
});
