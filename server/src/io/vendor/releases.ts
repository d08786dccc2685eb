import { gzipSync } from 'node:zlib';
import type { PortalCalls } from './calls.ts';
import { PortalError } from './error.ts';
import { fieldsOf, flagOf, listOf, numberOf, textOf, timeOf } from './fields.ts';

/**
 * A file of a release as the portal keeps it: binary ones in base64. A folder has children and an empty content; the
 * replicated CLI writes files flat, its TypeScript sibling in folders, and the portal takes both.
 */
export interface SpecFile {
  readonly name: string;
  /** With `/`, from the release's root. */
  readonly path: string;
  readonly content: string;
  readonly children: readonly SpecFile[];
}

/** What became of a chart of a release: the portal pushes it to Replicated's registry. */
export interface ReleaseChart {
  readonly name: string;
  readonly version: string;
  /** `unknown`, `pushing`, `pushed` or `error`. */
  readonly status: string;
  readonly error: string;
}

export interface CreatedRelease {
  readonly sequence: number;
  readonly charts: readonly ReleaseChart[];
}

/** A release without its files. */
export interface ListedRelease {
  readonly sequence: number;
  /** Milliseconds since the epoch; null where the portal did not say. */
  readonly created: number | null;
  readonly isArchived: boolean;
  /** The channels that it is current on. */
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

export interface PortalRelease extends ListedRelease {
  readonly files: readonly SpecFile[];
}

export interface Promotion {
  readonly channelId: string;
  readonly versionLabel: string;
  /** Markdown. */
  readonly releaseNotes: string;
  /** Whether customers may not skip it. */
  readonly isRequired: boolean;
  /** Whether it is promoted in spite of what the portal warns of. */
  readonly ignoreWarnings: boolean;
}

/** How the building of an air-gap bundle fares. */
export interface AirgapBuild {
  readonly channelId: string;
  readonly channelSequence: number;
  readonly channelName: string;
  /** `pending`, `building`, `metadata`, `built`, `failed`, `warn` and others. */
  readonly status: string;
  readonly error: string;
  /** Whether a whole bundle is built, and not only what is known of it. */
  readonly full: boolean;
}

export interface Promoted {
  readonly airgapBuilds: readonly AirgapBuild[];
  /** What the portal warns of; where it does and was not told to ignore it, nothing may have been promoted. */
  readonly warnings: readonly string[];
}

export interface ReleaseCalls {
  createRelease(appId: string, files: readonly SpecFile[], signal: AbortSignal): Promise<CreatedRelease>;
  getRelease(appId: string, sequence: number, signal: AbortSignal): Promise<PortalRelease>;
  /** The newest first. @param page from 0 */
  listReleases(appId: string, page: number, signal: AbortSignal): Promise<readonly ListedRelease[]>;
  promoteRelease(
    appId: string,
    sequence: number,
    promotion: Promotion,
    signal: AbortSignal,
  ): Promise<Promoted>;
  airgapStatus(
    appId: string,
    channelId: string,
    channelSequence: number,
    signal: AbortSignal,
  ): Promise<AirgapBuild>;
}

const below = (appId: string, rest: string): string => `app/${encodeURIComponent(appId)}/${rest}`;

/** What carries a whole release may take this long: milliseconds. */
const longDeadline = 180_000;
/** No release is larger: its files once more as JSON. */
const mostReleaseBytes = 400_000_000;

export const releaseCalls = ({ json }: PortalCalls): ReleaseCalls => ({
  async createRelease(appId, files, signal) {
    const spec = gzipSync(JSON.stringify(files)).toString('base64');
    const { release } = await json(
      {
        method: 'POST',
        path: below(appId, 'release'),
        right: 'create releases',
        body: { spec_gzip: spec },
        deadlineMs: longDeadline,
        mostBytes: mostReleaseBytes,
      },
      signal,
    );
    const { sequence, charts } = fieldsOf(release);
    return {
      sequence: sequenceOf(sequence),
      charts: listOf(charts).map(({ name, version, status, error }) => ({
        name: textOf(name),
        version: textOf(version),
        status: textOf(status),
        error: textOf(error),
      })),
    };
  },
  async getRelease(appId, sequence, signal) {
    const { release } = await json(
      {
        path: below(appId, `release/${sequence}`),
        right: 'read releases',
        deadlineMs: longDeadline,
        mostBytes: mostReleaseBytes,
      },
      signal,
    );
    const fields = fieldsOf(release);
    return { ...listed(fields), files: specOf(fields.spec) };
  },
  async listReleases(appId, page, signal) {
    const { releases } = await json(
      {
        path: below(appId, `releases?currentPage=${page}&pageSize=20`),
        right: 'list releases',
        mostBytes: mostReleaseBytes,
      },
      signal,
    );
    return listOf(releases)
      .map(listed)
      .sort((a, b) => b.sequence - a.sequence);
  },
  async promoteRelease(appId, sequence, promotion, signal) {
    const { channelId, ...told } = promotion;
    const body = { ...told, channelIds: [channelId], omitDetailsInResponse: true };
    const { airgapBuilds, warnings } = await json(
      {
        method: 'POST',
        path: below(appId, `release/${sequence}/promote`),
        right: 'promote releases',
        body,
        deadlineMs: 60_000,
      },
      signal,
    );
    return {
      airgapBuilds: listOf(airgapBuilds).map(buildOf),
      warnings: Array.isArray(warnings) ? warnings.filter((one) => typeof one === 'string') : [],
    };
  },
  async airgapStatus(appId, channelId, channelSequence, signal) {
    const path = `channel/${encodeURIComponent(channelId)}/release/${channelSequence}/airgap/status`;
    return buildOf(await json({ path: below(appId, path), right: 'read releases' }, signal));
  },
});

function sequenceOf(value: unknown): number {
  const sequence = numberOf(value);
  if (sequence === null)
    throw new PortalError(200, 'The vendor portal made a release and did not say which.', 'failing');
  return sequence;
}

const listed = (fields: Readonly<Record<string, unknown>>): ListedRelease => ({
  sequence: numberOf(fields.sequence) ?? 0,
  created: timeOf(fields.created ?? fields.createdAt),
  isArchived: flagOf(fields.isArchived),
  channels: listOf(fields.channels).map(({ id, name }) => ({ id: textOf(id), name: textOf(name) })),
});

/** The files of a release, which the portal gives as a text of JSON. */
function specOf(spec: unknown): SpecFile[] {
  let files: unknown = spec;
  if (typeof spec === 'string')
    try {
      files = JSON.parse(spec || '[]');
    } catch {
      throw new PortalError(200, 'The vendor portal has a release whose files cannot be read.', 'failing');
    }
  return listOf(files).map(fileOf);
}

const fileOf = ({ name, path, content, children }: Readonly<Record<string, unknown>>): SpecFile => ({
  name: textOf(name),
  path: textOf(path) || textOf(name),
  content: textOf(content),
  children: listOf(children).map(fileOf),
});

const buildOf = (fields: Readonly<Record<string, unknown>>): AirgapBuild => ({
  channelId: textOf(fields.channelId),
  channelSequence: numberOf(fields.channelSequence) ?? 0,
  channelName: textOf(fields.channelName),
  status: textOf(fields.airgapBuildStatus) || 'unknown',
  error: textOf(fields.airgapBuildError),
  full: fields.fullAirgapBuild !== false,
});
