/** The value of a plain text by YAML 1.2's core schema (chapter 10.3). */
export function coreValue(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  // Most plain texts start with a letter that starts no null, boolean or `.inf`.
  switch (first) {
    case 126: // ~
    case 110: // n
    case 78:
      return /^(?:~|null|Null|NULL)$/.test(text) ? null : text;
    case 116: // t
    case 84:
      return /^(?:true|True|TRUE)$/.test(text) ? true : text;
    case 102: // f
    case 70:
      return /^(?:false|False|FALSE)$/.test(text) ? false : text;
    default:
      return first === 43 || first === 45 || first === 46 || (first >= 48 && first <= 57)
        ? coreNumber(text)
        : text;
  }
}

function coreNumber(text: string): string | number {
  if (/^[-+]?[0-9]+$/.test(text)) return Number.parseInt(text, 10);
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text))
    return Number.parseFloat(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : text;
}
