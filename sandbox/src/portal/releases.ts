import { chartsOf } from '../release/charts.ts';
import { readSpec } from '../release/spec.ts';
import { appOf, type Operation, pageOf, releaseOf } from './call.ts';
import { currentOn, describeChannel } from './channels.ts';
import type { PortalState, Release } from './state.ts';

/** `POST /v3/app/:app/release`: the next sequence of the app. */
export const createRelease: Operation = (call) => {
  const { portal, body, now } = call;
  const app = appOf(call);
  const files = readSpec(body);
  const before = portal.releases.filter(({ appId }) => appId === app.id).map(({ sequence }) => sequence);
  const release: Release = {
    appId: app.id,
    sequence: Math.max(0, ...before) + 1,
    created: now,
    edited: now,
    files,
    charts: chartsOf(files),
  };
  portal.releases.push(release);
  return { status: 201, body: { release: describeRelease(portal, release) } };
};

/** `PUT …/release/:sequence` replaces the files of a release that was never promoted. */
export const updateRelease: Operation = (call) => {
  const release = releaseOf(call);
  release.files = readSpec(call.body);
  release.charts = chartsOf(release.files);
  release.edited = call.now;
  return { status: 200, body: { release: describeRelease(call.portal, release) } };
};

export const getRelease: Operation = (call) => ({
  status: 200,
  body: { release: describeRelease(call.portal, releaseOf(call), true) },
});

/** `GET /v3/app/:app/releases`, the newest first. */
export const listReleases: Operation = (call) => {
  const app = appOf(call);
  const all = call.portal.releases.filter(({ appId }) => appId === app.id).toReversed();
  const releases = pageOf(all, call.query).map((each) => describeRelease(call.portal, each));
  return { status: 200, body: { releases } };
};

/** `POST …/release/:sequence/test`: what Replicated would do on machines of its own is not done here. */
export const testRelease: Operation = (call) => {
  releaseOf(call);
  return { status: 200, body: {} };
};

/** `POST …/release/:sequence/compatibility`: taken and forgotten. */
export const reportCompatibility: Operation = (call) => {
  releaseOf(call);
  return { status: 201, body: {} };
};

export function describeRelease(portal: PortalState, release: Release, withSpec = false): object {
  const { appId, sequence, created, edited, files, charts } = release;
  const promoted = portal.promotions.filter((each) => each.appId === appId && each.sequence === sequence);
  const channels = portal.channels.filter((channel) => {
    const current = currentOn(portal, channel);
    return current !== null && current.appId === appId && current.sequence === sequence;
  });
  return {
    appId,
    sequence,
    created,
    createdAt: created,
    editedAt: edited,
    isArchived: false,
    isReleaseNotEditable: promoted.length > 0,
    releaseNotes: promoted.at(-1)?.notes ?? '',
    channels: channels.map((each) => describeChannel(portal, each)),
    charts,
    compatibilityResults: [],
    isHelmOnly: false,
    ...(withSpec ? { spec: JSON.stringify(files) } : {}),
  };
}
