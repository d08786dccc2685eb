import { setTimeout as sleep } from 'node:timers/promises';
import type { PortalClient } from '../../io/vendor/client.ts';
import { PortalError } from '../../io/vendor/error.ts';
import type { AirgapBuild } from '../../io/vendor/releases.ts';
import { PushError } from './model.ts';

/** States in which a build is still under way. Source: the replicated CLI, cli/cmd/release_promote.go. */
const underWay: ReadonlySet<string> = new Set([
  'pending',
  'building',
  'building_bundle',
  'metadata',
  'unknown',
]);
/** A build that ended with warnings is one that somebody must look at. */
const failed: ReadonlySet<string> = new Set(['failed', 'failed_with_metadata', 'cancelled', 'warn']);

/** The first look is soon, the later ones are seldom: milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;
/** A portal that fails is asked again so many times in a row. */
const MOST_FAILURES = 5;

/**
 * Waits until the air-gap bundle of a promoted release is built. A channel that does not build bundles by itself is done
 * when what is known of the release is collected.
 * @param patience milliseconds
 * @returns how it ended, `built` or what else is no failure
 * @throws PushError `airgap` where it failed or takes too long (the release stays promoted), or the signal's reason
 */
export async function waitForAirgap(
  client: Pick<PortalClient, 'airgapStatus'>,
  appId: string,
  build: AirgapBuild,
  patience: number,
  signal: AbortSignal,
  heard: (build: AirgapBuild) => void,
): Promise<AirgapBuild> {
  const until = performance.now() + patience;
  let last = build;
  let failures = 0;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    try {
      last = await client.airgapStatus(appId, build.channelId, build.channelSequence, signal);
      failures = 0;
      heard(last);
    } catch (error) {
      if (!(error instanceof PortalError) || error.nothingChanged || ++failures >= MOST_FAILURES) {
        signal.throwIfAborted();
        throw new PushError(
          'airgap',
          `The release is promoted. How its air-gap bundle fares could not be found out: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    if (failed.has(last.status)) return last;
    if (!underWay.has(last.status) || (last.status === 'metadata' && !last.full)) return last;
    if (performance.now() + pause > until)
      throw new PushError(
        'airgap',
        `The release is promoted. Its air-gap bundle was not built in time: it is ${last.status} still. The portal goes on building it.`,
      );
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Whether a build ended as it should not. */
export const hasFailed = ({ status }: AirgapBuild): boolean => failed.has(status);
