import type { Encryption, Mutability } from '../store/repository.ts';
import { constraint, invalidParameter } from './errors.ts';
import {
  type Input,
  isObject,
  oneOf,
  optionalList,
  optionalObject,
  requiredText,
  serialization,
} from './input.ts';

const mutabilities: readonly Mutability[] = [
  'MUTABLE',
  'IMMUTABLE',
  'IMMUTABLE_WITH_EXCLUSION',
  'MUTABLE_WITH_EXCLUSION',
];
const encryptions: readonly Encryption[] = ['AES256', 'KMS', 'KMS_DSSE'];

/** Whether tags may be moved, as repositories and creation templates are told it. */
export function readMutability(input: Input): { mutability: Mutability; exclusions: string[] } {
  const mutability = oneOf(input, 'imageTagMutability', mutabilities) ?? 'MUTABLE';
  const field = 'imageTagMutabilityExclusionFilters';
  const exclusions = (optionalList(input, field, 5) ?? []).map((value) => {
    if (!isObject(value)) throw serialization('an exclusion filter is no structure');
    const filter = requiredText(value, 'filter');
    if (requiredText(value, 'filterType') !== 'WILDCARD') {
      throw constraint('filterType', 'must satisfy enum value set: [WILDCARD]');
    }
    if (!/^[0-9a-zA-Z._*-]{1,128}$/.test(filter)) {
      throw constraint('filter', "must satisfy regular expression '^[0-9a-zA-Z._*-]{1,128}$'");
    }
    return filter;
  });
  if (mutability.endsWith('_WITH_EXCLUSION') !== exclusions.length > 0) {
    throw invalidParameter(
      `Invalid parameter at '${field}': it is needed with a setting that ends in _WITH_EXCLUSION, and only there`,
    );
  }
  return { mutability, exclusions };
}

/** How the contents are encrypted; S3's own keys where nothing is said. */
export function readEncryption(input: Input): Encryption {
  const field = 'encryptionConfiguration';
  const configuration = optionalObject(input, field);
  if (configuration === null) return 'AES256';
  const encryption = oneOf(configuration, 'encryptionType', encryptions);
  if (encryption === null) throw constraint(`${field}.encryptionType`, 'must not be null');
  return encryption;
}

/** Left out where there are none, as ECR does. */
export function describeFilters(exclusions: readonly string[]): object[] | undefined {
  if (exclusions.length === 0) return undefined;
  return exclusions.map((filter) => ({ filterType: 'WILDCARD', filter }));
}
