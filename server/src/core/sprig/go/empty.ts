import type { Value } from '../../gotemplate/value.ts';

/** Sprig's empty: false, 0, nothing of text, lists and maps, and nil. Structs never are. Unknowns are null. */
export function isEmpty(value: Value): boolean | null {
  switch (typeof value) {
    case 'string':
      return value === '';
    case 'boolean':
      return !value;
    case 'bigint':
      return value === 0n;
    case 'number':
      return value === 0;
  }
  if (value === null) return true;
  switch (value.kind) {
    case 'int':
      return value.value === 0n;
    case 'list':
      return value.items.length === 0;
    case 'map':
      return value.entries.size === 0;
    case 'unknown':
      return null;
    default:
      return false;
  }
}
