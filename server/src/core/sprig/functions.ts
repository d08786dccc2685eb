import type { TemplateFunction } from '../gotemplate/value.ts';
import { charged } from './charge.ts';
import { crypto } from './crypto.ts';
import { dates } from './dates.ts';
import { dicts } from './dicts.ts';
import { encoding } from './encoding.ts';
import { flow } from './flow.ts';
import type { SprigHost } from './host.ts';
import { lists } from './lists.ts';
import { maths } from './maths.ts';
import { paths } from './paths.ts';
import { reflection } from './reflection.ts';
import { regex } from './regex.ts';
import { strings } from './strings.ts';
import { system } from './system.ts';
import { urls } from './urls.ts';
import { versions } from './versions.ts';

/** All functions of Masterminds/sprig v3.3.0, as its TxtFuncMap has them. */
export function sprigFunctions(host: SprigHost): ReadonlyMap<string, TemplateFunction> {
  return new Map(
    Object.entries({
      ...strings,
      ...lists,
      ...dicts,
      ...flow,
      ...maths,
      ...encoding,
      ...paths,
      ...regex,
      ...versions,
      ...urls,
      ...reflection,
      ...dates(host),
      ...crypto(host),
      ...system(host),
    }).map(([name, made]) => [name, charged(name, made)]),
  );
}
