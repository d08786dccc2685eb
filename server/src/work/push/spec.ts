import { baseName } from '../../core/release/role.ts';
import type { SpecFile } from '../../io/vendor/releases.ts';
import { type PackagedFile, PushError } from './model.ts';

/**
 * Endings of the files that the portal keeps, and how their content is written. Source: the replicated CLI,
 * cli/cmd/release_create.go (`encodeKotsFile`, `isSupportedExt`), which leaves out all others, in capitals too.
 */
const kinds: Readonly<Record<string, 'text' | 'base64'>> = {
  '.yaml': 'text',
  '.yml': 'text',
  '.css': 'text',
  '.tgz': 'base64',
  '.gz': 'base64',
  '.woff': 'base64',
  '.woff2': 'base64',
  '.ttf': 'base64',
  '.otf': 'base64',
  '.eot': 'base64',
  '.svg': 'base64',
};

/** How the portal keeps a file of this name; null for one that it does not keep. */
export function kindOf(path: string): 'text' | 'base64' | null {
  const name = baseName(path);
  const at = name.lastIndexOf('.');
  if (at <= 0) return null;
  return kinds[name.slice(at)] ?? null;
}

/**
 * Files as the portal takes them: flat, as the CLI writes them.
 * @throws PushError `release` for a text that is no UTF-8
 */
export function specOf(files: readonly PackagedFile[]): SpecFile[] {
  return files.map(({ path, bytes, from }) => ({
    name: baseName(path),
    path,
    content: kindOf(path) === 'base64' ? bytes.toString('base64') : textIn(bytes, from),
    children: [],
  }));
}

function textIn(bytes: Buffer, from: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PushError('release', `${from} is not valid UTF-8; save it as UTF-8. Nothing was pushed.`);
  }
}

/** The files of a release of the portal, whether they are written flat or in folders. */
export function filesIn(spec: readonly SpecFile[]): Pick<PackagedFile, 'path' | 'bytes'>[] {
  return spec.flatMap(({ path, content, children }) => {
    if (children.length > 0) return filesIn(children);
    const encoding = kindOf(path) === 'base64' ? 'base64' : 'utf8';
    return [{ path: path.replace(/^\.?\//, ''), bytes: Buffer.from(content, encoding) }];
  });
}
