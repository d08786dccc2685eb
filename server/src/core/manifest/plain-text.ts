/**
 * Whether some YAML reader takes a plain text for something else than a string: by YAML 1.2's core schema, or by
 * YAML 1.1, which the Go readers of Kubernetes follow in part (`on`, `1_000`, `12:30`, dates).
 */
export function meansNoString(text: string): boolean {
  return noString.test(text);
}

const noString = new RegExp(
  [
    '', // Nothing at all is null.
    '~|null|Null|NULL',
    'true|True|TRUE|false|False|FALSE',
    'y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF',
    '<<|=',
    '[-+]?[0-9][0-9_]*',
    '[-+]?0o?[0-7_]+|[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+',
    '[-+]?(?:[0-9][0-9_]*(?:\\.[0-9_]*)?|\\.[0-9_]+)(?:[eE][-+]?[0-9]+)?',
    '[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)',
    '[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?',
    '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \\t].*)?',
  ]
    .map((alternative) => `^(?:${alternative})$`)
    .join('|'),
);

/** Whether a text can stand without quotes and be read back as it is (YAML 1.2, 7.3.3), on one line. */
export function canBePlain(text: string, inFlow: boolean): boolean {
  if (text === '' || hasUnprintable(text) || /[\r\n]/.test(text)) return false;
  if (/^[\s,[\]{}#&*!|>'"%@`]/.test(text) || /^[-?:](?:\s|$)/.test(text) || /\s$/.test(text)) return false;
  if (/:(?:\s|$)|\s#/.test(text) || text.startsWith('---') || text.startsWith('...')) return false;
  return !inFlow || !(/[,[\]{}]/.test(text) || /^[-?:]/.test(text));
}

/** Whether a text holds units that YAML does not let stand unescaped, line ends and tabs aside. */
export function hasUnprintable(text: string): boolean {
  return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/.test(text);
}
