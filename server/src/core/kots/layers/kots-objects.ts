import { emitYaml } from '../../manifest/emit.ts';
import { type Plain, textAt } from '../../manifest/plain.ts';
import { isKotsKind } from '../kinds.ts';
import { configWithValues, type EnteredValues } from './config.ts';
import { singleDocuments } from './documents.ts';
import type { KotsObject } from './kinds-images.ts';
import type { Reader } from './reader.ts';

/** The custom resources of a version: as files of kotsKinds/ and as objects. */
export interface KotsObjects {
  /** By path in the release. */
  readonly files: ReadonlyMap<string, string>;
  readonly objects: readonly KotsObject[];
}

/** Whether the app manager keeps a document to itself; it looks before templates are rendered. */
export function isKotsDocument(document: string, reader: Reader): boolean {
  if (!mentionsKind.test(document)) return false;
  const read = reader.read(document);
  return read.ok && isKotsKind(textAt(read.value, 'apiVersion'), textAt(read.value, 'kind'));
}

/** No document without such a line is one; this spares reading all the others twice. */
const mentionsKind =
  /^["']?apiVersion["']?[ \t]*:.*(?:kots\.io|troubleshoot|kurl\.sh|embeddedcluster|app\.k8s\.io|velero\.io)/m;

/**
 * The rendered custom resources of a release (renderKotsKinds in KOTS, pkg/base/replicated.go). A Config gets what the
 * customer entered; a ConfigValues stays as it is; an Installation is written anew, elsewhere.
 */
export function kotsObjects(
  files: ReadonlyMap<string, string>,
  entered: EnteredValues,
  reader: Reader,
): KotsObjects {
  const written = new Map<string, string>();
  const objects: KotsObject[] = [];
  for (const [path, text] of files)
    for (const document of singleDocuments(text)) {
      if (!isKotsDocument(document, reader)) continue;
      const raw = reader.value(document);
      const apiVersion = textAt(raw, 'apiVersion');
      const kind = apiVersion.startsWith('kots.io/') ? textAt(raw, 'kind') : '';
      if (kind === 'Installation') continue;
      const rendered =
        kind === 'ConfigValues'
          ? document
          : reader.render(path, kind === 'HelmChart' ? singleDocuments(text).join('\n---\n') : document);
      if (rendered === null) continue;
      const kept = kind === 'Config' ? emitYaml(configWithValues(reader.value(rendered), entered)) : rendered;
      const before = written.get(path);
      written.set(path, before === undefined ? kept : `${before}\n---\n${kept}`);
      objects.push(...objectsIn(path, kept, reader));
    }
  return { files: written, objects };
}

function objectsIn(path: string, text: string, reader: Reader): KotsObject[] {
  return singleDocuments(text).flatMap((document) => {
    const read = reader.read(document);
    if (read.ok) return [{ path, value: read.value }];
    reader.problems.push({ path, message: read.message, effect: 'refused' });
    return [];
  });
}

/** The first object of a kind of the app manager's own. */
export const objectOf = (objects: readonly KotsObject[], kind: string): Plain =>
  objects.find(
    ({ value }) => textAt(value, 'kind') === kind && textAt(value, 'apiVersion').startsWith('kots.io/'),
  )?.value ?? null;
