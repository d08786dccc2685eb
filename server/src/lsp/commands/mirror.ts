import {
  type CancellationToken,
  ErrorCodes,
  Position,
  ResponseError,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver/node';
import { collisionInWords, mirrorableOf } from '../../core/features/mirrorable.ts';
import { namedMoves } from '../../core/features/mirrored.ts';
import { familiar } from '../../core/image/normal.ts';
import { isAskable } from '../../core/release/reading.ts';
import type { Move } from '../../core/rules/private-home.ts';
import { releaseFile } from '../../core/session/snapshot.ts';
import { whyClosed } from '../mirroring/closed.ts';
import { mirrorAndRewrite } from '../mirroring/run.ts';
import { say } from '../say.ts';
import type { Server } from '../server.ts';
import type { Place } from '../workspace/workspace.ts';

/**
 * `waybill.mirror`: copies a public image that a document names to its private path and rewrites the document, after
 * the person agreed. Whether it did.
 * @param given a document's URI, and the image: `{source, target}` as the quick fix has them, or a position in it
 * @throws ResponseError for other arguments
 */
export async function mirrorImage(
  server: Server,
  [uri, image]: readonly unknown[],
  token: CancellationToken,
  progress: WorkDoneProgressReporter,
): Promise<boolean> {
  const named = isNamed(image);
  if (typeof uri !== 'string' || !(named || Position.is(image)))
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      'The URI of a document and an image in it are needed: {source, target} or a position.',
    );
  const { connection } = server;
  const place = await openPlace(server, uri);
  if (place === null) return false;
  const move = namedMoves(place.folder.snapshot, place.path).find(({ range, mirroring }) =>
    named
      ? mirroring.source === image.source && mirroring.target === image.target
      : touches(range, image as Position),
  );
  if (move === undefined) {
    say(
      connection,
      'error',
      named
        ? `${image.source} is not named here any more, or would live elsewhere now. Ask for the quick fixes again.`
        : 'There is no public image here that has a private path. Put the caret on one, and list a registry in .waybill.yaml.',
    );
    return false;
  }
  const run = {
    name: familiar(move.source),
    commandLine: `waybill mirror ${familiar(move.source)} --to ${move.target.target} --create`,
    moves: [move],
    folder: place.folder,
    paths: () => [place.path],
    // The person chose this very image.
    collectors: true,
  };
  return mirrorAndRewrite(server, run, token, progress);
}

/**
 * `waybill.mirrorRelease`: the same for every public image of a file's release.
 * @throws ResponseError for arguments that are no URI
 */
export async function mirrorRelease(
  server: Server,
  [uri]: readonly unknown[],
  token: CancellationToken,
  progress: WorkDoneProgressReporter,
): Promise<boolean> {
  if (typeof uri !== 'string')
    throw new ResponseError(ErrorCodes.InvalidParams, 'The URI of a file of the release is needed.');
  const { connection } = server;
  const place = await openPlace(server, uri);
  if (place === null) return false;
  const { folder, path } = place;
  const paths = (): string[] => [...(releaseFile(folder.snapshot, path)?.release.layout.files.keys() ?? [])];
  const release = releaseFile(folder.snapshot, path)?.release;
  const inRelease = new Set(paths());
  const { moves, collisions } = mirrorableOf(folder.snapshot, (each) => inRelease.has(each));
  if (collisions.length > 0) {
    say(connection, 'error', collisions.map(collisionInWords).join(' '));
    return false;
  }
  const closed = moves.find(
    ({ target }) => release === undefined || !isAskable(target.registry, release.context),
  );
  if (closed !== undefined) {
    say(
      connection,
      'error',
      `${closed.target.registry} is not among the registries of this release. List it in .waybill.yaml to have images mirrored there.`,
    );
    return false;
  }
  if (moves.length === 0) {
    say(
      connection,
      'information',
      'No public image of this release has a private path: there is none, or .waybill.yaml lists no registry.',
    );
    return false;
  }
  const run = {
    name: moves.length === 1 ? familiar((moves[0] as Move).source) : `${moves.length} public images`,
    commandLine: 'waybill mirror --release . --create --rewrite',
    moves,
    folder,
    paths,
    collectors: false,
  };
  return mirrorAndRewrite(server, run, token, progress);
}

/** The file, once its folder is read; null where the person was told why not. */
async function openPlace(server: Server, uri: string): Promise<Place | null> {
  const { workspace, connection } = server;
  const closed = whyClosed(server);
  if (closed !== null) {
    say(connection, 'error', `Nothing is mirrored. ${closed}`);
    return null;
  }
  await workspace.find(uri)?.folder.ready();
  const place = workspace.find(uri);
  if (place === null || releaseFile(place.folder.snapshot, place.path) === null) {
    say(connection, 'error', 'Nothing is mirrored: this file belongs to no release.');
    return null;
  }
  return place;
}

function isNamed(value: unknown): value is { readonly source: string; readonly target: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { source, target }: { source?: unknown; target?: unknown } = value;
  return typeof source === 'string' && typeof target === 'string';
}

const touches = (
  { start, end }: { start: Position; end: Position },
  { line, character }: Position,
): boolean =>
  (start.line < line || (start.line === line && start.character <= character)) &&
  (line < end.line || (line === end.line && character <= end.character));
