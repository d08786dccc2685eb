import type { ActionPlace } from '../../gotemplate/calls.ts';
import type { CatalogueEntry } from '../../kots/functions/catalogue.ts';
import { licenseFields } from '../../kots/functions/license.ts';
import { licenseFieldSummaries } from '../../kots/functions/license-fields.ts';
import type { Snapshot } from '../../session/snapshot.ts';
import type { Position, Range } from '../../text/span.ts';
import { rangeInFile } from '../document-lines.ts';
import { documentsWith, optionsOf, type PlacedOption } from './options.ts';
import { namedIn, type TemplatePlace, templatePlaceAt } from './place.ts';
import {
  functionInWords,
  functionsFor,
  installersInWords,
  licenseFieldInWords,
  optionInWords,
} from './words.ts';

/** One word that could stand at the caret in a template. */
export interface TemplateCompletionItem {
  readonly kind: 'function' | 'keyword' | 'option' | 'field' | 'value';
  /** What is offered; also what the typed text is compared with. */
  readonly label: string;
  /** A few words beside it. */
  readonly detail: string | null;
  /** Markdown. */
  readonly documentation: string | null;
  /** All of the word, or of the string without its quotes, that the caret is in. */
  readonly range: Range;
  readonly newText: string;
}

/**
 * What could be typed at a position of a template: functions, the best first; in a string that names something the
 * options of the release's Config, or fields of the licence. Null outside of templates.
 */
export function templateCompletionAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
): readonly TemplateCompletionItem[] | null {
  const found = templatePlaceAt(snapshot, path, position);
  if (found === null) return null;
  const { slice, place } = found;
  const range = rangeInFile(slice, place.span);
  if (range.start.line !== range.end.line) return [];
  return offersFor(found, snapshot).map((offer) => ({
    ...offer,
    range,
    newText:
      place.kind === 'string' ? inString(offer.label) : wordIn(slice.document.text, place, offer.label),
  }));
}

type Offer = Omit<TemplateCompletionItem, 'range' | 'newText'>;

/** A name as it stands between the quotes of a Go string. */
const inString = (name: string): string => JSON.stringify(name).slice(1, -1);

/** A word directly behind `{{repl` would be read with it by people, though not by the app manager. */
const wordIn = (text: string, { span }: ActionPlace, word: string): string =>
  text.slice(0, span.start).endsWith('{{repl') ? ` ${word}` : word;

function offersFor(found: TemplatePlace, snapshot: Snapshot): Offer[] {
  const { at, place, names } = found;
  if (place.kind === 'word') {
    const own = (entry: CatalogueEntry): boolean => entry.topic !== 'go' && entry.topic !== 'sprig';
    const functions = functionsFor(at.release.context.installers);
    return [
      ...functions.filter(own).map(functionOffer),
      ...(place.startsAction ? keywords.map(keywordOffer) : []),
      ...functions.filter(({ topic }) => topic === 'go').map(functionOffer),
      ...functions.filter(({ topic }) => topic === 'sprig').map(functionOffer),
    ];
  }
  const options = optionsOf(snapshot, at.release);
  if (names === 'config-option') return unique(options).map(optionOffer);
  if (names === 'licence-field') return fieldOffers(found, snapshot);
  return valueOffers(place, options);
}

const functionOffer = (entry: CatalogueEntry): Offer => ({
  kind: 'function',
  label: entry.name,
  detail:
    entry.topic === 'go' ? 'template language' : entry.topic === 'sprig' ? 'Sprig' : installersInWords(entry),
  documentation: functionInWords(entry).slice(0, 2).join('\n\n'),
});

const keywords = ['if', 'else', 'else if', 'end', 'with', 'range'] as const;

const keywordOffer = (label: string): Offer => ({
  kind: 'keyword',
  label,
  detail: 'template language',
  documentation: null,
});

const unique = (options: readonly PlacedOption[]): PlacedOption[] => [
  ...new Map(options.map((option) => [option.name, option])).values(),
];

const optionOffer = (option: PlacedOption): Offer => ({
  kind: 'option',
  label: option.name,
  detail: option.title ?? option.type,
  documentation: optionInWords(option).join('\n\n'),
});

/** Fields that templates of the release ask for already, but for the one that is being typed; then those of every licence. */
function fieldOffers({ at, slice, place }: TemplatePlace, snapshot: Snapshot): Offer[] {
  const used = documentsWith(snapshot, at.release, 'LicenseFieldValue').flatMap((other) =>
    namedIn(other.slice.document).flatMap(({ meaning, name, span }) => {
      const typed = other.slice.source === slice.source && span.start === place.span.start;
      return meaning === 'licence-field' && !typed && name !== '' ? [name] : [];
    }),
  );
  const own = new Map<string, string>();
  for (const name of used) own.set(name, 'used in this release');
  for (const name of fieldsOfLicenses(snapshot)) own.set(name, 'in a licence of the workspace');
  return [
    ...[...own]
      .map(([name, detail]) => ({ name, detail }))
      .filter(({ name }) => !licenseFieldSummaries.has(name)),
    ...[...licenseFieldSummaries.keys()].map((name) => ({ name, detail: 'in every licence' })),
  ].map(({ name, detail }) => ({
    kind: 'field',
    label: name,
    detail,
    documentation: licenseFieldInWords(name).join('\n\n'),
  }));
}

/** What the licences have that lie in the workspace, as vendors keep one to try their release with. */
const fieldsOfLicenses = ({ files }: Snapshot): string[] =>
  [...files.values()].flatMap((file) =>
    file.documents
      .filter(({ source }) => /^kind:[ \t]*["']?License\b/m.test(source.text))
      .flatMap(({ source }) => [...(licenseFields(source.text)?.keys() ?? [])]),
  );

/** What the second argument of a comparison can be. */
function valueOffers(place: ActionPlace, options: readonly PlacedOption[]): Offer[] {
  if (place.kind !== 'string' || place.index !== 1 || !comparisons.has(place.call.name)) return [];
  const option = options.find(({ name }) => name === place.call.args[0]?.text);
  if (option === undefined) return [];
  const choices =
    option.type === 'bool'
      ? [
          { name: '1', title: 'yes' },
          { name: '0', title: 'no' },
        ]
      : option.choices;
  return choices.map(({ name, title }) => ({
    kind: 'value',
    label: name,
    detail: title,
    documentation: null,
  }));
}

const comparisons: ReadonlySet<string> = new Set(['ConfigOptionEquals', 'ConfigOptionNotEquals']);
