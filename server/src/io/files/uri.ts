/** Which operating system's paths are meant; the one that this process runs on unless given. */
export interface PathStyle {
  readonly windows?: boolean;
}

const here = process.platform === 'win32';

/**
 * The file URI of an absolute path, written as VS Code writes it, so that URIs of the client and of the server
 * compare equal: drive letter in lower case, its colon and everything but unreserved characters encoded.
 * `C:\a b\x#1.yaml` is `file:///c%3A/a%20b/x%231.yaml`, `\\server\share\x` is `file://server/share/x`.
 */
export function fileUri(path: string, { windows = here }: PathStyle = {}): string {
  if (!windows) return `file://${encodePath(path)}`;
  const slashed = toSlashes(path, { windows });
  const unc = /^\/\/([^/]+)(\/.*)?$/.exec(slashed);
  if (unc) return `file://${encodeURIComponent((unc[1] ?? '').toLowerCase())}${encodePath(unc[2] ?? '/')}`;
  return `file://${encodePath(lowerDrive(slashed.startsWith('/') ? slashed : `/${slashed}`))}`;
}

/**
 * The path that a file URI names, or null where it names none here: another scheme, broken encoding, an encoded
 * slash or NUL, a host where paths have none.
 */
export function pathOfUri(uri: string, { windows = here }: PathStyle = {}): string | null {
  const parts = /^file:(?:\/\/([^/?#]*))?(\/[^?#]*)(?:[?#].*)?$/i.exec(uri);
  if (!parts) return null;
  const host = (parts[1] ?? '').toLowerCase();
  const encoded = parts[2] ?? '';
  if (/%(?:00|2f)/i.test(encoded) || (windows && /%5c/i.test(encoded))) return null;
  let path: string;
  try {
    path = decodeURIComponent(encoded);
  } catch {
    return null;
  }
  const remote = host !== '' && host !== 'localhost';
  if (!windows) return remote ? null : path;
  const native = path.replaceAll('/', '\\');
  if (remote) return `\\\\${host}${native}`;
  return /^\/[a-z]:/i.test(path) ? lowerDrive(path).slice(1).replaceAll('/', '\\') : native;
}

/** The same file's URI as `fileUri` writes it, for comparing; other schemes stay as they are. */
export function normalUri(uri: string, style: PathStyle = {}): string {
  const path = pathOfUri(uri, style);
  return path === null ? uri : fileUri(path, style);
}

/** The path with `/` between its parts, whatever the operating system writes. */
export const toSlashes = (path: string, { windows = here }: PathStyle = {}): string =>
  windows ? path.replaceAll('\\', '/') : path;

const lowerDrive = (path: string): string =>
  path.replace(/^\/([A-Z]):/, (_, drive: string) => `/${drive.toLowerCase()}:`);

/** encodeURIComponent leaves five characters alone that RFC 3986 reserves and VS Code encodes. */
const encodePath = (path: string): string =>
  path
    .split('/')
    .map((part) =>
      encodeURIComponent(wellFormed(part)).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');

/** Half a surrogate pair, which a damaged name can hold, has no encoding; it becomes U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
