import type { Customer } from '../../core/features/layers.ts';
import type { Scenario } from '../../core/kots/scenario.ts';
import type { Release, Snapshot } from '../../core/session/snapshot.ts';
import { findPortalAccess } from '../../io/vendor/access.ts';
import type { Archive } from '../../work/verify/archive.ts';
import { heldAgainstPreview } from '../../work/verify/installed.ts';
import { againstChannel, type Portal } from '../../work/verify/installed-version.ts';
import { openPortal } from '../portal.ts';
import { UsageError } from '../usage.ts';
import type { InstalledReport } from './report.ts';

/**
 * Holds an app's archive against the vendor portal's channel and the preview of a release.
 * @throws UsageError for the archive of another app, Error for one that cannot be compared
 */
export async function verifyInstalled(
  archive: Archive,
  at: { readonly snapshot: Snapshot; readonly release: Release },
  scenario: { readonly changes: Partial<Scenario>; readonly customer: Customer },
  signal: AbortSignal,
): Promise<InstalledReport> {
  const { app } = at.release.context;
  if (archive.app !== null && app !== null && archive.app !== app)
    throw new UsageError(
      `${archive.folder} is of the app ${archive.app}, and this release is of ${app}. Name the archive of ${app}, or another release.`,
    );
  const version = await againstChannel(archive.version, archive.app ?? app, await portalAtHand(), signal);
  return {
    archive: archive.folder,
    version: { ...archive.version, ...version },
    midstream: heldAgainstPreview(archive, at, { ...scenario, version }),
  };
}

async function portalAtHand(): Promise<Portal> {
  if ((await findPortalAccess(process.env)) === null)
    return {
      none: 'there is no token for the vendor portal. Set REPLICATED_API_TOKEN, or log in with `replicated login`.',
    };
  return openPortal();
}
