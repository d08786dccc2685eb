import { sandboxAccount, sandboxRegion } from '../seed/contents.ts';

/** What the vendor portal knows of the sandbox's one team. Lists are changed in place. */
export interface PortalState {
  readonly apps: App[];
  readonly channels: Channel[];
  readonly releases: Release[];
  readonly promotions: Promotion[];
  readonly customers: Customer[];
  readonly registries: ExternalRegistry[];
  /** The oldest first. */
  readonly logs: RegistryLog[];
  readonly hostnames: CustomHostname[];
  /** Slugs of other teams' apps: no app can have them. */
  takenSlugs?: readonly string[];
}

export interface App {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface Channel {
  readonly id: string;
  readonly appId: string;
  readonly name: string;
  /** `channelSlug` of the API. */
  readonly slug: string;
  readonly description: string;
  readonly isDefault: boolean;
  isArchived: boolean;
  semverRequired: boolean;
  buildAirgapAutomatically: boolean;
  /** ISO 8601, as every time here. */
  readonly created: string;
}

export interface Release {
  readonly appId: string;
  readonly sequence: number;
  readonly created: string;
  edited: string;
  files: readonly ReleaseFile[];
  charts: readonly Chart[];
}

/** A file as the API has it: archives and fonts as base64, the rest as text; folders may be nested. */
export interface ReleaseFile {
  readonly name: string;
  readonly path: string;
  readonly content: string;
  readonly children: readonly ReleaseFile[];
}

export interface Chart {
  readonly name: string;
  readonly version: string;
  readonly status: 'unknown' | 'pushing' | 'pushed' | 'error';
  readonly error?: string;
}

/** A release on a channel: what installations of the channel get. */
export interface Promotion {
  readonly appId: string;
  readonly channelId: string;
  /** Counts from 1 on each channel. */
  readonly channelSequence: number;
  readonly sequence: number;
  readonly versionLabel: string;
  readonly notes: string;
  readonly isRequired: boolean;
  readonly created: string;
  demotedAt: string | null;
  readonly airgap: AirgapBuild;
}

export interface AirgapBuild {
  status: 'none' | 'pending' | 'building' | 'built' | 'failed';
  error: string;
}

export interface Customer {
  readonly id: string;
  readonly appId: string;
  readonly customId: string;
  readonly name: string;
  readonly email: string;
  readonly type: string;
  /** Null: the licence never expires. */
  readonly expiresAt: string | null;
  readonly channels: readonly { readonly id: string; readonly pinned: number | null }[];
  /** The licence's id, which is the password of its pulls too. */
  readonly licenseId: string;
  /** The request's `is_…` fields that were true. */
  readonly allowed: readonly string[];
  readonly entitlements: readonly { readonly name: string; readonly value: string }[];
  readonly created: string;
  isArchived: boolean;
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
  lastUsedAt?: string | null;
}

export interface RegistryLog {
  readonly endpoint: string;
  readonly createdAt: string;
  readonly action: string;
  readonly statusCode: number;
  readonly isSuccess: boolean;
  readonly image: string;
}

export interface CustomHostname {
  readonly appId: string;
  readonly service: 'registry' | 'proxy' | 'downloadPortal' | 'replicatedApp';
  readonly hostname: string;
  readonly isDefault: boolean;
}

/** The token of the sandbox's team; every other is refused. */
export const portalToken = 'sandbox-replicated-api-token';

/** A token that the team had once. */
export const expiredPortalToken = 'sandbox-replicated-api-token-expired';

/** The access key that the seeded registries are linked with; it may read every repository. */
export const linkedKey = { id: 'AKIASANDBOXREADONLY0', secret: 'sandbox-read-only-secret' } as const;

/** Slugs of the apps that there are: those of the samples, and one that is somebody else's. */
const slugs = ['mysampleecrapp', 'hello', 'fleetbook', 'other-app'];

const seededAt = '2026-01-01T00:00:00.000Z';

/** The three channels that every app begins with. */
export function firstChannels(appId: string, created: string): Channel[] {
  return ['Stable', 'Beta', 'Unstable'].map((name) => ({
    id: `${appId}-${name.toLowerCase()}`,
    appId,
    name,
    slug: name.toLowerCase(),
    description: '',
    isDefault: name === 'Stable',
    isArchived: false,
    semverRequired: false,
    buildAirgapAutomatically: false,
    created,
  }));
}

/**
 * A team with some apps, and the sandbox's registry linked for all of them. A second one serves one app only.
 * @param withRegistries whether any is linked
 */
export function portalState(withRegistries = true): PortalState {
  const apps = slugs.map((slug, i) => ({ id: `app-${i + 1}`, slug, name: slug }));
  const linked = (region: string, slug: string, appIds: readonly string[] | null): ExternalRegistry => ({
    provider: 'ecr',
    endpoint: `${sandboxAccount}.dkr.ecr.${region}.amazonaws.com`,
    slug,
    authType: 'accesskey',
    username: linkedKey.id,
    password: linkedKey.secret,
    appIds,
  });
  const other = apps.find(({ slug }) => slug === 'other-app');
  return {
    apps,
    channels: apps.flatMap(({ id }) => firstChannels(id, seededAt)),
    releases: [],
    promotions: [],
    customers: [],
    registries: withRegistries
      ? [
          linked(sandboxRegion, 'demo-ecr', null),
          linked('eu-west-1', 'other-ecr', other === undefined ? [] : [other.id]),
        ]
      : [],
    logs: [],
    hostnames: [],
  };
}
