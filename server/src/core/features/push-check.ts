import { readUses, verdictOf } from '../release/reading.ts';
import { isBuiltByUs } from '../rules/not-found.ts';
import { releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { rangeInFile } from './document-lines.ts';
import { problemsOf } from './problems.ts';

/** Why a release is not pushed. */
export interface Blocker {
  readonly path: string;
  readonly range: Range;
  readonly rule: string;
  readonly message: string;
}

/**
 * What stands in the way of pushing some files: every problem that is an error, and every image that the vendor's own CI
 * builds (`builtByUs`) and that the registry does not have. While a file is edited, such an image may still be pushed; when
 * the release is, it must be there.
 */
export const blockersOf = (snapshot: Snapshot, paths: readonly string[]): Blocker[] =>
  paths.flatMap((path) => {
    const errors = problemsOf(snapshot, path)
      .filter(({ problem }) => problem.severity === 'error')
      .map(({ problem: { rule, message }, range }) => ({ path, range, rule, message }));
    const said = new Set(errors.map(({ range }) => `${range.start.line}:${range.start.character}`));
    const missing = notYetBuilt(snapshot, path).filter(
      ({ range }) => !said.has(`${range.start.line}:${range.start.character}`),
    );
    return [...errors, ...missing].sort(
      (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
    );
  });

function notYetBuilt(snapshot: Snapshot, path: string): Blocker[] {
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  const { context } = at.release;
  return at.file.documents.flatMap((slice) =>
    readUses(slice.document, at.role, context).flatMap((read): Blocker[] => {
      const verdict = verdictOf(read, (image) => snapshot.knowledge.verdict(image));
      const { image } = read;
      if (image === null || verdict.status !== 'absent' || !isBuiltByUs(read, context)) return [];
      const { detail } = verdict;
      const what =
        detail === 'repository'
          ? `${image.host} has no repository "${image.repository}"`
          : detail === 'digest' || image.tag === null
            ? `${image.host}/${image.repository} has no image ${image.digest ?? 'latest'}`
            : `${image.host}/${image.repository} has no tag "${image.tag}"`;
      return [
        {
          path,
          range: rangeInFile(slice, read.use.span),
          rule: `${detail === 'repository' || detail === 'digest' ? detail : 'tag'}-not-found`,
          message: `${what}. Your own CI builds this image (builtByUs): it must be there before the release is pushed.`,
        },
      ];
    }),
  );
}
