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

/** The name of an option that could be changed at a position; null where none stands or no Config asks for it. */
export function renameableAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
): { readonly range: Range; readonly name: string } | null {
  const named = optionNamedAt(snapshot, path, position);
  if (named === null) return null;
  const isAsked = optionsOf(snapshot, named.at.release).some(({ name }) => name === named.name);
  return isAsked ? { range: rangeInFile(named.slice, named.span), name: named.name } : null;
}

/** What the app manager and Go's strings take as they stand, quoted or not. */
const safeName = /^[A-Za-z_][\w-]*$/;

/**
 * Another name for the option that stands at a position, in every place of the release that names it; or why it cannot
 * have that name.
 */
export function renamedAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  newName: string,
): { readonly places: readonly FilePlace[] } | { readonly refusal: string } {
  const named = optionNamedAt(snapshot, path, position);
  if (named === null || renameableAt(snapshot, path, position) === null)
    return { refusal: 'No option of a Config stands here.' };
  if (!safeName.test(newName))
    return { refusal: 'An option is named with letters, digits, _ and -, and begins with a letter or _.' };
  if (newName !== named.name && mentionsOf(snapshot, named.at.release, newName).length > 0)
    return { refusal: `This release names another option "${newName}" already.` };
  const places = referencesAt(snapshot, path, position, { withDeclaration: true });
  // What stands behind an alias can be come upon twice.
  const key = (place: FilePlace): string => JSON.stringify([place.path, place.range]);
  return { places: [...new Map(places.map((place) => [key(place), place])).values()] };
}
