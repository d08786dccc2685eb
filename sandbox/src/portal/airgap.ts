import { imagesOf } from '../release/images.ts';
import { filesOf } from '../release/spec.ts';
import type { World } from '../world.ts';
import type { Promotion } from './state.ts';

/**
 * Begins an air-gap bundle. It is made as far as its outcome goes: it is built where Replicated can pull every image, and
 * fails with the first one that it cannot.
 */
export function startAirgap(world: World, promotion: Promotion): void {
  promotion.airgap.status = 'building';
  promotion.airgap.error = '';
  void build(world, promotion).then((error) => {
    promotion.airgap.error = error;
    promotion.airgap.status = error === '' ? 'built' : 'failed';
    return world.portal.saved();
  });
}

/** Why the bundle cannot be built; empty where it can. */
async function build(world: World, { appId, sequence }: Promotion): Promise<string> {
  const { releases } = world.portal.state;
  const release = releases.find((each) => each.appId === appId && each.sequence === sequence);
  for (const image of imagesOf(filesOf(release?.files ?? []))) {
    const pulled = await world.pull(appId, image);
    if (pulled.status !== 200) return `failed to pull image ${image}: ${pulled.reason}`;
  }
  return '';
}
