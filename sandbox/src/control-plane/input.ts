import { isRepositoryName, isTag, repositoryNamePattern, tagPattern } from '../names.ts';
import { AwsError, constraint, invalidParameter } from './errors.ts';

/** A request body of the control plane: a JSON object whose fields the readers below check. */
export type Input = Readonly<Record<string, unknown>>;

const digestPattern = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
export function optionalText(input: Input, field: string): string | null {
  const value = input[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw serialization(`'${field}' is no string`);
  return value;
}

export function requiredText(input: Input, field: string): string {
  const value = optionalText(input, field);
  if (value === null) throw constraint(field, 'must not be null');
  return value;
}

export function optionalWhole(input: Input, field: string, least: number, most: number): number | null {
  const value = input[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw serialization(`'${field}' is no whole number`);
  if (value < least) throw constraint(field, `must be greater than or equal to ${least}`);
  if (value > most) throw constraint(field, `must be less than or equal to ${most}`);
  return value;
}

export function optionalList(input: Input, field: string, most: number): readonly unknown[] | null {
  const value = input[field];
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) throw serialization(`'${field}' is no list`);
  if (value.length < 1) throw constraint(field, 'must have length greater than or equal to 1');
  if (value.length > most) throw constraint(field, `must have length less than or equal to ${most}`);
  return value;
}

export function optionalObject(input: Input, field: string): Input | null {
  const value = input[field];
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw serialization(`'${field}' is no structure`);
  return value;
}

export function oneOf<T extends string>(input: Input, field: string, values: readonly T[]): T | null {
  const value = optionalText(input, field);
  if (value === null) return null;
  const found = values.find((each) => each === value);
  if (found === undefined) throw constraint(field, `must satisfy enum value set: [${values.join(', ')}]`);
  return found;
}

export function checkRepositoryName(name: string, field = 'repositoryName'): string {
  if (name.length < 2) throw constraint(field, 'must have length greater than or equal to 2');
  if (name.length > 256) throw constraint(field, 'must have length less than or equal to 256');
  if (!isRepositoryName(name)) {
    throw constraint(field, `must satisfy regular expression '${repositoryNamePattern}'`);
  }
  return name;
}

export interface ImageId {
  readonly digest: string | null;
  readonly tag: string | null;
}

/** An `ImageIdentifier`. Neither digest nor tag is left to the operation: some refuse it, some report it. */
export function readImageId(value: unknown): ImageId {
  if (!isObject(value)) throw serialization('an image id is no structure');
  return { digest: optionalText(value, 'imageDigest'), tag: optionalText(value, 'imageTag') };
}

export function checkImageId(id: ImageId): ImageId {
  if (id.digest === null && id.tag === null) {
    throw invalidParameter('Invalid request parameters: both tag and digest cannot be null');
  }
  if (id.digest !== null && !isApiDigest(id.digest)) {
    throw constraint('imageDigest', `must satisfy regular expression '${digestPattern}'`);
  }
  if (id.tag !== null && !isTag(id.tag)) {
    throw constraint('imageTag', `must satisfy regular expression '${tagPattern}'`);
  }
  return id;
}

export function isApiDigest(text: string): boolean {
  return /^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+$/.test(text);
}

export function serialization(message: string): AwsError {
  return new AwsError('SerializationException', `The request cannot be read: ${message}.`);
}

export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
