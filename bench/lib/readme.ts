import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../test/support/paths.ts';

/** Puts a table between the README's marks of this name: `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
export function writeBetweenMarks(name: string, table: string): void {
  const path = join(root, 'README.md');
  const before = readFileSync(path, 'utf8');
  const place = new RegExp(`(<!-- ${name}:begin -->\\n)[\\s\\S]*(<!-- ${name}:end -->)`);
  if (!place.test(before))
    throw new Error(`README.md has no place for the table: <!-- ${name}:begin --> and <!-- ${name}:end -->.`);
  writeFileSync(
    path,
    before.replace(place, (_, begin: string, end: string) => `${begin}${table}${end}`),
  );
}
