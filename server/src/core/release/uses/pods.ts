import type { YamlMap } from '../../manifest/node.ts';
import type { Span } from '../../text/span.ts';
import {
  aliasBudget,
  asMap,
  asScalar,
  asSequence,
  entriesOf,
  type Found,
  field,
  get,
  isNull,
  itemsOf,
} from '../tree.ts';
import { type ImageUse, makeUse, type Place } from '../use.ts';
import { scalarPart } from './part.ts';

/** A container that names no image. The app manager refuses a whole version for one. */
export interface ImagelessContainer {
  readonly field: string;
  readonly name: string | null;
  readonly span: Span;
  readonly node: YamlMap;
}

/** One pod specification: `spec` of a Pod, or of any pod template. */
export interface PodSpec {
  readonly field: string;
  readonly spec: Found;
  /** Whether the app manager looks for images here. */
  readonly seen: boolean;
}

/**
 * The pod specifications of a resource. The app manager looks at `spec` of a Pod and, whatever the kind, at
 * `spec.template.spec` and `spec.jobTemplate.spec.template.spec` (KOTS pkg/k8sdoc/types.go); other pod templates
 * run in the cluster all the same and are given as not seen.
 */
export function podSpecs(root: Found, kind: string): PodSpec[] {
  if (kind === 'Pod') {
    const spec = asMap(get(root, 'spec'));
    return spec === null ? [] : [{ field: 'spec', spec, seen: true }];
  }
  const found: PodSpec[] = [];
  const budget = aliasBudget();
  const visit = (at: Found | null, path: string, depth: number) => {
    if (depth > maxDepth || !budget(at)) return;
    const map = asMap(at);
    if (map !== null) {
      for (const { entry, value } of entriesOf(map)) {
        const key = entry.key.text;
        if (value === null || key === 'metadata' || key === '<<') continue;
        const here = field(path, key);
        const spec = key === 'template' ? asMap(get(value, 'spec')) : null;
        if (spec !== null && get(spec, 'containers') !== null) {
          const specField = `${here}.spec`;
          found.push({ field: specField, spec, seen: seenFields.has(specField) });
        } else visit(value, here, depth + 1);
      }
      return;
    }
    const sequence = asSequence(at);
    if (sequence !== null)
      for (const [i, item] of itemsOf(sequence).entries()) visit(item, field(path, i), depth + 1);
  };
  visit(root, '', 0);
  return found;
}

const seenFields = new Set(['spec.template.spec', 'spec.jobTemplate.spec.template.spec']);

/** Pod templates lie near the top; deeper ones are data of something else. */
const maxDepth = 8;

/** The image uses of one pod specification, and its containers without an image. */
export function usesOfPod(
  pod: { field: string; spec: Found; seen: boolean },
  documentText: string,
  place: Place | null = null,
): { uses: ImageUse[]; imageless: ImagelessContainer[] } {
  const uses: ImageUse[] = [];
  const imageless: ImagelessContainer[] = [];
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    const seen = pod.seen && list !== 'ephemeralContainers';
    itemsOf(get(pod.spec, list)).forEach((item, i) => {
      const container = asMap(item);
      if (container === null) return;
      const here = field(field(pod.field, list), i);
      const image = asScalar(get(container, 'image'));
      if (image !== null && image.node.text !== '' && !isNull(image.node))
        uses.push(
          makeUse(place ?? (seen ? 'container' : 'unseen-container'), field(here, 'image'), {
            image: scalarPart(image, documentText),
          }),
        );
      else if (seen && get(container, 'image')?.node.kind !== 'map') {
        const name = asScalar(get(container, 'name'));
        const anchor = name ?? container;
        const at = anchor.via?.span ?? (name === null ? container.node.span : name.node.content);
        imageless.push({ field: here, name: name?.node.text ?? null, span: at, node: container.node });
      }
    });
  }
  return { uses, imageless };
}
