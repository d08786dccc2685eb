import { normalize } from '../../image/normal.ts';
import { parseReference } from '../../image/parse.ts';
import { isPlainList, type Plain, plainAt, textAt } from '../../manifest/plain.ts';
import type { ObjectImage } from './object-images.ts';

/** An image that one of the app manager's own objects names. */
export interface KindsImage extends ObjectImage {
  readonly path: string;
  /** Whether a collector runs it, so that other code rewrites it. */
  readonly collector: boolean;
}

/** A custom resource of the version, rendered. */
export interface KotsObject {
  readonly path: string;
  readonly value: Plain;
}

/**
 * The images of an Application and of collectors, in the order in which the app manager adds them
 * (GetImagesFromKotsKinds in KOTS, pkg/kotsutil): additional images, then support bundle, collector, preflight.
 */
export function kindsImages(objects: readonly KotsObject[], localHost: string | null): KindsImage[] {
  const ofKind = (apiVersion: string, kind: string): readonly KotsObject[] =>
    objects.filter(
      ({ value }) => textAt(value, 'apiVersion') === apiVersion && textAt(value, 'kind') === kind,
    );
  const additional = ofKind('kots.io/v1beta1', 'Application').flatMap(({ path, value }) => {
    const images = plainAt(value, 'spec', 'additionalImages');
    return (isPlainList(images) ? images : []).flatMap((image, index) =>
      typeof image === 'string'
        ? [{ path, field: `spec.additionalImages[${index}]`, image, collector: false }]
        : [],
    );
  });
  const collected = ['SupportBundle', 'Collector', 'Preflight'].flatMap((kind) =>
    ofKind('troubleshoot.sh/v1beta2', kind).flatMap(({ path, value }) =>
      collectorImages(value).map((found) => ({ ...found, path, collector: true })),
    ),
  );
  return [...additional, ...collected.filter(({ image }) => counts(image, localHost))];
}

function collectorImages(object: Plain): ObjectImage[] {
  const collectors = plainAt(object, 'spec', 'collectors');
  return (isPlainList(collectors) ? collectors : []).flatMap((collector, index) => {
    const at = `spec.collectors[${index}]`;
    const own = ['run', 'copyFromHost', 'sysctl', 'collectd'].map((kind) => ({
      field: `${at}.${kind}.image`,
      image: textAt(collector, kind, 'image'),
    }));
    const pods = ['initContainers', 'containers'].flatMap((list) => {
      const containers = plainAt(collector, 'runPod', 'podSpec', list);
      return (isPlainList(containers) ? containers : []).map((container, i) => ({
        field: `${at}.runPod.podSpec.${list}[${i}].image`,
        image: textAt(container, 'image'),
      }));
    });
    return [...own, ...pods];
  });
}

/** What is empty, still a template or in the local registry already is passed over. */
function counts(image: string, localHost: string | null): boolean {
  if (image === '' || image.includes('repl{{') || image.includes('{{repl')) return false;
  if (localHost === null) return true;
  const parsed = parseReference(image);
  return !parsed.ok || !localHost.startsWith(normalize(parsed.reference).domain);
}
