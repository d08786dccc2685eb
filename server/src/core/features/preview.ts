import { midstreamKustomization } from '../kots/midstream.ts';
import { UNKNOWN_SLUG } from '../kots/names.ts';
import type { Scenario } from '../kots/scenario.ts';
import type { FileDocument } from '../manifest/file.ts';
import { factsOf } from '../release/facts.ts';
import { type ReadUse, readUses } from '../release/reading.ts';
import { editsOf } from '../release/rewrite.ts';
import { podSpecs } from '../release/uses/pods.ts';
import { filesOf, type Release, type ReleaseFile, releaseFile, type Snapshot } from '../session/snapshot.ts';
import { applyEdits, type TextEdit } from '../text/edit.ts';
import { deployedOf, planOf, type ReleasePlan } from './deployed.ts';
import { secretEdit } from './pull-secret.ts';

/** The kustomization that the app manager writes for the release of a file; null for a file of no release. */
export function midstreamText(snapshot: Snapshot, path: string): string | null {
  const at = releaseFile(snapshot, path);
  return at === null ? null : midstreamOf(snapshot, at.release);
}

/** The same for a release, under a scenario. */
export function midstreamOf(snapshot: Snapshot, release: Release, changes?: Partial<Scenario>): string {
  const made = planOf(snapshot, release, changes);
  const assumed = filesOf(snapshot, release).flatMap((at) => assumptions(at, made));
  const text = midstreamKustomization({
    appSlug: made.plan.scenario.appSlug ?? UNKNOWN_SLUG,
    entries: made.plan.entries,
    hasImages: made.hasImages,
  });
  return remarks(assumed, '\n') + text;
}

/**
 * A manifest with the images and pull secrets that the app manager gives it; the rest is as written. Null for a file
 * of no release.
 */
export function deployedText(snapshot: Snapshot, path: string, changes?: Partial<Scenario>): string | null {
  const at = releaseFile(snapshot, path);
  if (at === null) return null;
  const made = planOf(snapshot, at.release, changes);
  const newline = at.file.text.includes('\r\n') ? '\r\n' : '\n';
  const text = at.file.documents.map((slice) => deployedDocument(slice, at, made, newline)).join('');
  return remarks(assumptions(at, made), newline) + text;
}

function deployedDocument(slice: FileDocument, at: ReleaseFile, made: ReleasePlan, newline: string): string {
  const { document } = slice;
  const edits: TextEdit[] = [];
  const reads = readUses(document, at.role, at.release.context);
  for (const read of reads) {
    const deployment = deployedOf(read, made);
    if (deployment === null || deployment.entry === null || read.use.shape !== 'image') continue;
    edits.push(...(editsOf(read, { text: deployment.image }) ?? []));
  }
  edits.push(...secretEdits(slice, at, made, reads, newline));
  return applyEdits(document.text, withoutOverlaps(edits));
}

function secretEdits(
  { document }: FileDocument,
  at: ReleaseFile,
  made: ReleasePlan,
  reads: readonly ReadUse[],
  newline: string,
): TextEdit[] {
  const { resource } = factsOf(document, at.role);
  const secret = reads
    .filter(({ use }) => use.place === 'container')
    .map((read) => deployedOf(read, made)?.pullSecret)
    .find((name) => name !== null && name !== undefined);
  if (resource === null || document.root === null || secret === undefined || secret === null) return [];
  const root = { node: document.root, via: null };
  return podSpecs(root, resource.kind)
    .filter(({ seen }) => seen)
    .flatMap(({ spec }) => secretEdit(spec, document.text, secret, newline) ?? []);
}

/** An alias is edited where it stands; what stands behind it twice is edited once. */
function withoutOverlaps(edits: readonly TextEdit[]): TextEdit[] {
  const kept: TextEdit[] = [];
  for (const edit of [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    const last = kept.at(-1);
    const same = last?.span.start === edit.span.start && last.span.end === edit.span.end;
    if (last === undefined || (edit.span.start >= last.span.end && !same)) kept.push(edit);
  }
  return kept;
}

/** What is only taken to be so, one sentence for each image. */
function assumptions(at: ReleaseFile, made: ReleasePlan): string[] {
  const said = at.file.documents.flatMap(({ document }) =>
    readUses(document, at.role, at.release.context).flatMap((read) => {
      const deployment = deployedOf(read, made);
      return deployment?.assumed ? [`${read.use.written}: ${deployment.reason}`] : [];
    }),
  );
  return [...new Set(said)];
}

const remarks = (said: readonly string[], newline: string): string => {
  const lines = [...new Set(said)].map((text) => `# Assumed: ${text.replaceAll(/\s+/g, ' ')}`);
  return lines.map((line) => line + newline).join('');
};
