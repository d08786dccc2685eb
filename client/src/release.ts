import { Uri, window, workspace } from 'vscode';
import { pick } from './pick.ts';
import { type OpenRelease, serverCommands } from './protocol.ts';
import type { Server } from './server.ts';

/** The release that a command is about. */
export interface ChosenRelease {
  /** Its folder, a path. */
  readonly folder: string;
  /** What people know it by: its app, else its folder. */
  readonly name: string;
}

/**
 * The release that holds the document that a command was given, or else the active one; the only one that is open, or
 * the one that the person chooses. Undefined where they choose none.
 * @throws Error with what to do, where none is open
 */
export async function chosenRelease(
  server: Server,
  title: string,
  given?: unknown,
): Promise<ChosenRelease | undefined> {
  await server.whenStarted();
  const about = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  const releases = await server.execute<OpenRelease[]>(
    serverCommands.releases,
    about === undefined ? [] : [about.toString()],
  );
  const onDisk = releases.filter(({ uri }) => Uri.parse(uri).scheme === 'file');
  const [first, ...others] = onDisk;
  if (first === undefined)
    throw new Error(
      releases.length > 0
        ? 'the release is not on this disk; clone it and open that folder.'
        : 'no release is open. Open the folder of one: it has a .waybill.yaml, a .replicated or a manifest of kots.io in it.',
    );
  const only = onDisk.find(({ holds }) => holds) ?? (others.length === 0 ? first : undefined);
  if (only !== undefined) return chosen(only);
  const picked = await pick({
    title,
    placeholder: 'Which release?',
    back: false,
    items: async () =>
      onDisk.map((release) => ({
        label: chosen(release).name,
        description: workspace.asRelativePath(Uri.parse(release.uri), true),
        release,
      })),
  });
  return picked === undefined || picked === 'back' ? undefined : chosen(picked.chosen.release);
}

const chosen = ({ uri, app }: OpenRelease): ChosenRelease => {
  const folder = Uri.parse(uri).fsPath;
  return { folder, name: app ?? workspace.asRelativePath(Uri.parse(uri), true) };
};

/**
 * Sees to it that the files of the release on the disk are those in the editor, as the person wants it. Whether to go on.
 */
export async function saved({ folder, name }: ChosenRelease): Promise<boolean> {
  const unsaved = workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && uri.scheme === 'file' && isBelow(uri.fsPath, folder),
  );
  if (unsaved.length === 0) return true;
  const names = unsaved.map(({ uri }) => workspace.asRelativePath(uri, false)).join(', ');
  const picked = await pick({
    title: `${name}: ${unsaved.length === 1 ? 'A File Is' : `${unsaved.length} Files Are`} Not Saved`,
    placeholder: 'What counts is what is on the disk',
    back: false,
    items: async () => [
      { label: '$(save) Save and Go On', detail: names, save: true },
      { label: '$(arrow-right) Go On with What Is on the Disk', save: false },
    ],
  });
  if (picked === undefined || picked === 'back') return false;
  if (!picked.chosen.save) return true;
  const done = await Promise.all(unsaved.map((document) => document.save()));
  if (done.includes(false)) throw new Error(`not all of ${names} could be saved.`);
  return true;
}

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.replace(/[\\/]$/, '').length));
