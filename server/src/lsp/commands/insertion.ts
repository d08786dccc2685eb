import { ErrorCodes, Position, ResponseError, type TextEdit } from 'vscode-languageserver/node';
import { insertionAt } from '../../core/features/insertion.ts';
import type { ImageName } from '../../core/knowledge/knowledge.ts';
import type { Server } from '../server.ts';

/** The edits of a document that put an image into it. */
interface Insertion {
  /** Of the document that they are for; null where it is not open. */
  readonly version: number | null;
  readonly edits: readonly TextEdit[];
}

/**
 * `waybill.insertion`: how an image is put where the caret is; null where it cannot be done safely. Asks nobody.
 * @throws ResponseError for arguments that are not a URI, a position and an image
 */
export async function insertion(
  { workspace }: Server,
  [uri, position, image]: readonly unknown[],
): Promise<Insertion | null> {
  if (typeof uri !== 'string' || !Position.is(position) || !isImage(image))
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      'The URI of a document, a position and an image {host, repository, tag, digest} are needed.',
    );
  await workspace.find(uri)?.folder.ready();
  const place = workspace.find(uri);
  const edits = place && insertionAt(place.folder.snapshot, place.path, position, image);
  if (!place || edits === null) return null;
  return { version: workspace.documentAt(place)?.version ?? null, edits };
}

function isImage(value: unknown): value is ImageName {
  if (typeof value !== 'object' || value === null) return false;
  const { host, repository, tag, digest }: Partial<Record<keyof ImageName, unknown>> = value;
  const isPart = (part: unknown): boolean => part === null || (typeof part === 'string' && part !== '');
  return typeof host === 'string' && typeof repository === 'string' && isPart(tag) && isPart(digest);
}
