import { sandboxAccount, sandboxRegion } from '../seed/contents.ts';

/** What the vendor portal knows of the sandbox's one team. */
export interface PortalState {
  readonly apps: { readonly id: string; readonly slug: string; readonly name: string }[];
  readonly registries: ExternalRegistry[];
  /** The oldest first. */
  readonly logs: RegistryLog[];
}

export interface ExternalRegistry {
  readonly provider: string;
  readonly endpoint: string;
  readonly slug: string;
  readonly authType: string;
  readonly username: string;
  /** Never told to anybody. */
  readonly password: string;
  /** Null: all apps of the team. */
  readonly appIds: readonly string[] | null;
}

export interface RegistryLog {
  readonly endpoint: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly action: string;
  readonly statusCode: number;
  readonly isSuccess: boolean;
  readonly image: string;
}

/** The token of the sandbox's team; every other is refused. */
export const portalToken = 'sandbox-replicated-api-token';

/** Slugs of the apps that there are: those of the samples, and one that is somebody else's. */
const slugs = ['mysampleecrapp', 'hello', 'fleetbook', 'other-app'];

/** A team with some apps, and the sandbox's registry linked for all of them. A second one serves one app only. */
export function portalState(): PortalState {
  const apps = slugs.map((slug, i) => ({ id: `app-${i + 1}`, slug, name: slug }));
  const linked = (region: string, slug: string, appIds: readonly string[] | null): ExternalRegistry => ({
    provider: 'ecr',
    endpoint: `${sandboxAccount}.dkr.ecr.${region}.amazonaws.com`,
    slug,
    authType: 'accesskey',
    username: 'AKIASANDBOXREADONLY0',
    password: 'sandbox-read-only-secret',
    appIds,
  });
  const other = apps.find(({ slug }) => slug === 'other-app');
  return {
    apps,
    registries: [
      linked(sandboxRegion, 'demo-ecr', null),
      linked('eu-west-1', 'other-ecr', other === undefined ? [] : [other.id]),
    ],
    logs: [],
  };
}
