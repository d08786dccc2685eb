/**
 * Whether a text fits a pattern of IAM: `*` for any run of characters, `?` for any one. Time grows with the product of
 * both lengths at worst.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  // Where the last `*` stood, and how far its run reaches so far.
  let star = -1;
  let reach = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p;
      reach = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      reach += 1;
      p = star + 1;
      t = reach;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
