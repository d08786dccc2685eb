import { parseEmbedded } from '../../manifest/embedded.ts';
import { aliasBudget, asMap, asScalar, type Found, field, get, itemsOf, path } from '../tree.ts';
import { type ImageUse, makeUse } from '../use.ts';
import { embeddedPart, scalarPart } from './part.ts';
import { usesOfValues } from './values.ts';

/**
 * Images of an embeddedcluster.replicated.com Config: the Helm values of its extensions, which are YAML inside a
 * string or plain YAML (`extensions.helm.charts[].values`, for version 3 `extensions.helmCharts[].values`), and the
 * plugins of Velero.
 */
export function usesOfEmbeddedCluster(root: Found, documentText: string): ImageUse[] {
  const uses: ImageUse[] = [];
  const budget = aliasBudget();
  for (const keys of [['helm', 'charts'], ['helmCharts']]) {
    const list = ['spec', 'extensions', ...keys];
    itemsOf(path(root, ...list)).forEach((item, i) => {
      const here = `${field(list.join('.'), i)}.values`;
      const values = get(item, 'values');
      if (asMap(values) !== null) {
        uses.push(
          ...usesOfValues(values, here, 'extension', (found) => scalarPart(found, documentText), budget),
        );
        return;
      }
      const text = asScalar(values);
      if (text === null || text.node.text === '' || text.via !== null) return;
      const inner = parseEmbedded(text.node, documentText);
      const top = inner.document.root;
      uses.push(
        ...usesOfValues(
          top === null ? null : { node: top, via: null },
          here,
          'extension',
          (found) => embeddedPart(found, inner),
          budget,
        ),
      );
    });
  }
  itemsOf(path(root, 'spec', 'extensions', 'velero', 'plugins')).forEach((item, i) => {
    const image = asScalar(get(item, 'image'));
    if (image === null || image.node.text === '') return;
    uses.push(
      makeUse('extension', `${field('spec.extensions.velero.plugins', i)}.image`, {
        image: scalarPart(image, documentText),
      }),
    );
  });
  return uses;
}
