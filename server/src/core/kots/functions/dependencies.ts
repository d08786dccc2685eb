import type { TemplateFunction } from '../../gotemplate/value.ts';
import { define, text } from '../../sprig/define.ts';
import type { ConfigItem } from './config-items.ts';
import { hasTemplates } from './passes.ts';
import { renderKots } from './render.ts';

/**
 * The order in which the app manager renders the options of a Config, so that each is rendered behind those that it
 * asks about, or why there is none: it then refuses the version.
 */
export type RenderOrder =
  | { readonly ok: true; readonly items: readonly ConfigItem[] }
  /** Circular: what is left over. */
  | { readonly ok: false; readonly items: readonly ConfigItem[]; readonly problem: string };

/**
 * Orders options (depgraph.go and newConfigContext in KOTS, pkg/template). What nobody defines is waited for only at
 * the very start: a Config of which every option asks about something counts as circular.
 * @param items each name once
 */
export function renderOrder(items: readonly ConfigItem[]): RenderOrder {
  const waiting = dependenciesOf(items);
  const known = new Map(items.map((item) => [item.name, item]));
  const ordered: ConfigItem[] = [];
  for (let first = true; waiting.size > 0; first = false) {
    const ready = [...waiting].filter(([, needed]) => needed.size === 0).map(([name]) => name);
    if (ready.length === 0) return { ok: false, items: ordered, problem: circleOf(waiting) };
    if (first) for (const needed of waiting.values()) drop(needed, (name) => !known.has(name));
    for (const name of ready) {
      waiting.delete(name);
      for (const needed of waiting.values()) needed.delete(name);
      const item = known.get(name);
      if (item !== undefined) ordered.push(item);
    }
  }
  return { ok: true, items: ordered };
}

type Dependencies = Map<string, Set<string>>;

function drop(names: Set<string>, unless: (name: string) => boolean): void {
  for (const name of [...names]) if (unless(name)) names.delete(name);
}

const circleOf = (waiting: Dependencies): string =>
  `no config options exist with 0 dependencies - ${[...waiting]
    .map(([name, needed]) => {
      const names = [...needed].map((one) => JSON.stringify(one)).join(', ');
      return `${JSON.stringify(name)} depends on ${names}`;
    })
    .join('; ')}`;

/** Which options and certificates templates ask about, as they are come to when the templates are executed. */
interface Asked {
  readonly options: Set<string>;
  readonly certificates: Set<string>;
  readonly keys: Set<string>;
  readonly authorities: Set<string>;
  /** Authority and certificate, as one name. */
  readonly signed: Set<string>;
  readonly signedKeys: Set<string>;
  readonly keyAuthorities: Set<string>;
}

function dependenciesOf(items: readonly ConfigItem[]): Dependencies {
  const asked = new Map(items.map((item) => [item.name, askedBy(item)]));
  const providers = (of: keyof Asked, name: string): string[] =>
    [...asked].filter(([, one]) => one[of].has(name)).map(([item]) => item);
  return new Map(
    [...asked].map(([name, one]) => {
      const needed = new Set(one.options);
      const others = [
        ...[...one.keys].flatMap((key) => providers('certificates', key)),
        ...[...one.keyAuthorities].flatMap((authority) => providers('authorities', authority)),
        ...[...one.signedKeys].flatMap((key) => providers('signed', key)),
      ];
      for (const other of others) if (other !== name) needed.add(other);
      return [name, needed];
    }),
  );
}

/** Calls that are looked for by their letters where a template cannot be executed without all functions. */
const calls =
  /(?:ConfigOption|ConfigOptionIndex|ConfigData|ConfigOptionFilename|ConfigOptionEquals|ConfigOptionNotEquals) +"[^"]+"/g;

function askedBy(item: ConfigItem): Asked {
  const asked: Asked = {
    options: new Set(),
    certificates: new Set(),
    keys: new Set(),
    authorities: new Set(),
    signed: new Set(),
    signedKeys: new Set(),
    keyAuthorities: new Set(),
  };
  const functions = recorders(asked);
  for (const template of [item.fallback, item.value]) {
    if (!hasTemplates(template)) continue;
    if (renderKots(item.name, template, functions).error === null) continue;
    const found = [...template.matchAll(calls)].map(([call]) => `repl{{ ${call} }}`);
    renderKots(item.name, found.join(' '), functions);
  }
  return asked;
}

/** Functions that only write down what they are asked about, and give its name. */
function recorders(asked: Asked): ReadonlyMap<string, TemplateFunction> {
  const one = (set: Set<string>): TemplateFunction =>
    define('string ...string', 'string', (a) => {
      set.add(text(a[0]));
      return text(a[0]);
    });
  const signed = (pairs: Set<string>, authorities?: Set<string>): TemplateFunction =>
    define('string string ...string', 'string', (a) => {
      authorities?.add(text(a[0]));
      pairs.add(text(a[0]) + text(a[1]));
      return text(a[1]);
    });
  const option = one(asked.options);
  return new Map([
    ['ConfigOption', option],
    ['ConfigOptionIndex', option],
    ['ConfigOptionData', option],
    ['ConfigOptionFilename', option],
    ['ConfigOptionEquals', option],
    ['ConfigOptionNotEquals', option],
    ['TLSCert', one(asked.certificates)],
    ['TLSKey', one(asked.keys)],
    ['TLSCACert', one(asked.authorities)],
    ['TLSCertFromCA', signed(asked.signed)],
    ['TLSKeyFromCA', signed(asked.signedKeys, asked.keyAuthorities)],
  ]);
}
