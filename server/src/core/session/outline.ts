import type { FileDocument, ManifestFile } from '../manifest/file.ts';
import { baseName, folderOf, isKustomization, isYaml } from '../release/role.ts';
import { patchFilesOf } from '../release/uses/kustomization.ts';

/** What discovery needs to know of a file; told without parsing it. */
export interface FileOutline {
  /** Whether a document in it is of a kots.io kind. */
  readonly kots: boolean;
  /** Whether a document in it is a kots.io Application. */
  readonly application: boolean;
}

type Source = FileDocument['source'];

const hinting = new WeakMap<Source, boolean>();

/** Whether a document may say something of its whole release; told without parsing it. */
export function mayHint(source: Source): boolean {
  let found = hinting.get(source);
  if (found === undefined) {
    found = /^apiVersion:[ \t]*["']?(kots\.io|embeddedcluster\.replicated\.com)\//m.test(source.text);
    hinting.set(source, found);
  }
  return found;
}

const none: FileOutline = { kots: false, application: false };
const kotsOnly: FileOutline = { kots: true, application: false };
const both: FileOutline = { kots: true, application: true };

const memory = new WeakMap<Source, FileOutline>();

export function outlineOf(path: string, file: ManifestFile): FileOutline {
  if (!isYaml(path)) return none;
  let outline = none;
  for (const { source } of file.documents) {
    const found = outlineOfSource(source);
    if (found === both) return both;
    if (found === kotsOnly) outline = kotsOnly;
  }
  return outline;
}

function outlineOfSource(source: Source): FileOutline {
  let outline = memory.get(source);
  if (outline === undefined) {
    const kots = /^apiVersion:[ \t]*["']?kots\.io\/v1beta[12]\b/m.test(source.text);
    outline = !kots ? none : /^kind:[ \t]*["']?Application\b/m.test(source.text) ? both : kotsOnly;
    memory.set(source, outline);
  }
  return outline;
}

/** Every file that a kustomization of the workspace takes for a patch. */
export function patchesOf(files: ReadonlyMap<string, ManifestFile>): Set<string> {
  const patches = new Set<string>();
  for (const [path, file] of files) {
    if (!isKustomization(baseName(path))) continue;
    for (const { document } of file.documents) {
      if (document.root === null) continue;
      for (const named of patchFilesOf({ node: document.root, via: null }))
        patches.add(resolved(folderOf(path), named));
    }
  }
  return patches;
}

/** A path seen from a folder as a path of the workspace; `../` is followed. */
function resolved(folder: string, path: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
