import { gunzipSync } from 'node:zlib';
import { badRequest } from '../portal/call.ts';
import type { ReleaseFile } from '../portal/state.ts';

/** What the sandbox takes of one release, unpacked: 64 MiB. */
const mostBytes = 64 * 1024 * 1024;

/**
 * The files of a body's `spec_gzip` (base64 of the gzip of a JSON list), or of its `spec` (that list as text).
 * @throws Refusal where it is neither
 */
export function readSpec(body: Readonly<Record<string, unknown>>): readonly ReleaseFile[] {
  const text = typeof body.spec_gzip === 'string' ? unpack(body.spec_gzip) : body.spec;
  if (typeof text !== 'string' || text === '') throw badRequest('spec or spec_gzip is required');
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw badRequest('The release spec is no JSON');
  }
  if (!Array.isArray(list)) throw badRequest('The release spec is no list of files');
  return list.map(readFile);
}

function unpack(base64: string): string {
  try {
    return gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: mostBytes }).toString('utf8');
  } catch (error) {
    if (error instanceof RangeError) throw badRequest('The release is larger than the portal takes');
    throw badRequest('spec_gzip is no base64 of a gzip file');
  }
}

function readFile(value: unknown): ReleaseFile {
  const { name, path, content, children } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || typeof path !== 'string') throw badRequest('A file has no name or path');
  return {
    name,
    path,
    content: typeof content === 'string' ? content : '',
    children: Array.isArray(children) ? children.map(readFile) : [],
  };
}

/** The files of a release without their folders. */
export const filesOf = (files: readonly ReleaseFile[]): ReleaseFile[] =>
  files.flatMap((file) => (file.children.length === 0 ? [file] : filesOf(file.children)));

/** Whether a file's content is base64. Source: the replicated CLI, pkg/kotsrelease. */
export const isBinary = ({ name }: ReleaseFile): boolean => /\.(tgz|gz|woff2?|ttf|otf|eot|svg)$/i.test(name);
