import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Layers } from '../../../server/src/core/kots/layers/types.ts';
import { generatedRelease } from '../../support/generated-release.ts';
import {
  differenceOf,
  kustomizeVersion,
  releaseFolders,
  releaseIn,
  seededLayers,
} from '../../support/kustomize.ts';
import { shared } from '../../support/paths.ts';
import { type Line, line, notMeasured } from '../line.ts';

const generatedCount = 200;

/** Our rendered/ beside what the real kustomize builds of the overlays that we wrote. */
export function overlays(seed: number): Line[] {
  const version = kustomizeVersion();
  const corpus = shared === null ? '' : join(shared, 'corpus');
  const generated = `kustomize: rendered objects of ${generatedCount} generated releases`;
  const real = 'kustomize: rendered objects of the real releases';
  if (version === null) {
    const why = 'no kustomize in WAYBILL_KUSTOMIZE or on the PATH';
    return [notMeasured(generated, why), notMeasured(real, why)];
  }
  const seeds = Array.from({ length: generatedCount }, (_, i) => seed + i);
  // Every third one has objects that patch each other.
  const made = seeds.map(
    (one) => [`seed ${one}`, seededLayers(generatedRelease(one, one % 3 === 0), one)] as const,
  );
  const lines = [compared(generated, made, version)];
  if (!existsSync(corpus)) lines.push(notMeasured(real, 'no ../shared/corpus beside the repository'));
  else {
    const releases = releaseFolders(corpus).map(
      (folder) => [folder.slice(corpus.length + 1), seededLayers(releaseIn(folder), 1)] as const,
    );
    lines.push(compared(real, releases, version));
  }
  return lines;
}

function compared(what: string, releases: readonly (readonly [string, Layers])[], version: string): Line {
  let objects = 0;
  const differing = releases.flatMap(([name, layers]) => {
    objects += [...layers.files.keys()].filter((path) => path.startsWith('rendered/')).length;
    const difference = differenceOf(layers);
    return difference === null ? [] : [`${name}: ${difference}`];
  });
  return line(what, objects, differing, `${releases.length} releases, ${version}, byte for byte`);
}
