import { compareStrings } from '../../gotemplate/bytes.ts';
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

/** A float64 as `%v` prints it: shortest digits, with an exponent below -4 and from 21 on. */
export function printedFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 21)
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const plain = String(value);
  if (!plain.includes('e')) return plain;
  // JavaScript turns to exponents earlier for small numbers.
  const digits = mantissa.replace(/[-.]/g, '');
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(-power - 1)}${digits}`;
}
