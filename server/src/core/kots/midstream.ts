import { canBePlain, meansNoString } from '../manifest/plain-text.ts';
import type { RewriteEntry } from './rewrite.ts';

/**
 * The text of overlays/midstream/kustomization.yaml as the app manager writes it (KOTS, pkg/midstream/write.go):
 * keys in alphabetical order, `images` left out where nothing is rewritten, the patch with pull secrets only where
 * an object has an image.
 * @param appSlug of the installed app
 */
export function midstreamKustomization(options: {
  readonly appSlug: string;
  readonly entries: readonly RewriteEntry[];
  readonly hasImages: boolean;
  /** The base, seen from the overlay's folder. */
  readonly base?: string;
}): string {
  const { appSlug, entries, hasImages, base = '../../base' } = options;
  const lines = [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'bases:',
    `- ${scalar(base)}`,
    'commonAnnotations:',
    `  kots.io/app-slug: ${scalar(appSlug)}`,
  ];
  if (entries.length > 0) lines.push('images:');
  for (const { name, newName } of entries)
    lines.push(`- name: ${scalar(name)}`, `  newName: ${scalar(newName)}`);
  lines.push('kind: Kustomization');
  if (hasImages) lines.push('patchesStrategicMerge:', '- pullsecrets.yaml');
  lines.push('resources:', '- secret.yaml', 'transformers:', '- backup-label-transformer.yaml');
  return `${lines.join('\n')}\n`;
}

/** The text of overlays/downstreams/<name>/kustomization.yaml, which is written once and then the customer's. */
export const downstreamKustomization = (): string =>
  [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'bases:',
    '- ../../midstream',
    'kind: Kustomization',
    '',
  ].join('\n');

const scalar = (text: string): string =>
  canBePlain(text, false) && !meansNoString(text) ? text : JSON.stringify(text);
