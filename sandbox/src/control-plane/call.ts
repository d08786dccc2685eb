import { notAuthorized } from '../iam/denied.ts';
import { arnOfKey } from '../iam/identity.ts';
import { ecrRegistry, type Repository } from '../store/repository.ts';
import type { World } from '../world.ts';
import { AwsError, repositoryNotFound } from './errors.ts';
import { checkRepositoryName, type Input, optionalText, requiredText } from './input.ts';

/** One signed call of the control plane. */
export interface Call {
  readonly world: World;
  /** Of whoever signed it. */
  readonly accessKeyId: string;
  readonly operation: string;
  /** The region that it was signed for: each region is a registry of its own. */
  readonly region: string;
  readonly input: Input;
}

/** Answers a call with the body of HTTP 200, or throws an `AwsError`. */
export type Operation = (call: Call) => object | Promise<object>;

export function registryOf({ world, region }: Call): string {
  return ecrRegistry(world.accountId, region);
}

/** Refuses another account's registry: none has a policy that lets a user of this one in. */
export function checkRegistryId(call: Call, resource: string): void {
  const { world, accessKeyId, operation, region, input } = call;
  const registryId = optionalText(input, 'registryId');
  if (registryId === null || registryId === world.accountId) return;
  const arn = `arn:aws:ecr:${region}:${registryId}:${resource}`;
  const user = arnOfKey(world, accessKeyId);
  throw new AwsError('AccessDeniedException', notAuthorized(user, `ecr:${operation}`, arn, 'resource'));
}

/** The repository that `repositoryName` names; throws as ECR does where there is none. */
export function repositoryOf(call: Call): Repository {
  const name = checkRepositoryName(requiredText(call.input, 'repositoryName'));
  checkRegistryId(call, `repository/${name}`);
  const found = call.world.store.repository(registryOf(call), name);
  if (found === null) throw repositoryNotFound(name, call.world.accountId);
  return found;
}

/** Timestamps of AWS's JSON protocol: seconds since the epoch, with a fraction. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
