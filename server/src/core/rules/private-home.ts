import { isPublicByDefault, registryOf } from '../image/hosts.ts';
import { type PrivatePath, privatePath } from '../image/private-path.ts';
import type { NormalReference } from '../image/reference.ts';
import type { ImageName } from '../knowledge/knowledge.ts';
import type { WaybillConfig } from '../release/config.ts';
import type { ReleaseContext } from '../release/context.ts';
import type { ReadUse } from '../release/reading.ts';

/** A repository by its registry's host and its path there. */
export interface Home {
  readonly host: string;
  readonly path: string;
}

/** A public image and the private path that it would move to. */
export interface Move {
  readonly source: NormalReference;
  readonly target: PrivatePath;
}

/** The private image of a move, as its registry is asked about it. */
export function movedImage({ source, target }: Move): ImageName {
  const tag = source.tag ?? (source.digest === null ? 'latest' : null);
  return { host: target.registry, repository: target.repository, tag, digest: source.digest };
}

/**
 * The private path of a public image, where it may be offered: the app manager must rewrite what stands there (a
 * bare private host in an ephemeral container or in a List would be asked without credentials), or templates must be
 * able to, as in values of a v1beta2 chart. Whether another image would take the same path is for the whole release to say.
 */
export function moveOf(read: ReadUse, context: ReleaseContext): Move | null {
  const { use, peeled, normal } = read;
  if (normal === null || peeled !== null || !isPublicByDefault(normal.domain)) return null;
  if (isHostAlone(read)) return null;
  const rewritten =
    use.place === 'container' ||
    use.place === 'chart-v1beta1' ||
    use.place === 'additional-image' ||
    use.place === 'collector';
  // In values of a v1beta2 chart the fix writes more than the name.
  const written = use.place === 'chart-v1beta2' && hasTemplates(context);
  if (!written && (!rewritten || !installedByKots(context))) return null;
  return moveFrom(normal, context.config);
}

/** A registry without a path, half typed perhaps, reads as an image of Docker Hub; nobody means that one. */
const isHostAlone = ({ reference }: ReadUse): boolean =>
  reference !== null &&
  reference.domain === null &&
  reference.path.includes('.') &&
  registryOf(reference.path).kind !== 'other';

const moves = new WeakMap<NormalReference, { readonly config: WaybillConfig; readonly move: Move | null }>();

/** Worked out once for as long as reference and configuration are the same; the uses of an image share one. */
function moveFrom(source: NormalReference, config: WaybillConfig): Move | null {
  const known = moves.get(source);
  if (known?.config === config) return known.move;
  const target = privatePath(source, config);
  const move = target === null ? null : { source, target };
  moves.set(source, { config, move });
  return move;
}

/** Every installer but Helm itself renders the app manager's templates in values. */
const hasTemplates = ({ installers }: ReleaseContext): boolean =>
  installers.length === 0 || installers.some((installer) => installer !== 'helm');

/** Helm and Embedded Cluster 3 install charts only, and leave their images alone. */
const installedByKots = ({ installers }: ReleaseContext): boolean =>
  installers.length === 0 || installers.includes('kots') || installers.includes('embedded-cluster-2');
