import { isPlaceholder } from '../functions/placeholder.ts';

/**
 * The truth of a text by Go's strconv.ParseBool; undefined for what it refuses.
 * @param ifUnknown what counts where a template made the text and nobody can know of what
 */
export function goBool(text: string, ifUnknown: boolean): boolean | undefined {
  if (isPlaceholder(text)) return ifUnknown;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}
