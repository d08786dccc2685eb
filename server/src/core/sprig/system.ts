import { define, type Functions, fail, text } from './define.ts';
import { isAddress } from './go/address.ts';
import type { SprigHost } from './host.ts';

/** What comes from the machine that renders: its environment and its names of hosts. */
export function system(host: SprigHost): Functions {
  const variable = (name: string): string => host.environment?.get(name) ?? '';
  return {
    env: define('string', 'string', (a) => variable(text(a[0]))),
    expandenv: define('string', 'string', (a) => expanded(text(a[0]), variable)),
    getHostByName: define('string', 'string', (a) => {
      const name = text(a[0]);
      return isAddress(name) ? name : (host.addresses?.get(name) ?? fail('invalid argument to Intn'));
    }),
  };
}

/** os.Expand: `$name` and `${name}`. */
function expanded(source: string, variable: (name: string) => string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const dollar = source.indexOf('$', at);
    if (dollar < 0 || dollar + 1 >= source.length) return out + source.slice(at);
    out += source.slice(at, dollar);
    const { name, end } = nameAt(source, dollar + 1);
    if (name !== '') out += variable(name);
    // A name that is empty and took nothing leaves the dollar; wrong braces vanish.
    else if (end === dollar + 1) out += '$';
    at = end;
  }
}

function nameAt(source: string, at: number): { name: string; end: number } {
  const first = source[at] as string;
  const special = /^[*#$@!?\-0-9]$/;
  if (first === '{') {
    const inner = source[at + 1] ?? '';
    if (source[at + 2] === '}' && special.test(inner)) return { name: inner, end: at + 3 };
    const close = source.indexOf('}', at + 1);
    if (close < 0) return { name: '', end: at + 1 };
    return close === at + 1
      ? { name: '', end: at + 2 }
      : { name: source.slice(at + 1, close), end: close + 1 };
  }
  if (special.test(first)) return { name: first, end: at + 1 };
  const name = /^\w*/.exec(source.slice(at))?.[0] ?? '';
  return { name, end: at + name.length };
}
