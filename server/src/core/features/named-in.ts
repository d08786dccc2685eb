import { repositoryOf } from '../image/normal.ts';
import { readUses } from '../release/reading.ts';
import { releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { rangeInFile } from './document-lines.ts';

/** A place in a release that names an image. */
export interface NamingPlace {
  readonly path: string;
  readonly range: Range;
  readonly written: string;
}

/**
 * The places of a release that name an image which a text speaks of, such as an error of the air-gap builder: those
 * whose image is named in it as it is written or in full, else those whose repository is.
 */
export function placesNamedIn(snapshot: Snapshot, paths: readonly string[], text: string): NamingPlace[] {
  const exact: NamingPlace[] = [];
  const near: NamingPlace[] = [];
  for (const path of paths) {
    const at = releaseFile(snapshot, path);
    if (at === null) continue;
    for (const slice of at.file.documents)
      for (const { use, canonical, rendered, normal, source } of readUses(
        slice.document,
        at.role,
        at.release.context,
      )) {
        const place = { path, range: rangeInFile(slice, use.span), written: use.written };
        const names = (one: string | null | undefined): boolean => !!one && isNamed(text, one);
        if ([use.written, rendered, canonical].some(names)) exact.push(place);
        else if ([normal, source?.reference].some((one) => one && names(repositoryOf(one)))) near.push(place);
      }
  }
  return exact.length > 0 ? exact : near;
}

/** Whether the text has the name by itself, and not as a part of a longer one. */
function isNamed(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text.slice(at + name.length, at + name.length + 2);
    // A full stop or a colon may end a sentence, and is part of a name only where more of it follows.
    if (!/[\w./-]/.test(before) && !/^(?:[\w/@-]|[.:][\w])/.test(after)) return true;
  }
  return false;
}
