import type { FileDocument } from '../manifest/file.ts';
import type { ManifestDocument, YamlAlias, YamlNode, YamlScalar } from '../manifest/node.ts';
import { replaceInScalar } from '../manifest/scalar-edit.ts';
import { factsOf } from '../release/facts.ts';
import type { Role } from '../release/role.ts';
import type { TextEdit } from '../text/edit.ts';
import { contains, shift } from '../text/span.ts';

/**
 * Edits that replace aliases by literals, where several are made at once: an anchor all of whose aliases would get the
 * same text gets it itself, and its aliases stay. An anchor that is an image use of its own, and is not to be changed
 * alike, is left alone.
 *
 * @param edits of one document, with offsets into its file; at most one for each alias
 */
export function throughAnchors<Edit extends TextEdit>(
  slice: FileDocument,
  role: Role,
  edits: readonly Edit[],
  make: (edit: TextEdit) => Edit,
): readonly Edit[] {
  const { document, offset } = slice;
  if (!document.text.includes('*')) return edits;
  const local = edits.map((edit) => ({ edit, span: shift(edit.span, -offset) }));
  const at = new Map(local.map((one) => [`${one.span.start} ${one.span.end}`, one.edit]));
  const editOf = ({ span }: YamlNode): Edit | undefined => at.get(`${span.start} ${span.end}`);

  const dropped = new Set<Edit>();
  const added: Edit[] = [];
  for (const [anchor, aliases] of scalarAliases(document)) {
    const ofAliases = aliases.map(editOf);
    const [first] = ofAliases;
    if (first === undefined || !ofAliases.every((edit) => edit?.newText === first.newText)) continue;
    const whole = { start: 0, end: anchor.text.length };
    const wanted = replaceInScalar(anchor, document.text, whole, literalText(first.newText));
    if (wanted === null) continue;
    const own = local.filter(({ span }) => contains(anchor.span, span));
    const same =
      own.length === 1 &&
      own[0]?.span.start === wanted.span.start &&
      own[0].span.end === wanted.span.end &&
      own[0].edit.newText === wanted.newText;
    if (own.length > 0 ? !same : isUsed(document, role, anchor)) continue;
    for (const edit of ofAliases) if (edit !== undefined) dropped.add(edit);
    if (!same) added.push(make({ ...wanted, span: shift(wanted.span, offset) }));
  }
  return dropped.size === 0 ? edits : [...edits.filter((edit) => !dropped.has(edit)), ...added];
}

/** What a literal that stands in for an alias reads as: it is plain, or JSON. */
const literalText = (literal: string): string =>
  literal.startsWith('"') ? (JSON.parse(literal) as string) : literal;

const isUsed = (document: ManifestDocument, role: Role, anchor: YamlScalar): boolean =>
  factsOf(document, role).uses.some(({ parts }) =>
    Object.values(parts).some(({ span }) => contains(anchor.span, span)),
  );

/** The aliases of each anchored scalar. */
function scalarAliases(document: ManifestDocument): Map<YamlScalar, YamlAlias[]> {
  const found = new Map<YamlScalar, YamlAlias[]>();
  const open: (YamlNode | null)[] = [document.root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node?.kind === 'map') for (const { key, value } of node.entries) open.push(key, value);
    else if (node?.kind === 'sequence') for (const item of node.items) open.push(item);
    else if (node?.kind === 'alias' && node.target?.kind === 'scalar')
      found.set(node.target, [...(found.get(node.target) ?? []), node]);
  }
  return found;
}
