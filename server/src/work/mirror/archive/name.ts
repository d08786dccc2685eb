/** An image in a file or a folder, as it is spelled on the command line. */
export interface ArchiveName {
  /** As written; relative to the working folder. */
  readonly path: string;
  /** Which of the images in it: a tag, a name with a tag, a digest, or `@0` for one without a name. */
  readonly reference: string | null;
}

/** `oci:PATH[:TAG]` and the like, as skopeo has them: containers-transports(5). */
const PREFIXED = /^(?:oci|oci-archive|docker-archive):(.*)$/s;
/** Nobody can mistake these for the name of an image at a registry. */
const PATHS = /^(?:\.{0,2}[/\\]|\.{1,2}$|[A-Za-z]:[/\\])|\.(?:tar|tgz|tar\.(?:gz|xz|bz2|zst))$/s;

/**
 * Reads `oci:PATH[:TAG]`, `oci-archive:PATH[:TAG]`, `docker-archive:PATH[:REFERENCE]`, or a path by itself: one that
 * starts with `./`, `../` or `/`, or that ends in `.tar`. A path by itself may hold colons and names no image; packed
 * archives are taken for paths, too, so that they can be refused with a reason.
 * @returns null for anything else, the name of an image at a registry for example
 */
export function parseArchiveName(text: string): ArchiveName | null {
  const rest = PREFIXED.exec(text)?.[1];
  if (rest === undefined) return PATHS.test(text) ? { path: text, reference: null } : null;
  // The colon of a drive of Windows belongs to the path.
  const colon = rest.indexOf(':', /^[A-Za-z]:[/\\]/.test(rest) ? 2 : 0);
  if (colon === -1) return { path: rest, reference: null };
  const reference = rest.slice(colon + 1);
  return { path: rest.slice(0, colon), reference: reference === '' ? null : reference };
}
