import { randomFrom } from '../../support/random.ts';
import type { KotsCase } from './case.ts';

type Random = (limit: number) => number;
type Kind = 'text' | 'truth' | 'number' | 'float';

/** Texts of a release: several actions, nested calls, both pairs of marks, one inside what the other writes. */
export function generated(seed: number, count: number): KotsCase[] {
  const random = randomFrom(seed);
  const contexts = [
    'online',
    'entered',
    'local',
    'localBare',
    'chain',
    'custom',
    'customVersion',
    'airgap',
    'noSlug',
  ];
  const cases = new Map<string, KotsCase>();
  while (cases.size < count) {
    const context = pick(random, contexts);
    const text = template(random, 0);
    cases.set(`${context} ${text}`, { context, text });
  }
  return [...cases.values()];
}

const pick = <T>(random: Random, items: readonly T[]): T => items[random(items.length)] as T;

function template(random: Random, depth: number): string {
  let text = '';
  for (let parts = 1 + random(3); parts > 0; parts--)
    text += pick(random, ['', 'a: ', '-', ' # c ', "'", '\n  ', 'é']) + action(random, depth);
  return text;
}

function action(random: Random, depth: number): string {
  const isFirst = random(2) === 0;
  const mark = (inside: string): string => {
    const dash = random(8) === 0 ? '- ' : ' ';
    return isFirst ? `{{repl${dash}${inside} }}` : `repl{{${dash}${inside} }}`;
  };
  if (depth < 2)
    switch (random(9)) {
      case 0:
        return `${mark(`if ${value(random, 'truth', 2)}`)}${template(random, depth + 1)}${mark('else')}${template(random, depth + 1)}${mark('end')}`;
      case 1:
        return (
          mark(`range $i, $e := Split ${value(random, 'text', 2)} ","`) +
          mark('$i') +
          mark('$e | ToUpper') +
          mark('end')
        );
      case 2:
        return mark(`with ${value(random, 'text', 2)}`) + mark('.') + mark('else') + mark('end');
      case 3:
        return `{{repl print "repl{{ " "${pick(random, ['Namespace', 'VersionLabel', 'IsAirgap', 'LocalRegistryHost'])}" " }}" }}`;
    }
  return mark(value(random, pick(random, ['text', 'text', 'text', 'truth', 'number', 'float']), 3));
}

const options = [
  'host',
  'port',
  'tls',
  'off',
  'cert',
  'image',
  'first',
  'url',
  'third',
  'file',
  'gone',
  'nobody',
];
const fields = [
  'seats',
  'edition',
  'sso',
  'nothing',
  'isGitOpsSupported',
  'customerName',
  'endpoint',
  'none',
];
const images = [
  ...['nginx', 'nginx:1.27', 'quay.io/acme/api:1', 'registry.replicated.com/acme-app/api', 'acme/web:2'],
  ...['proxy.replicated.com/proxy/acme-app/a:1', 'Bad Image'],
];

function value(random: Random, kind: Kind, depth: number): string {
  const inner = (of: Kind): string => (depth > 0 ? `(${value(random, of, depth - 1)})` : leaf(random, of));
  const quoted = (items: readonly string[]): string => JSON.stringify(pick(random, items));
  if (depth === 0) return leaf(random, kind);
  switch (kind) {
    case 'text':
      return pick<() => string>(random, [
        () =>
          `${pick(random, ['ToUpper', 'ToLower', 'TrimSpace', 'Trim', 'UrlEncode', 'Base64Encode'])} ${inner('text')}`,
        () =>
          `${inner('text')} | ${pick(random, ['ToUpper', 'Base64Encode', 'quote', 'nindent 4', 'trunc 9', 'UrlEncode'])}`,
        () => `Base64Decode (Base64Encode ${inner('text')})`,
        () => `ConfigOption ${quoted(options)}`,
        () => `ConfigOptionData ${quoted(options)} | YamlEscape`,
        () => `LicenseFieldValue ${quoted(fields)}`,
        () => `LocalImageName ${quoted(images)}`,
        () => `LocalImageName (ConfigOption ${quoted(['image', 'host', 'nobody'])})`,
        () => `${inner('truth')} | ternary ${inner('text')} ${inner('text')}`,
        () => `printf "%s/%v:%d" ${inner('text')} ${inner('truth')} ${inner('number')}`,
        () => `print ${inner('text')} ${inner('number')} ${inner('float')}`,
        () => `HumanSize ${inner(pick(random, ['number', 'float']))}`,
        () => `default ${inner('text')} ${inner('text')}`,
        () => `join "+" (Split ${inner('text')} ${quoted([',', '', 'a', '/', '.'])})`,
      ])();
    case 'truth':
      return pick<() => string>(random, [
        () => `ConfigOptionEquals ${quoted(options)} ${quoted(['1', '0', '', 'db.corp', '443'])}`,
        () => `ConfigOptionNotEquals ${quoted(options)} ${inner('text')}`,
        () => `ParseBool ${inner('text')}`,
        () => `eq ${inner('text')} ${inner('text')}`,
        () => `${pick(random, ['and', 'or'])} ${inner('truth')} ${inner('truth')}`,
        () => `not ${inner('truth')}`,
        () => `gt ${inner('number')} ${inner('number')}`,
        () => `LicenseFieldValue ${quoted(fields)} | ParseBool`,
      ])();
    case 'number':
      return pick<() => string>(random, [
        () => `${pick(random, ['Add', 'Sub', 'Mult'])} ${inner('number')} ${inner('number')}`,
        () => `Div ${inner('number')} ${pick(random, ['2', '3', '-7', inner('number')])}`,
        () => `ParseInt ${inner('text')}`,
        () => `ParseInt (LicenseFieldValue "seats")`,
        () => `ConfigOption "port" | ParseInt`,
        () => `Sequence | Add ${inner('number')}`,
      ])();
    case 'float':
      return pick<() => string>(random, [
        () => `${pick(random, ['Add', 'Sub', 'Mult', 'Div'])} ${inner('float')} ${inner('number')}`,
        () => `ParseFloat ${inner('text')}`,
        () => `Mult ${inner('number')} ${inner('float')}`,
      ])();
  }
}

function leaf(random: Random, kind: Kind): string {
  switch (kind) {
    case 'text':
      return pick(random, [
        '"a,b"',
        '"Straße"',
        '" x "',
        '""',
        '"12"',
        'Namespace',
        'VersionLabel',
        'ChannelName',
        'LocalRegistryAddress',
      ]);
    case 'truth':
      return pick(random, ['true', 'false', 'HasLocalRegistry', 'IsAirgap', 'IsRequired']);
    case 'number':
      return pick(random, ['0', '1', '-3', '42', '1000000', 'Sequence']);
    case 'float':
      return pick(random, ['0.5', '-2.25', '1e3', '1e21', '3.0']);
  }
}
