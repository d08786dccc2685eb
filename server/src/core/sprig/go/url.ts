import { fromBytes, toBytes } from '../../gotemplate/bytes.ts';
import { quote } from '../../gotemplate/quote.ts';
import { FunctionError } from '../../gotemplate/value.ts';

/** Go's net/url, as far as Sprig shows it. */
export interface Url {
  readonly scheme: string;
  readonly opaque: string;
  /** As it is written in URLs; null where there is none. */
  readonly user: string | null;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

type Part = 'host' | 'zone' | 'path' | 'user' | 'fragment';

/** What each part may hold beside letters and digits. */
const allowed: Readonly<Record<Part, string>> = {
  host: '-_.~!$&\'()*+,;=:[]<>"',
  zone: '-_.~!$&\'()*+,;=:[]<>"',
  path: '-_.~$&+,/:;=@',
  user: '-_.~$&+,;=',
  fragment: '-_.~$&+,/:;=?@!()*',
};

const mayStand = (byte: number, part: Part): boolean => {
  const letter = String.fromCharCode(byte);
  return byte < 0x80 && (/[0-9A-Za-z]/.test(letter) || allowed[part].includes(letter));
};

function encodeIn(text: string, part: Part): string {
  let out = '';
  for (const byte of toBytes(text))
    out += mayStand(byte, part)
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return out;
}

const wrong = (message: string): never => {
  throw new FunctionError(message);
};

function decodeIn(text: string, part: Part): string {
  const bytes = toBytes(text);
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === 0x25) {
      const digits = String.fromCharCode(...bytes.slice(i + 1, i + 3));
      if (!/^[0-9a-fA-F]{2}$/.test(digits))
        wrong(`invalid URL escape ${quote(fromBytes(bytes.slice(i, i + 3)))}`);
      const value = Number.parseInt(digits, 16);
      const refused =
        (part === 'host' && value < 0x80) || (part === 'zone' && value !== 0x20 && !mayStand(value, 'host'));
      if (refused && digits !== '25') wrong(`invalid URL escape ${quote(`%${digits}`)}`);
      out.push(value);
      i += 2;
    } else {
      if ((part === 'host' || part === 'zone') && byte < 0x80 && !mayStand(byte, part))
        wrong(`invalid character ${quote(String.fromCharCode(byte))} in host name`);
      out.push(byte);
    }
  }
  return fromBytes(Uint8Array.from(out));
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** url.Parse; fails with its words. */
export function parseUrl(raw: string): Url {
  const [main, fragment] = cut(raw, '#');
  const within = <T>(named: string, attempt: () => T): T => {
    try {
      return attempt();
    } catch (error) {
      if (error instanceof FunctionError) return wrong(`parse ${quote(named)}: ${error.message}`);
      throw error;
    }
  };
  const url = within(main, () => parseMain(main));
  return { ...url, fragment: within(raw, () => decodeIn(fragment, 'fragment')) };
}

function parseMain(raw: string): Url {
  const nothing: Url = { scheme: '', opaque: '', user: null, host: '', path: '', query: '', fragment: '' };
  if (/[\0-\x1f\x7f]/.test(raw)) wrong('net/url: invalid control character in URL');
  if (raw === '*') return { ...nothing, path: '*' };
  if (raw.startsWith(':')) wrong('missing protocol scheme');
  const named = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(raw);
  const scheme = named === null ? '' : (named[1] as string).toLowerCase();
  let [rest, query] = cut(named === null ? raw : raw.slice(named[0].length), '?');
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...nothing, scheme, opaque: rest, query };
    if (cut(rest, '/')[0].includes(':')) wrong('first path segment in URL cannot contain colon');
  }
  let user: string | null = null;
  let host = '';
  if (rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash < 0 ? '' : rest.slice(slash);
    const at = authority.lastIndexOf('@');
    host = parseHost(scheme, authority.slice(at + 1));
    if (at >= 0) user = parseUser(authority.slice(0, at));
  }
  return { ...nothing, scheme, user, host, path: decodeIn(rest, 'path'), query };
}

function parseUser(userinfo: string): string {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) wrong('net/url: invalid userinfo');
  const colon = userinfo.indexOf(':');
  if (colon < 0) return encodeIn(decodeIn(userinfo, 'user'), 'user');
  const name = decodeIn(userinfo.slice(0, colon), 'user');
  return `${encodeIn(name, 'user')}:${encodeIn(decodeIn(userinfo.slice(colon + 1), 'user'), 'user')}`;
}

function checkPort(port: string): void {
  if (port !== '' && !/^:[0-9]*$/.test(port)) wrong(`invalid port ${quote(port)} after host`);
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) wrong('invalid IP-literal');
  if (open === 0) {
    const close = host.lastIndexOf(']');
    if (close < 0) wrong("missing ']' in host");
    const port = host.slice(close + 1);
    checkPort(port);
    const name = host.slice(1, close);
    const zone = name.indexOf('%25');
    const plain =
      zone < 0
        ? decodeIn(name, 'host')
        : decodeIn(name.slice(0, zone), 'host') + decodeIn(name.slice(zone), 'zone');
    if (!plain.includes(':')) wrong('invalid IP-literal');
    return `[${plain}]${decodeIn(port, 'host')}`;
  }
  const first = host.indexOf(':');
  if (first >= 0) {
    const strict = scheme === 'http' || scheme === 'https';
    checkPort(host.slice(strict ? first : host.lastIndexOf(':')));
  }
  return decodeIn(host, 'host');
}

/** URL.Hostname: without port and brackets. */
export function hostname(host: string): string {
  const colon = host.lastIndexOf(':');
  const bare = colon >= 0 && /^:[0-9]*$/.test(host.slice(colon)) ? host.slice(0, colon) : host;
  return bare.startsWith('[') && bare.endsWith(']') ? bare.slice(1, -1) : bare;
}

/** URL.String. */
export function writeUrl(url: Url): string {
  let out = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') out += url.opaque;
  else {
    if (url.scheme !== '' || url.host !== '' || url.user !== null) {
      if (url.host !== '' || url.path !== '' || url.user !== null) out += '//';
      if (url.user !== null) out += `${url.user}@`;
      out += encodeIn(url.host, 'host');
    }
    const path = url.path === '*' ? '*' : encodeIn(url.path, 'path');
    if (path !== '' && !path.startsWith('/') && url.host !== '') out += '/';
    if (out === '' && cut(path, '/')[0].includes(':')) out += './';
    out += path;
  }
  if (url.query !== '') out += `?${url.query}`;
  if (url.fragment !== '') out += `#${encodeIn(url.fragment, 'fragment')}`;
  return out;
}
