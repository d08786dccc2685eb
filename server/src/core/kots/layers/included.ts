import { type Plain, plainAt } from '../../manifest/plain.ts';
import { goBool } from './go-bool.ts';

/**
 * Whether an object is left out of the base: `kots.io/exclude` counts if it is there, else `kots.io/when`. An Error
 * for a value that is no truth, which the app manager refuses the version for. Where only a customer knows, it is there.
 */
export function isExcluded(object: Plain): boolean | Error {
  const exclude = truthOf(object, 'kots.io/exclude', false);
  if (exclude !== undefined) return exclude;
  const when = truthOf(object, 'kots.io/when', true);
  return typeof when === 'boolean' ? !when : (when ?? false);
}

function truthOf(object: Plain, annotation: string, ifUnknown: boolean): boolean | Error | undefined {
  const value = plainAt(object, 'metadata', 'annotations', annotation);
  if (value === undefined || typeof value === 'boolean') return value;
  const truth = typeof value === 'string' ? goBool(value, ifUnknown) : undefined;
  return truth ?? new Error(`The annotation ${annotation} is neither true nor false: ${String(value)}.`);
}
