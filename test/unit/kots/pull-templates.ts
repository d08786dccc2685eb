import { type Plain, plainAt, textAt } from '../../../server/src/core/manifest/plain.ts';

/** As much of the app manager's template language as its pull cases use. */
export function pullTemplates(files: {
  readonly license: Plain;
  readonly config: Plain;
  readonly configValues: Plain;
  readonly dockerConfig: string;
}): (path: string, text: string) => string | { readonly error: string } {
  const option = (name: string): string => {
    const entered = plainAt(files.configValues, 'spec', 'values', name);
    const value = textAt(entered, 'value') || textAt(entered, 'default');
    return value === '' ? defaultOf(files.config, name) : value;
  };
  const call = (words: readonly string[]): string => {
    const [word = '', first = '', second = ''] = words;
    switch (word) {
      case 'LicenseDockerCfg':
        return Buffer.from(files.dockerConfig).toString('base64');
      case 'LicenseFieldValue':
        return licenseField(files.license, unquoted(first));
      case 'ConfigOption':
        return option(unquoted(first));
      case 'ConfigOptionEquals':
        return String(option(unquoted(first)) === unquoted(second));
      default:
        if (word.startsWith('"')) return unquoted(word);
        throw new Error(`function ${JSON.stringify(word)} not defined`);
    }
  };
  const pipe = (value: string, [word, first = '', second = '']: readonly string[]): string => {
    if (word === 'nindent') return `\n${value.replace(/^/gm, ' '.repeat(Number(first)))}`;
    if (word === 'replace') return value.replaceAll(unquoted(first), unquoted(second));
    throw new Error(`function ${JSON.stringify(word)} not defined`);
  };
  const action = (source: string): string => {
    const [head = '', ...rest] = source.split('|').map((part) => part.trim());
    return rest.reduce((value, part) => pipe(value, wordsOf(part)), call(wordsOf(head)));
  };
  return (_path, text) => {
    try {
      return text
        .replace(/\{\{repl\s+(.*?)\s*\}\}/g, (_, source: string) => action(source))
        .replace(/repl\{\{\s*(.*?)\s*\}\}/g, (_, source: string) => action(source));
    } catch (error) {
      return { error: String(error) };
    }
  };
}

const wordsOf = (text: string): string[] => text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
const unquoted = (text: string): string => JSON.parse(text) as string;

function licenseField(license: Plain, name: string): string {
  const own = plainAt(license, 'spec', name === 'licenseId' ? 'licenseID' : name);
  if (name === 'signature') return Buffer.from(String(own), 'base64').toString();
  if (own !== undefined) return String(own);
  if (/^is[A-Z]/.test(name)) return 'false';
  return String(plainAt(license, 'spec', 'entitlements', name, 'value') ?? '');
}

function defaultOf(config: Plain, name: string): string {
  const groups = (plainAt(config, 'spec', 'groups') ?? []) as readonly Plain[];
  const items = groups.flatMap((group) => (plainAt(group, 'items') ?? []) as readonly Plain[]);
  return textAt(items.find((item) => textAt(item, 'name') === name) ?? null, 'default');
}
