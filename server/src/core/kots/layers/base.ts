import { emitYaml } from '../../manifest/emit.ts';
import { type Plain, textAt } from '../../manifest/plain.ts';
import { isKotsKind } from '../kinds.ts';
import { isYamlPath, singleDocuments, singleFiles } from './documents.ts';
import { isExcluded } from './included.ts';
import { isKotsDocument } from './kots-objects.ts';
import type { Reader } from './reader.ts';

/** A file of base/: one object that is installed. */
export interface BaseFile {
  readonly path: string;
  /** The release's file that it was cut from. */
  readonly source: string;
  readonly text: string;
  readonly value: Plain;
}

/** A file that is left out because it cannot be read. */
export interface SkippedFile {
  readonly path: string;
  /** The release's file that it was cut from. */
  readonly source: string;
  readonly text: string;
  readonly error: string;
}

export interface Base {
  readonly files: readonly BaseFile[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * The objects of a release that are installed: templates rendered, documents as files of their own, without what the
 * app manager keeps to itself and what annotations exclude (renderReplicated in KOTS, pkg/base/replicated.go).
 */
export function baseOf(release: ReadonlyMap<string, string>, reader: Reader): Base {
  const files: BaseFile[] = [];
  const skipped: SkippedFile[] = [];
  for (const [path, text] of release) {
    const documents = singleDocuments(text);
    const installed = documents.filter((document) => !isKotsDocument(document, reader));
    if (installed.length === 0) continue;
    const rendered = reader.render(path, installed.join('\n---\n'));
    if (rendered === null) continue;
    for (const file of singleFiles(path, rendered)) {
      const found = judged({ ...file, source: path }, reader);
      if (found === 'skipped') continue;
      if ('error' in found) skipped.push(found);
      else files.push(found);
    }
  }
  return { files, skipped };
}

function judged(file: Omit<BaseFile, 'value'>, reader: Reader): BaseFile | SkippedFile | 'skipped' {
  const { path, text } = file;
  const read = reader.read(text);
  const unfit = (error: string): SkippedFile | 'skipped' => {
    // Other files of a release are no manifests, and nobody minds.
    if (!isYamlPath(path)) return 'skipped';
    reader.problems.push({ path, message: error, effect: 'skipped' });
    return { ...file, error };
  };
  if (!read.ok) return unfit(read.message);
  const { value } = read;
  if (value === null) return 'skipped';
  const apiVersion = textAt(value, 'apiVersion');
  const kind = textAt(value, 'kind');
  if (apiVersion === '' || kind === '') return unfit('not a kubernetes document');
  if (isKotsKind(apiVersion, kind)) return 'skipped';
  const excluded = isExcluded(value);
  if (excluded instanceof Error) {
    reader.problems.push({ path, message: excluded.message, effect: 'refused' });
    return 'skipped';
  }
  return excluded ? 'skipped' : { ...file, value };
}

/** The text of base/kustomization.yaml. What is there twice patches what came first (KOTS, pkg/base/write.go). */
export function baseKustomization(files: readonly BaseFile[]): string {
  const resources: string[] = [];
  const patches: string[] = [];
  const seen = new Set<string>();
  for (const { path, value } of files) {
    const { metadata } = value as { metadata?: Plain };
    const id = [
      textAt(value, 'apiVersion'),
      textAt(value, 'kind'),
      textAt(metadata, 'name'),
      textAt(metadata, 'namespace'),
    ].join('-');
    (seen.has(id) ? patches : resources).push(path);
    seen.add(id);
  }
  return emitYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    metadata: { annotations: { 'kots.io/kustomization': 'base' } },
    ...(resources.length > 0 ? { resources: resources.sort() } : {}),
    ...(patches.length > 0 ? { patchesStrategicMerge: patches } : {}),
  });
}
