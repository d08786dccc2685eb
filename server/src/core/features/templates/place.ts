import {
  type ActionPlace,
  actionAt,
  callsIn,
  placeInAction,
  type TemplateCall,
} from '../../gotemplate/calls.ts';
import { type ArgumentMeaning, catalogue } from '../../kots/functions/catalogue.ts';
import type { FileDocument } from '../../manifest/file.ts';
import type { ManifestDocument } from '../../manifest/node.ts';
import { isChartValues, type Role } from '../../release/role.ts';
import { type ReleaseFile, releaseFile, type Snapshot } from '../../session/snapshot.ts';
import type { Position } from '../../text/span.ts';

/** What stands at a position of a template. Spans are the document's. */
export interface TemplatePlace {
  readonly at: ReleaseFile;
  readonly slice: FileDocument;
  readonly place: ActionPlace;
  /** What the string that the position is in names, if it does. */
  readonly names: ArgumentMeaning | null;
}

/** Whether the app manager renders the templates of such a file; a chart's own files are Helm's. */
export const isRendered = (role: Role): boolean => !isChartValues(role) && role !== 'configuration';

/** What stands at a position; null outside of templates. The text may be half typed. */
export function templatePlaceAt(snapshot: Snapshot, path: string, position: Position): TemplatePlace | null {
  const at = releaseFile(snapshot, path);
  if (at === null || !isRendered(at.role)) return null;
  const offset = at.file.offsetAt(position);
  const slice = at.file.documentAt(offset);
  const { text, templates } = slice.document;
  const local = offset - slice.offset;
  const action = actionAt(text, templates, local);
  const place = action === null ? null : placeInAction(text, action, local);
  if (place === null) return null;
  const names = place.kind === 'string' && place.index === 0 ? meaningOf(place.call) : null;
  return { at, slice, place, names };
}

const meaningOf = ({ name }: TemplateCall): ArgumentMeaning | null => catalogue.get(name)?.names ?? null;

/** A string of a template that names something. */
export interface NamedInTemplate {
  readonly meaning: ArgumentMeaning;
  readonly name: string;
  /** Without quotes, in the document. */
  readonly span: { readonly start: number; readonly end: number };
}

const memory = new WeakMap<ManifestDocument, readonly NamedInTemplate[]>();

/** All that the templates of a document name: options of the Config, fields of the licence. */
export function namedIn(document: ManifestDocument): readonly NamedInTemplate[] {
  let named = memory.get(document);
  if (named === undefined) {
    const { text, templates } = document;
    named = templates.flatMap((action) =>
      callsIn(text, action).flatMap((call): NamedInTemplate[] => {
        const meaning = meaningOf(call);
        const first = call.args[0] ?? call.piped;
        if (meaning === null || first?.text == null) return [];
        return [{ meaning, name: first.text, span: first.content }];
      }),
    );
    memory.set(document, named);
  }
  return named;
}
