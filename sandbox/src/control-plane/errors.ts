/** An error as the ECR API answers it: HTTP 400 (500 for ServerException) with its name in `__type`. */
export class AwsError extends Error {
  readonly type: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly status: number;

  constructor(type: string, message: string, extra: Readonly<Record<string, unknown>> = {}, status = 400) {
    super(message);
    this.type = type;
    this.extra = extra;
    this.status = status;
  }
}

export function repositoryNotFound(name: string, registryId: string): AwsError {
  return new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function constraint(field: string, rule: string): AwsError {
  return invalidParameter(`Invalid parameter at '${field}' failed to satisfy constraint: '${rule}'`);
}
