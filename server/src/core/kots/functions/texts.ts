import { fromBytes, toBytes } from '../../gotemplate/bytes.ts';
import { FunctionError, sizedInt, stringList } from '../../gotemplate/value.ts';
import { count, define, type Functions, given, text } from '../../sprig/define.ts';
import { base64, decodeBase64 } from '../../sprig/go/base64.ts';
import { parseInt64, parseUint64, readFloat64 } from '../../sprig/go/numbers.ts';
import { lower, trimSet, trimSpace, upper } from '../../sprig/go/runes.ts';
import { goBool } from '../layers/go-bool.ts';
import { floatOf } from './arithmetic.ts';
import { humanSize } from './human-size.ts';
import { yamlEscape } from './yaml-escape.ts';

/**
 * What the app manager can do with texts without asking anybody (KOTS, pkg/template/static_context.go). Its parsers
 * give what Go's give beside an error: 0, or the number that is nearest.
 */
export const texts: Functions = {
  ToLower: define('string', 'string', (a) => lower(text(a[0]))),
  ToUpper: define('string', 'string', (a) => upper(text(a[0]))),
  TrimSpace: define('string', 'string', (a) => trimSpace(text(a[0]))),
  Trim: define('string ...string', 'string', (a) =>
    a.length < 2 ? trimSpace(text(a[0])) : trimSet(text(a[0]), text(a[1])),
  ),
  Split: define('string string', 'strings', (a, context) => {
    const [whole, by] = [text(a[0]), text(a[1])];
    context.charge(whole.length);
    return stringList(by === '' ? [...whole] : whole.split(by));
  }),
  UrlEncode: define('string', 'string', (a) => queryEscaped(text(a[0]))),
  Base64Encode: define('string', 'string', (a) => base64(toBytes(text(a[0])))),
  Base64Decode: define('string', 'string', (a) => decodedOrEmpty(text(a[0]))),
  ParseBool: define('string', 'bool', (a) => goBool(text(a[0]), false) ?? false),
  ParseFloat: define('string', 'float64', (a) => readFloat64(text(a[0])).value),
  ParseInt: define('string ...int', 'int64', (a) =>
    sizedInt('int64', parseInt64(text(a[0]), a.length < 2 ? 10 : count(a[1])).value),
  ),
  ParseUint: define('string ...int', 'uint64', (a) =>
    sizedInt('uint64', parseUint64(text(a[0]), a.length < 2 ? 10 : count(a[1])).value),
  ),
  HumanSize: define('any', 'string', (a) => humanSize(floatOf(given(a, 0)))),
  YamlEscape: define('string', 'string', (a) => yamlEscape(text(a[0]))),
};

/** What base64 stands for; '' for what is none. */
export function decodedOrEmpty(encoded: string): string {
  try {
    return fromBytes(decodeBase64(toBytes(encoded)));
  } catch (error) {
    if (error instanceof FunctionError) return '';
    throw error;
  }
}

/** url.QueryEscape: all but letters, digits and `-_.~` by their bytes, a space as a plus. */
function queryEscaped(whole: string): string {
  let out = '';
  for (const byte of toBytes(whole)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) out += character;
    else out += byte === 32 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
