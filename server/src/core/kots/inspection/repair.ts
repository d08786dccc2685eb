import { parseTemplate } from '../../gotemplate/parse.ts';
import { scanTemplates } from '../../gotemplate/scan.ts';
import type { TemplateSpan } from '../../gotemplate/span.ts';
import type { TemplatePlace } from '../../manifest/mask.ts';
import { minimalEdit, type TextEdit } from '../../text/edit.ts';

/** Longer actions are not written by hand. */
const LONGEST = 2000;

/**
 * The edit after which an action can be read, for the usual slips: quotes that are none, or stand as YAML would have
 * them; a quote, parenthesis or `}}` too few; a pipe into nothing. Null where none of them is it.
 * @param place where the action stands
 */
export function repairOf(text: string, action: TemplateSpan, place: TemplatePlace): TextEdit | null {
  const end = writtenEnd(text, action, place);
  const written = text.slice(action.start, end);
  if (written.length > LONGEST) return null;
  const straight = straightened(written, place);
  const repaired = [written, straight]
    .flatMap((one) => [one, ...completed(one, place)])
    .find((one) => one !== written && isReadable(one, action.delimiter));
  return repaired === undefined ? null : minimalEdit(written, repaired, action.start);
}

/** Where an action ends that nothing closes: before the quote that closes the value it stands in. */
export function writtenEnd(text: string, action: TemplateSpan, place: TemplatePlace): number {
  if (action.terminated) return action.end;
  const quote = place === 'single' ? "'" : place === 'double' ? '"' : '';
  const written = text.slice(action.start, action.end).trimEnd();
  return action.start + written.length - (quote !== '' && written.endsWith(quote) ? 1 : 0);
}

/** Inside double quotes of YAML, a text of the template language stands in backquotes. */
const markFor = (place: TemplatePlace): string => (place === 'double' ? '`' : '"');

/** With quotes that the template language knows. */
function straightened(action: string, place: TemplatePlace): string {
  const mark = markFor(place);
  return action
    .replace(/\\"/g, mark)
    .replace(/[“”„‟«»]/g, mark)
    .replace(/[‘’‚‛]([^‘’‚‛'"`{}]*)[‘’‚‛]/g, `${mark}$1${mark}`)
    .replace(place === 'single' ? /''([^'"`{}]*)''/g : /'([^'"`{}]*)'/g, `${mark}$1${mark}`);
}

/** With what may have been left out. */
function completed(action: string, place: TemplatePlace): string[] {
  const close = /\s*-?\}\}$/.exec(action)?.[0];
  if (close === undefined) {
    const open = action.trimEnd().replace(/\}$/, '').trimEnd();
    return [`${open} }}`, ...withMore(open, ' }}', place)];
  }
  const open = action.slice(0, -close.length);
  return [...withMore(open, close, place), open.replace(/\s*\|\s*$/, '') + close];
}

const withMore = (open: string, close: string, place: TemplatePlace): string[] => [
  `${open}${markFor(place)}${close}`,
  `${open})${close}`,
  `${open}))${close}`,
];

/** Whether a text is one action that Go can read, apart from what only its neighbours can tell. */
function isReadable(action: string, delimiter: TemplateSpan['delimiter']): boolean {
  const [only, ...more] = scanTemplates(action);
  if (only === undefined || more.length > 0 || !only.terminated) return false;
  if (only.start !== 0 || only.end !== action.length) return false;
  const { problems } = parseTemplate('', action, {
    delims: { left: delimiter, right: '}}' },
    functions: 'any',
  });
  return problems.every(
    ({ code, message }) =>
      code === 'unknown-variable' ||
      message === 'unexpected EOF' ||
      /^unexpected \{\{(?:end|else)\}\}$/.test(message),
  );
}
