import type { TemplateSpan } from '../gotemplate/span.ts';
import type { ManifestDocument, YamlMap, YamlNode, YamlSequence } from './node.ts';

/**
 * Whether a template on lines of its own, in the collection or right behind it, may write more entries of it when it
 * is rendered (`{{repl ConfigOption "env" | nindent 12 }}`). What seems to be missing there may not be.
 */
export function mayHoldMore(document: ManifestDocument, collection: YamlMap | YamlSequence): boolean {
  const { templates, text } = document;
  if (templates.length === 0) return false;
  const inScalars = new Set<number>();
  collectTemplates(collection, inScalars);
  let behind = collection.span.end;
  for (const template of templates) {
    if (template.start < collection.span.start) continue;
    if (template.start >= behind) {
      if (!isBlank(text.slice(behind, template.start))) break;
      behind = template.end;
    }
    if (writes(template) && !inScalars.has(template.start)) return true;
  }
  return false;
}

/** Whether a text is white space and comments. */
const isBlank = (text: string): boolean => text.split(/[\r\n]/).every((line) => /^[ \t]*(?:#|$)/.test(line));

const writes = ({ keyword }: TemplateSpan): boolean => keyword === null || keyword === 'template';

function collectTemplates(node: YamlNode | null, found: Set<number>): void {
  if (node === null) return;
  switch (node.kind) {
    case 'scalar':
      for (const template of node.templates) found.add(node.sourceOf(template).start);
      break;
    case 'sequence':
      for (const item of node.items) collectTemplates(item, found);
      break;
    case 'map':
      for (const { key, value } of node.entries) {
        collectTemplates(key, found);
        collectTemplates(value, found);
      }
      break;
    case 'alias':
      break;
  }
}
