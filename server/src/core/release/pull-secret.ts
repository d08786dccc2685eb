import type { TextEdit } from '../text/edit.ts';
import { asMap, asSequence, type Found, get, isNull, itemsOf, textAt } from './tree.ts';

/**
 * The edit that adds a pull secret to a pod specification, in the style that it is written in; null where it has the
 * secret already or stands behind an alias.
 * @param text of the document
 * @param secret its name, which must need no quotes unless `written` has them
 */
export function secretEdit(
  podSpec: Found,
  text: string,
  secret: string,
  newline: string,
  written = secret,
): TextEdit | null {
  const spec = asMap(podSpec);
  if (spec === null || spec.via !== null) return null;
  const existing = asSequence(get(spec, 'imagePullSecrets'));
  if (existing !== null) {
    if (existing.via !== null || itemsOf(existing).some((item) => textAt(item, 'name') === secret))
      return null;
    const at = existing.node.span.start;
    return existing.node.flow
      ? insert(at + 1, `{name: ${written}}${existing.node.items.length === 0 ? '' : ', '}`)
      : insert(at, `- name: ${written}${newline}${indentAt(text, at)}`);
  }
  const own = spec.node.entries.find(({ key }) => key.text === 'imagePullSecrets');
  if (own !== undefined) {
    // The key must not stand there twice: what is empty is filled, anything else is left alone.
    const value = own.value;
    if (value === null) {
      const colon = text.indexOf(':', own.key.span.end);
      return colon === -1 ? null : insert(colon + 1, ` [{name: ${written}}]`);
    }
    return value.kind === 'scalar' && isNull(value)
      ? { span: value.content, newText: `[{name: ${written}}]` }
      : null;
  }
  const at = spec.node.span.start;
  if (spec.node.flow) return insert(at + 1, `imagePullSecrets: [{name: ${written}}], `);
  const indent = indentAt(text, at);
  return insert(at, `imagePullSecrets:${newline}${indent}- name: ${written}${newline}${indent}`);
}

const insert = (at: number, newText: string): TextEdit => ({ span: { start: at, end: at }, newText });

/** As much white space as stands, or would stand, before an offset on its line. */
export function indentAt(text: string, at: number): string {
  const start = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  return ' '.repeat(at - start);
}
