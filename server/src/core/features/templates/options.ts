import type { FileDocument } from '../../manifest/file.ts';
import { type ConfigOptionItem, configOptionsOf, valuedOptionsOf } from '../../release/config-options.ts';
import {
  filesOf,
  type Release,
  type ReleaseFile,
  releaseFile,
  type Snapshot,
} from '../../session/snapshot.ts';
import { type Position, type Span, touches } from '../../text/span.ts';
import { isRendered, namedIn, templatePlaceAt } from './place.ts';

/** An option of a release's Config and where it stands. */
export interface PlacedOption extends ConfigOptionItem {
  readonly path: string;
  readonly slice: FileDocument;
}

/** The options that the Configs of a release ask for, in their order. */
export const optionsOf = (snapshot: Snapshot, release: Release): PlacedOption[] =>
  documentsWith(snapshot, release, 'Config').flatMap(({ at, slice }) =>
    configOptionsOf(slice.document).map((option) => ({ ...option, path: at.path, slice })),
  );

/** A name of an option as it stands at a position. */
export interface NamedOption {
  readonly at: ReleaseFile;
  readonly slice: FileDocument;
  readonly name: string;
  /** Of the name without quotes, in the document. */
  readonly span: Span;
}

/** The option that is named at a position: in a template, in the Config itself, in a ConfigValues. */
export function optionNamedAt(snapshot: Snapshot, path: string, position: Position): NamedOption | null {
  const inTemplate = templatePlaceAt(snapshot, path, position);
  if (inTemplate !== null) {
    const { at, slice, place, names } = inTemplate;
    return names === 'config-option' && place.kind === 'string'
      ? { at, slice, name: place.text, span: place.span }
      : null;
  }
  const at = releaseFile(snapshot, path);
  if (at === null || !isRendered(at.role)) return null;
  const offset = at.file.offsetAt(position);
  const slice = at.file.documentAt(offset);
  if (!slice.source.text.includes('Config')) return null;
  const found = [...configOptionsOf(slice.document), ...valuedOptionsOf(slice.document)].find(
    ({ nameSpan }) => touches(nameSpan, offset - slice.offset),
  );
  return found === undefined ? null : { at, slice, name: found.name, span: found.nameSpan };
}

/** One place that names an option. */
export interface OptionMention {
  readonly path: string;
  readonly slice: FileDocument;
  readonly span: Span;
  readonly isDeclaration: boolean;
}

/** Every place of a release that names an option, in the order of its files; the declarations first. */
export function mentionsOf(snapshot: Snapshot, release: Release, name: string): OptionMention[] {
  const declared = optionsOf(snapshot, release)
    .filter((option) => option.name === name)
    .map(({ path, slice, nameSpan }) => ({ path, slice, span: nameSpan, isDeclaration: true }));
  const valued = documentsWith(snapshot, release, 'ConfigValues').flatMap(({ at, slice }) =>
    valuedOptionsOf(slice.document)
      .filter((option) => option.name === name)
      .map(({ nameSpan }) => ({ path: at.path, slice, span: nameSpan, isDeclaration: false })),
  );
  const used = documentsWith(snapshot, release, 'repl').flatMap(({ at, slice }) =>
    namedIn(slice.document)
      .filter((named) => named.meaning === 'config-option' && named.name === name)
      .map(({ span }) => ({ path: at.path, slice, span, isDeclaration: false })),
  );
  return [...declared, ...used, ...valued];
}

/** The documents of a release that the app manager renders and that hold a word; the others are not even parsed. */
export const documentsWith = (
  snapshot: Snapshot,
  release: Release,
  word: string,
): { readonly at: ReleaseFile; readonly slice: FileDocument }[] =>
  filesOf(snapshot, release)
    .filter(({ role }) => isRendered(role))
    .flatMap((at) =>
      at.file.documents.filter(({ source }) => source.text.includes(word)).map((slice) => ({ at, slice })),
    );
