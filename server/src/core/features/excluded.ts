import { goBool } from '../kots/layers/go-bool.ts';
import { isExcluded } from '../kots/layers/included.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Templates } from '../release/context.ts';
import { asScalar, path } from '../release/tree.ts';

const annotations = ['kots.io/exclude', 'kots.io/when'] as const;

/**
 * What in a document says that it is not installed, as written: `kots.io/when: "false"`. Null for one that is, and where
 * only the customer's installation knows.
 */
export function excludedBy(
  { text, root }: ManifestDocument,
  templates: Templates | undefined,
): string | null {
  if (!text.includes('exclude') && !text.includes('kots.io/when')) return null;
  const said = (...keys: string[]): { key: string; written: string; value: string } | null => {
    const scalar = asScalar(path(root, ...keys))?.node;
    if (scalar === undefined) return null;
    const value = scalar.templates.length === 0 ? scalar.text : (templates?.render(scalar.text) ?? null);
    const key = keys.at(-1) ?? '';
    return value === null ? null : { key, written: `${key}: ${scalar.text}`, value };
  };
  const found = annotations.flatMap((key) => said('metadata', 'annotations', key) ?? []);
  const object = {
    metadata: { annotations: Object.fromEntries(found.map(({ key, value }) => [key, value])) },
  };
  // The first one that is there is the one that counts.
  if (isExcluded(object) === true) return found[0]?.written ?? null;
  const kind = asScalar(path(root, 'kind'))?.node.text;
  const chart = kind === 'HelmChart' ? said('spec', 'exclude') : null;
  return chart !== null && goBool(chart.value, false) === true ? chart.written : null;
}
