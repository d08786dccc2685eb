import { catalogue } from '../../kots/functions/catalogue.ts';
import type { Scenario } from '../../kots/scenario.ts';
import type { Templates } from '../../release/context.ts';
import type { ReleaseFile, Snapshot } from '../../session/snapshot.ts';
import type { Position, Range, Span } from '../../text/span.ts';
import { templatesUnder } from '../deployed.ts';
import { rangeInFile } from '../document-lines.ts';
import { code } from '../markdown.ts';
import { optionNamedAt, optionsOf } from './options.ts';
import { templatePlaceAt } from './place.ts';
import { functionInWords, isSecret, licenseFieldInWords, optionInWords, valueInWords } from './words.ts';

/** What is said of a word in a template. */
export interface TemplateHover {
  /** Markdown. */
  readonly markdown: string;
  readonly range: Range;
}

/**
 * What a function, an option of the Config or a field of the licence is, and what comes out of it with the release's
 * installation. Null where none is named.
 * @param changes what is different from the release's default scenario
 */
export function templateHoverAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  changes?: Partial<Scenario>,
): TemplateHover | null {
  const option = optionNamedAt(snapshot, path, position);
  if (option !== null) {
    const { slice, span, name, at } = option;
    return {
      markdown: aboutOption(snapshot, at, name, templatesUnder(at.release.context, changes)),
      range: rangeInFile(slice, span),
    };
  }
  const found = templatePlaceAt(snapshot, path, position);
  if (found === null) return null;
  const { at, slice, place, names } = found;
  const templates = templatesUnder(at.release.context, changes);
  const hover = (lines: readonly (string | null)[], span: Span): TemplateHover => ({
    markdown: lines.filter((line) => line !== null).join('\n\n'),
    range: rangeInFile(slice, span),
  });
  if (place.kind === 'string')
    return names === 'licence-field'
      ? hover([...licenseFieldInWords(place.text), licenseValue(place.text, templates)], place.span)
      : null;
  const entry = place.call === null ? undefined : catalogue.get(place.call.name);
  if (entry === undefined || place.call === null) return null;
  const { start, end } = place.call.expression;
  const expression = slice.document.text.slice(start, end);
  const secret =
    givesSecret.test(expression) ||
    optionsOf(snapshot, at.release).some((each) => isSecret(each) && expression.includes(each.name));
  const value = secret ? null : valueInWords(expression, templates);
  return hover([...functionInWords(entry), value], place.span);
}

function aboutOption(
  snapshot: Snapshot,
  { release }: ReleaseFile,
  name: string,
  templates: Templates | undefined,
): string {
  const declared = optionsOf(snapshot, release).filter((option) => option.name === name);
  const value = valueInWords(`ConfigOption ${JSON.stringify(name)}`, templates);
  const [first] = declared;
  if (first === undefined) return aboutStranger(name, optionsOf(snapshot, release).length > 0, templates);
  return [...optionInWords(first), ...(value === null || isSecret(first) ? [] : [value])].join('\n\n');
}

/** What is said of an option that no item of a Config has for its name. */
function aboutStranger(name: string, hasConfig: boolean, templates: Templates | undefined): string {
  const names = templates?.optionNames() ?? null;
  if (names?.has(name)) return `${code(name)} is a copy of an option that can be repeated.`;
  return names === null && hasConfig
    ? `The Config does not ask for an option ${code(name)}, unless a template in it does.`
    : `No Config of this release asks for an option ${code(name)}, so it is empty when installed.`;
}

/** What signs in somewhere is not for the screen, whatever is made of it. */
const givesSecret = /LicenseDockerCfg|LocalRegistryImagePullSecret|licenseI[Dd]|signature/;

const licenseValue = (name: string, templates: Templates | undefined): string | null =>
  givesSecret.test(name) ? null : valueInWords(`LicenseFieldValue ${JSON.stringify(name)}`, templates);
