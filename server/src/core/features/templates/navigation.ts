import type { Snapshot } from '../../session/snapshot.ts';
import type { Position, Range } from '../../text/span.ts';
import { rangeInFile } from '../document-lines.ts';
import { mentionsOf, optionNamedAt, optionsOf } from './options.ts';

/** A place in a file of the workspace. */
export interface FilePlace {
  readonly path: string;
  readonly range: Range;
}

/** Where something is declared. */
export interface Declaration extends FilePlace {
  /** The whole of the declaration; `range` is its name. */
  readonly whole: Range;
  /** What was clicked on. */
  readonly from: Range;
}

/** Where the option of a release's Config is declared that is named at a position. Empty where none is. */
export function declarationsAt(snapshot: Snapshot, path: string, position: Position): Declaration[] {
  const named = optionNamedAt(snapshot, path, position);
  if (named === null) return [];
  return optionsOf(snapshot, named.at.release)
    .filter(({ name }) => name === named.name)
    .map((option) => ({
      path: option.path,
      range: rangeInFile(option.slice, option.nameSpan),
      whole: rangeInFile(option.slice, option.span),
      from: rangeInFile(named.slice, named.span),
    }));
}

/** All places of a release that name the option that is named at a position. */
export function referencesAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  { withDeclaration }: { readonly withDeclaration: boolean },
): FilePlace[] {
  const named = optionNamedAt(snapshot, path, position);
  if (named === null) return [];
  return mentionsOf(snapshot, named.at.release, named.name)
    .filter(({ isDeclaration }) => withDeclaration || !isDeclaration)
    .map((mention) => ({ path: mention.path, range: rangeInFile(mention.slice, mention.span) }));
}
