import { compareStrings } from '../../gotemplate/bytes.ts';
import { formatFloat } from '../../gotemplate/float.ts';
import { type CallContext, typeOf, type Value } from '../../gotemplate/value.ts';

/** A value as Go's `%v` prints it. */
export function printed(value: Value, context: CallContext): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return printedFloat(value);
  }
  if (value === null) return '<nil>';
  switch (value.kind) {
    case 'int':
      return String(value.value);
    case 'list':
      return `[${value.items.map((item) => printed(item, context)).join(' ')}]`;
    case 'map': {
      const keys = [...value.entries.keys()].sort(compareStrings);
      return `map[${keys.map((key) => `${key}:${printed(value.entries.get(key) ?? null, context)}`).join(' ')}]`;
    }
    case 'object': {
      if (value.text !== undefined) return value.text();
      const fields = [...value.fields.values()].map((field) => printed(field, context)).join(' ');
      return `${value.type.startsWith('*') ? '&' : ''}{${fields}}`;
    }
    case 'function':
      return typeOf(value);
    case 'unknown':
      return context.placeholder(value);
  }
}

/** A float64 as `%v` prints it. */
export const printedFloat = (value: number): string => formatFloat(value, 'g', -1);
