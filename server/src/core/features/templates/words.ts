import { type CatalogueEntry, catalogue } from '../../kots/functions/catalogue.ts';
import { licenseFieldSummaries } from '../../kots/functions/license-fields.ts';
import type { Installer } from '../../release/config.ts';
import type { Templates } from '../../release/context.ts';
import { code, escaped } from '../markdown.ts';
import type { PlacedOption } from './options.ts';

const installerNames: Readonly<Record<Installer, string>> = {
  kots: 'KOTS',
  'embedded-cluster-2': 'Embedded Cluster 2',
  'embedded-cluster-3': 'Embedded Cluster 3',
  helm: 'Helm',
};

export const installersInWords = ({ installers }: CatalogueEntry): string =>
  installers.map((installer) => installerNames[installer]).join(', ');

/** What a function is, as Markdown: signature, what it does, which installers have it. */
export function functionInWords(entry: CatalogueEntry): string[] {
  const who =
    entry.topic === 'go'
      ? 'A function of the template language.'
      : entry.topic === 'sprig'
        ? 'A function of Sprig, in every installer.'
        : `In ${installersInWords(entry)}.`;
  return [`\`\`\`text\n${entry.signature}\n\`\`\``, escaped(entry.summary), who];
}

/** Whether what an option holds is not for the screen. */
export const isSecret = ({ type }: PlacedOption): boolean => type === 'password';

/** What an option of the Config is, as Markdown. */
export function optionInWords(option: PlacedOption): string[] {
  const kind = [
    `option ${code(option.name)}`,
    ...(option.type === null ? [] : [escaped(option.type)]),
    ...(option.group === null ? [] : [`in ${escaped(option.group)}`]),
  ].join(', ');
  const title = option.title === null || option.title === '' ? '' : `**${escaped(option.title)}** · `;
  const line = (name: string, text: string | null): string[] =>
    text === null || text === '' ? [] : [`**${name}:** ${code(short(text))}`];
  const ofPassword = (text: string | null): string | null => (isSecret(option) ? null : text);
  return [
    title + kind,
    ...(option.help === null || option.help === '' ? [] : [escaped(option.help)]),
    ...(option.choices.length === 0
      ? []
      : [`**Choices:** ${option.choices.map(({ name }) => code(name)).join(', ')}`]),
    ...line('Default', ofPassword(option.default)),
    ...line('Set to', ofPassword(option.value)),
    ...line('Shown when', option.when),
  ];
}

/** What a field of the licence is, as Markdown. */
export function licenseFieldInWords(name: string): string[] {
  const summary = licenseFieldSummaries.get(name);
  return summary === undefined
    ? [`**Licence field** ${code(name)}`, 'A field of your own; empty in a licence that does not have it.']
    : [`**Licence field** ${code(name)}, in every licence`, escaped(summary)];
}

/** As much of a value as a hover has room for. */
const longest = 120;
const short = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** What an expression of a template gives, as Markdown; null where it cannot be worked out by itself. */
export function valueInWords(expression: string, templates: Templates | undefined): string | null {
  // What a template has set before, and what it ranges over, is not there when an expression stands alone.
  if (templates === undefined || /\$|(?:^|[\s(])\./.test(withoutStrings(expression))) return null;
  const { text, error, unknown } = templates.attempt(`repl{{ ${expression} }}`);
  if (error !== null) return null;
  if (unknown.length > 0)
    return `**Value:** not known before it is installed: ${unknown.map(code).join(', ')}`;
  const shown = text === '' ? 'empty' : code(short(text));
  return `**Value:** ${shown} (${installationInWords(templates.installation)})`;
}

const withoutStrings = (expression: string): string =>
  expression.replaceAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/g, '""');

function installationInWords({
  installer,
  airgap,
  localRegistry,
  customer,
}: Templates['installation']): string {
  const registry = localRegistry === null ? '' : `, registry ${escaped(localRegistry.host)}`;
  const values = customer?.configValues === undefined ? '' : ', the chosen config values';
  return `${installerNames[installer]}, ${airgap ? 'air gap' : 'online'}${registry}${values}`;
}

/** The functions that a release may call: those that one of its installers has. */
export const functionsFor = (installers: readonly Installer[]): CatalogueEntry[] =>
  [...catalogue.values()].filter(
    (entry) =>
      installers.every((installer) => installer === 'helm') ||
      entry.installers.some((installer) => installers.includes(installer)),
  );
