import { type FileHandle, open, stat } from 'node:fs/promises';
import { type ImageSource, MirrorError } from '../model.ts';
import { compressionOf } from './compression.ts';
import { dockerArchiveSource } from './docker-archive.ts';
import { unreadable } from './files.ts';
import { folderFiles } from './folder.ts';
import { layoutSource } from './layout.ts';
import { readTar, type TarFile } from './tar.ts';
import { tarFiles } from './tar-files.ts';
import { shown } from './words.ts';

/** An image of one's own machine. It is read from files that stay open until it is closed. */
export interface ArchiveSource extends ImageSource {
  /** May be called twice. Streams that are still open fail. */
  close(): Promise<void>;
}

/**
 * Opens an image in a folder or a tar, whatever it was written by: an OCI image layout (`skopeo copy … oci:`,
 * `docker buildx -o type=oci`, `docker save` since docker 25), or `docker save` before that.
 * @param path of the folder or the file, as `parseArchiveName` gives it
 * @param reference which image of several; null for the only one
 * @throws MirrorError saying what is wrong with the archive and what to do; the reason of `signal`
 */
export async function openArchive(
  path: string,
  reference: string | null,
  signal: AbortSignal,
): Promise<ArchiveSource> {
  signal.throwIfAborted();
  if (path === '') throw new MirrorError('source', 'There is no path before the image. Write oci:PATH:TAG.');
  const label = shown(path);
  const name = reference === null ? label : `${label}:${shown(reference)}`;
  const fail = (error: unknown): never => {
    throw unreadable(label, error);
  };
  const found = await stat(path).catch(fail);
  if (found.isDirectory())
    return { ...(await openFolder(path, label, reference, name, signal)), close: async () => {} };
  if (!found.isFile()) throw new MirrorError('refused', `${label} is neither a file nor a folder.`);
  const handle = await open(path, 'r').catch(fail);
  try {
    const { size } = await handle.stat().catch(fail);
    const source = await openTar({ name: label, handle, size }, reference, name, signal);
    return { ...source, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFolder(
  path: string,
  label: string,
  reference: string | null,
  name: string,
  signal: AbortSignal,
): Promise<ImageSource> {
  const files = await folderFiles(path, label);
  const marker = await files.find('oci-layout');
  if (marker === null)
    throw new MirrorError(
      'source',
      `${label} is no OCI image layout: there is no oci-layout in it. Give a folder that \`skopeo copy … oci:FOLDER\` wrote, or a tar.`,
    );
  return layoutSource(files, marker, reference, name, signal);
}

async function openTar(
  file: TarFile,
  reference: string | null,
  name: string,
  signal: AbortSignal,
): Promise<ImageSource> {
  await refuseCompressed(file.handle, file.name);
  if (file.size === 0) throw new MirrorError('corrupt', `${file.name} is empty.`);
  const entries = await readTar(file, signal);
  const layout = tarFiles(file, entries, 'refused');
  const saved = tarFiles(file, entries, 'followed');
  const marker = entries.has('oci-layout') ? await layout.find('oci-layout') : null;
  if (marker !== null) return layoutSource(layout, marker, reference, name, signal);
  const list = await saved.find('manifest.json');
  if (list !== null) return dockerArchiveSource(saved, list, reference, name, signal);
  throw new MirrorError(
    'source',
    `${file.name} holds no image: there is neither oci-layout nor manifest.json in it. ` +
      (entries.has('repositories')
        ? 'It was saved by a docker before 1.10; load and save it with a current one.'
        : 'Give a file that `docker save` or `skopeo copy … oci-archive:FILE` wrote.'),
  );
}

async function refuseCompressed(handle: FileHandle, name: string): Promise<void> {
  const start = Buffer.alloc(6);
  await handle.read(start, 0, start.length, 0).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  const program = compressionOf(start);
  if (program === null) return;
  const unpack = program === 'gzip' ? '`gunzip`' : `\`${program} -d\``;
  throw new MirrorError('refused', `${name} is compressed. ${unpack} it first; the mirror unpacks nothing.`);
}
