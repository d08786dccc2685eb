import { isPlainList, isPlainMap, type Plain, plainAt, textAt } from '../../manifest/plain.ts';

/** An image of an object and its field, as `spec.template.spec.containers[0].image`. */
export interface ObjectImage {
  readonly field: string;
  readonly image: string;
}

/**
 * The images of an object that the app manager finds (KOTS, pkg/k8sdoc): the containers of a Pod, and for every other
 * kind those of a pod template or a job template at the usual place.
 */
export function imagesOf(object: Plain): ObjectImage[] {
  const pods =
    textAt(object, 'kind') === 'Pod'
      ? [['spec']]
      : [
          ['spec', 'template', 'spec'],
          ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
        ];
  return pods.flatMap((pod) =>
    ['containers', 'initContainers'].flatMap((list) => {
      const containers = plainAt(object, ...pod, list);
      return (isPlainList(containers) ? containers : []).flatMap((container, index) =>
        isPlainMap(container)
          ? [{ field: `${pod.join('.')}.${list}[${index}].image`, image: textAt(container, 'image') }]
          : [],
      );
    }),
  );
}
