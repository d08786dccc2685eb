import { gunzipSync } from 'node:zlib';
import { filesOf } from '../release/spec.ts';
import { startAirgap } from './airgap.ts';
import {
  badRequest,
  channelOf,
  type Operation,
  type PortalCall,
  Refusal,
  releaseOf,
  textOf,
} from './call.ts';
import { currentOn, promotionsOn } from './channels.ts';
import { describeRelease } from './releases.ts';
import type { Channel, Promotion, Release } from './state.ts';

/**
 * `POST …/release/:sequence/promote`: puts a release on channels, all of them or, where one refuses, none. What is
 * doubtful is a warning, and stops it unless `ignoreWarnings` is set.
 */
export const promoteRelease: Operation = (call) => {
  const { portal, body, now } = call;
  const release = releaseOf(call);
  const versionLabel = textOf(body.versionLabel).trim();
  const ids = Array.isArray(body.channelIds) ? [...new Set(body.channelIds.map(String))] : [];
  if (ids.length === 0) throw badRequest('channelIds is required');
  const channels = ids.map((id) => channelOf(call, id));
  for (const channel of channels) check(channel, versionLabel, release);

  const warnings = channels.flatMap((channel) => warningsOf(call, channel, release, versionLabel));
  if (warnings.length > 0 && body.ignoreWarnings !== true) {
    const message = `The release was not promoted: ${warnings.join('; ')}`;
    throw new Refusal(400, message, 'promotion_warnings', { warnings });
  }
  const made = channels.map((channel): Promotion => {
    const last = promotionsOn(portal, channel).at(-1);
    return {
      appId: release.appId,
      channelId: channel.id,
      channelSequence: (last?.channelSequence ?? 0) + 1,
      sequence: release.sequence,
      versionLabel,
      notes: notesOf(call),
      isRequired: body.isRequired === true,
      created: now,
      demotedAt: null,
      airgap: { status: 'none', error: '' },
    };
  });
  portal.promotions.push(...made);
  for (const [index, promotion] of made.entries())
    if (channels[index]?.buildAirgapAutomatically === true) startAirgap(call.world, promotion);

  const airgapBuilds = made.map(({ channelId, channelSequence, airgap }) => ({
    channelId,
    channelSequence,
    channelName: channels.find(({ id }) => id === channelId)?.name,
    airgapBuildStatus: airgap.status,
    ...(airgap.error === '' ? {} : { airgapBuildError: airgap.error }),
    fullAirgapBuild: false,
  }));
  return {
    status: 200,
    body: {
      release: body.omitDetailsInResponse === true ? brief(release) : describeRelease(portal, release),
      airgapBuilds,
      ...(warnings.length > 0 ? { warnings } : {}),
    },
  };
};

const brief = ({ appId, sequence, created }: Release): object => ({ appId, sequence, created });

function check(channel: Channel, versionLabel: string, release: Release): void {
  if (channel.isArchived)
    throw badRequest(`Release cannot be promoted to the archived channel ${channel.name}`);
  if (channel.semverRequired && !isSemver(versionLabel)) {
    const given = versionLabel === '' ? 'no version label was given' : `"${versionLabel}" is none`;
    throw badRequest(
      `The channel ${channel.name} requires a version label that is a semantic version, and ${given}`,
    );
  }
  const broken = release.charts.find(({ status }) => status === 'error');
  if (broken !== undefined) throw badRequest(`Chart ${broken.name} cannot be pushed: ${broken.error ?? ''}`);
}

/** What a person may want to look at first. */
function warningsOf(call: PortalCall, channel: Channel, release: Release, versionLabel: string): string[] {
  const current = currentOn(call.portal, channel);
  const known = promotionsOn(call.portal, channel).some(
    (each) => each.versionLabel === versionLabel && each.sequence !== release.sequence,
  );
  const paths = filesOf(release.files).map(({ path }) => path);
  const twice = paths.filter((path, index) => paths.indexOf(path) !== index);
  return [
    ...(current !== null && current.sequence > release.sequence
      ? [`channel ${channel.name} has the newer release ${current.sequence}`]
      : []),
    ...(versionLabel !== '' && known
      ? [`version label ${versionLabel} was used on channel ${channel.name} for another release`]
      : []),
    ...twice.map((path) => `the release has two files ${path}`),
  ];
}

/** Plain, or as `releaseNotesGzip`: base64 of the gzip of a JSON string. */
function notesOf({ body }: PortalCall): string {
  if (typeof body.releaseNotesGzip !== 'string') return textOf(body.releaseNotes);
  try {
    return textOf(JSON.parse(gunzipSync(Buffer.from(body.releaseNotesGzip, 'base64')).toString('utf8')));
  } catch {
    throw badRequest('releaseNotesGzip cannot be read');
  }
}

/** https://semver.org, with the `v` in front that Replicated allows. */
const isSemver = (label: string): boolean =>
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?$/.test(
    label,
  );
