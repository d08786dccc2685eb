const LONGEST = 200;
const MOST_LISTED = 20;

/** A name out of an archive for a message: on one line, and not endless. */
export function shown(text: string): string {
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Names out of an archive for a message: `a, b and 3 more`. */
export function listed(names: readonly string[]): string {
  const some = names.slice(0, MOST_LISTED).map(shown).join(', ');
  return names.length > MOST_LISTED ? `${some} and ${names.length - MOST_LISTED} more` : some;
}
