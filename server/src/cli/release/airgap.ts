import { placesNamedIn } from '../../core/features/named-in.ts';
import { hasFailed, waitForAirgap } from '../../work/push/airgap.ts';
import { PushError } from '../../work/push/model.ts';
import type { Portal } from '../portal.ts';
import type { Workspace } from '../workspace.ts';
import type { PushOptions } from './options.ts';
import type { Pushing } from './report.ts';

/**
 * Waits for the air-gap bundle of what was promoted.
 * @throws PushError `airgap`, with the place of the image that the portal's error names
 */
export async function airgap(
  options: PushOptions,
  { session, shown }: Workspace,
  state: Pushing,
  portal: Portal,
  signal: AbortSignal,
  say: (text: string) => void,
  progress: (text: string) => void,
): Promise<void> {
  const { plan, result } = state;
  if (plan === null || result === null) return;
  if (result.airgap === null) {
    progress('The portal told of no air-gap bundle for this release, so none is waited for.');
    return;
  }
  let told = '';
  const build = await waitForAirgap(
    portal.client,
    plan.app.id,
    result.airgap,
    options.airgapPatience,
    signal,
    ({ status }) => {
      if (status !== told) progress(`Air-gap bundle: ${status} …`);
      told = status;
    },
  );
  state.airgap = build;
  if (!hasFailed(build)) {
    say(
      build.status === 'built' || plan.channel.buildAirgapAutomatically
        ? `Air-gap bundle: ${build.status}.`
        : `Air-gap bundle: ${build.status}. ${plan.channel.name} builds none by itself; build it in the portal where customers need it.`,
    );
    return;
  }
  const { snapshot } = session;
  const places = placesNamedIn(snapshot, [...state.on.release.layout.files.keys()], build.error).map(
    ({ path, range }) => `${shown(path)}:${range.start.line + 1}:${range.start.character + 1}`,
  );
  const where = places.length === 0 ? '' : ` It is named at ${places.join(', ')}.`;
  throw new PushError(
    'airgap',
    `Release ${result.sequence} is promoted, and its air-gap bundle ${build.status === 'warn' ? 'was built with warnings' : `was not built (${build.status})`}: ${build.error || 'the portal does not say why'}.${where} Online installations are not affected.`.replace(
      '..',
      '.',
    ),
  );
}
