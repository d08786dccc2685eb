import { asMap, asScalar, entriesOf, type Found, field, get, isNull, itemsOf, path } from '../tree.ts';
import { type ImageUse, makeUse } from '../use.ts';
import { scalarPart } from './part.ts';
import { usesOfPod } from './pods.ts';

/**
 * Images that troubleshoot collectors run, in Preflight, SupportBundle and Collector: `image` of any collector,
 * the pod of `runPod`, the pods that goldpinger launches, and the list of `registryImages`
 * (troubleshoot pkg/apis/troubleshoot/v1beta2/collector_shared.go).
 */
export function usesOfCollectors(root: Found, documentText: string): ImageUse[] {
  const uses: ImageUse[] = [];
  for (const list of ['collectors', 'remoteCollectors', 'hostCollectors']) {
    itemsOf(path(root, 'spec', list)).forEach((item, i) => {
      for (const { entry, value } of entriesOf(item)) {
        if (asMap(value) === null) continue;
        const here = field(field(`spec.${list}`, i), entry.key.text);
        const add = (image: Found | null, at: string) => {
          const scalar = asScalar(image);
          if (scalar !== null && scalar.node.text !== '' && !isNull(scalar.node))
            uses.push(makeUse('collector', at, { image: scalarPart(scalar, documentText) }));
        };
        add(get(value, 'image'), `${here}.image`);
        add(path(value, 'podLaunchOptions', 'image'), `${here}.podLaunchOptions.image`);
        for (const [n, image] of itemsOf(get(value, 'images')).entries())
          add(image, field(`${here}.images`, n));
        const podSpec = asMap(get(value, 'podSpec'));
        if (podSpec !== null)
          uses.push(
            ...usesOfPod({ field: `${here}.podSpec`, spec: podSpec, seen: false }, documentText, 'collector')
              .uses,
          );
      }
    });
  }
  return uses;
}
