import { placeholders } from '../image/placeholders.ts';
import type { FileDocument, ManifestFile } from '../manifest/file.ts';
import type { ReleaseContext } from '../release/context.ts';
import { factsOf } from '../release/facts.ts';
import type { Role } from '../release/role.ts';
import type { UsePart } from '../release/use.ts';
import { applyEdits, type TextEdit } from '../text/edit.ts';
import { shift } from '../text/span.ts';

type Variables = ReleaseContext['variables'];

/** A file as CI pushes it: where it names images, the variables that have a value are filled in. */
export function pushedText(file: ManifestFile, role: Role, { variables }: ReleaseContext): string {
  if (Object.keys(variables).length === 0 || !/\$|__/.test(file.text)) return file.text;
  const edits = file.documents.flatMap((slice) => editsOf(slice, role, variables));
  // An alias and its anchor are one place.
  const each = new Map(edits.map((edit) => [edit.span.start, edit]));
  return applyEdits(file.text, [...each.values()]);
}

function editsOf({ document, offset }: FileDocument, role: Role, variables: Variables): TextEdit[] {
  return factsOf(document, role)
    .uses.flatMap(({ parts }) => Object.values(parts))
    .flatMap((part) => {
      const filled = filledIn(part, variables);
      return filled === part.text ? [] : (part.replace({ start: 0, end: part.text.length }, filled) ?? []);
    })
    .map(({ span, newText }) => ({ span: shift(span, offset), newText }));
}

function filledIn({ text, templates }: UsePart, variables: Variables): string {
  const isCode = (start: number): boolean =>
    templates.some((template) => template.start <= start && start < template.end);
  let filled = text;
  for (const { name, start, end } of placeholders(text, variables).reverse()) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined && !isCode(start)) filled = filled.slice(0, start) + value + filled.slice(end);
  }
  return filled;
}
