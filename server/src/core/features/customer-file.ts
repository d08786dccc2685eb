import { isPlainMap, parsePlain, plainAt, textAt } from '../manifest/plain.ts';
import type { CustomerFile } from './scenario-choice.ts';

/** What a customer's file has to be. */
const kinds: Readonly<Record<CustomerFile, { readonly kind: string; readonly words: string }>> = {
  config: { kind: 'ConfigValues', words: 'config values' },
  license: { kind: 'License', words: 'a licence' },
  installation: { kind: 'Installation', words: 'an Installation' },
};

/** Why a text cannot be taken for a customer's file, one sentence for people; null where it can. No value is told. */
export function customerFileProblem(field: CustomerFile, text: string): string | null {
  const { kind, words } = kinds[field];
  const read = parsePlain(text);
  if (!read.ok) return `It is not read as YAML: ${read.message}`;
  const { value } = read;
  const [group, found] = [textAt(value, 'apiVersion').split('/', 1)[0], textAt(value, 'kind')];
  if (found !== kind || group !== 'kots.io') {
    const is = found === '' ? 'it has no kind' : `its kind is ${found.slice(0, 60)}`;
    return `That is not ${words}: ${is}, not ${kind} of kots.io.`;
  }
  return isPlainMap(plainAt(value, 'spec')) ? null : `That is not ${words}: its spec is missing.`;
}
