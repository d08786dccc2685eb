import { FunctionError, type MapValue, map } from '../gotemplate/value.ts';
import { define, dictionary, type Functions, fail, failNil, text } from './define.ts';
import { hostname, parseUrl, type Url, writeUrl } from './go/url.ts';
import { goKind } from './reflection.ts';

function parsed(raw: string, complaint: string): Url {
  try {
    return parseUrl(raw);
  } catch (error) {
    if (error instanceof FunctionError) return fail(`${complaint}: ${error.message}`);
    throw error;
  }
}

function partOf(parts: MapValue, key: string): string {
  const value = parts.entries.get(key);
  if (value === undefined) return '';
  if (value === null) return failNil();
  if (typeof value === 'string') return value;
  return fail(`unable to parse ${key} key, must be of type string, but ${goKind(value)} found`);
}

export const urls: Functions = {
  urlParse: define('string', 'dict', (a) => {
    const url = parsed(text(a[0]), 'unable to parse url');
    return map([
      ['scheme', url.scheme],
      ['host', url.host],
      ['hostname', hostname(url.host)],
      ['path', url.path],
      ['query', url.query],
      ['opaque', url.opaque],
      ['fragment', url.fragment],
      ['userinfo', url.user ?? ''],
    ]);
  }),
  urlJoin: define('dict', 'string', (a) => {
    const parts = dictionary(a[0]);
    const part = (key: string): string => partOf(parts, key);
    const url = {
      scheme: part('scheme'),
      host: part('host'),
      path: part('path'),
      query: part('query'),
      opaque: part('opaque'),
      fragment: part('fragment'),
    };
    const userinfo = part('userinfo');
    const user =
      userinfo === '' ? null : parsed(`proto://${userinfo}@host`, 'unable to parse userinfo in dict').user;
    return writeUrl({ ...url, user });
  }),
};
