import { randomUUID } from 'node:crypto';
import { isSignedBy, readSignature, type Signature, wrongSignature } from '../auth/sigv4.ts';
import { type Exchange, readBody } from '../exchange.ts';
import { strikeAnswer, strikeConnection, strikeService } from '../faults.ts';
import { notAuthorized } from '../iam/denied.ts';
import { arnOfKey, identityOf, refusalOf } from '../iam/identity.ts';
import type { World } from '../world.ts';
import { getAccountSetting, putAccountSetting } from './account-settings.ts';
import { batchDeleteImage, batchGetImage } from './batch-images.ts';
import type { Operation } from './call.ts';
import {
  createRepositoryCreationTemplate,
  deleteRepositoryCreationTemplate,
  describeRepositoryCreationTemplates,
} from './creation-templates.ts';
import { describeImages, listImages } from './describe-images.ts';
import { AwsError } from './errors.ts';
import { type Input, isObject, serialization } from './input.ts';
import {
  batchCheckLayerAvailability,
  completeLayerUpload,
  getDownloadUrlForLayer,
  initiateLayerUpload,
  uploadLayerPart,
} from './layers.ts';
import {
  createPullThroughCacheRule,
  deletePullThroughCacheRule,
  describePullThroughCacheRules,
} from './pull-through.ts';
import { putImage } from './put-image.ts';
import { describeRegistry, putReplicationConfiguration } from './replication.ts';
import {
  createRepository,
  deleteRepository,
  describeRepositories,
  putImageTagMutability,
} from './repositories.ts';
import { resourcesOf } from './resources.ts';
import { describeImageScanFindings } from './scan-findings.ts';
import { getAuthorizationToken } from './tokens.ts';

const operations: Readonly<Record<string, Operation>> = {
  BatchCheckLayerAvailability: batchCheckLayerAvailability,
  BatchDeleteImage: batchDeleteImage,
  BatchGetImage: batchGetImage,
  CompleteLayerUpload: completeLayerUpload,
  CreatePullThroughCacheRule: createPullThroughCacheRule,
  CreateRepository: createRepository,
  CreateRepositoryCreationTemplate: createRepositoryCreationTemplate,
  DeletePullThroughCacheRule: deletePullThroughCacheRule,
  DeleteRepository: deleteRepository,
  DeleteRepositoryCreationTemplate: deleteRepositoryCreationTemplate,
  DescribeImageScanFindings: describeImageScanFindings,
  DescribeImages: describeImages,
  DescribePullThroughCacheRules: describePullThroughCacheRules,
  DescribeRegistry: describeRegistry,
  DescribeRepositories: describeRepositories,
  DescribeRepositoryCreationTemplates: describeRepositoryCreationTemplates,
  GetAccountSetting: getAccountSetting,
  GetAuthorizationToken: getAuthorizationToken,
  GetDownloadUrlForLayer: getDownloadUrlForLayer,
  InitiateLayerUpload: initiateLayerUpload,
  ListImages: listImages,
  PutAccountSetting: putAccountSetting,
  PutImage: putImage,
  PutImageTagMutability: putImageTagMutability,
  PutReplicationConfiguration: putReplicationConfiguration,
  UploadLayerPart: uploadLayerPart,
};

/** The service prefix of `X-Amz-Target` in ECR's JSON 1.1 protocol. */
const target = 'AmazonEC2ContainerRegistry_V20150921.';
/** A layer part of 10 MiB in base64, with room for the rest. */
const maxBody = 20 * 1024 * 1024;

/** What a control-plane call is about, as far as it can be read before anything is checked. */
export interface Identified {
  readonly operation: string;
  readonly action: string;
  readonly repository: string | null;
  readonly region: string | null;
  readonly error?: string;
}

/** Answers one call of the ECR API. `identified` is told what the call is, once that is known. */
export async function serveControlPlane(
  world: World,
  exchange: Exchange,
  identified: (call: Identified) => void,
): Promise<void> {
  const header = exchange.req.headers['x-amz-target'];
  const operation =
    typeof header === 'string' && header.startsWith(target) ? header.slice(target.length) : '';
  const signature = readSignature(exchange.req.headers.authorization);
  const body = await readBody(exchange.req, maxBody);
  const input = body === null ? null : parse(body);
  const repository = typeof input?.repositoryName === 'string' ? input.repositoryName : null;
  const region = signature?.region ?? null;
  identified({ operation, action: operation, repository, region });

  const refuse = (error: AwsError) => {
    identified({ operation, action: operation, repository, region, error: error.type });
    answerError(exchange, error);
  };
  const call = { plane: 'control', operation, action: operation, repository } as const;
  const broken = (status: number) =>
    refuse(
      new AwsError('ServerException', 'The request failed because of an error of the server.', {}, status),
    );
  if (await strikeConnection(world, call, exchange, broken)) return;

  try {
    const accessKeyId = checkSignature(world, exchange, signature, body);
    const struck = strikeService(world, call, {
      denied: () => {
        const [resource = '*'] = resourcesOf(world, operation, region ?? '*', input ?? {});
        const arn = arnOfKey(world, accessKeyId);
        refuse(new AwsError('AccessDeniedException', notAuthorized(arn, `ecr:${operation}`, resource)));
      },
      throttled: () => refuse(new AwsError('ThrottlingException', 'Rate exceeded')),
      expired: () =>
        refuse(
          new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
        ),
    });
    if (struck) return;
    if (!world.takeCall(region ?? '')) throw new AwsError('ThrottlingException', 'Rate exceeded');
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (run === undefined) {
      throw new AwsError(
        'UnknownOperationException',
        `The sandbox does not have the operation '${operation}'.`,
      );
    }
    if (input === null) throw serialization('the body is no JSON object, or longer than 20 MiB');
    checkAllowed(world, accessKeyId, operation, region ?? '', input);
    const result = await run({ world, accessKeyId, operation, region: region ?? '', input });
    if (!strikeAnswer(world, call, exchange)) answerJson(exchange, 200, result);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    refuse(error);
  }
}

/** The access key of a call that is signed with it. */
function checkSignature(
  world: World,
  exchange: Exchange,
  signature: Signature | null,
  body: Buffer | null,
): string {
  if (signature === null) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const key = identityOf(world, signature.accessKeyId)?.key;
  if (key === undefined) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  if (signature.service !== 'ecr') {
    throw new AwsError('InvalidSignatureException', "Credential should be scoped to correct service: 'ecr'.");
  }
  const { method, url, req } = exchange;
  const request = { method, url, headers: req.headers, body: body ?? Buffer.alloc(0) };
  if (key.secret !== null && !isSignedBy(key.secret, signature, request)) {
    throw new AwsError('InvalidSignatureException', wrongSignature);
  }
  key.lastUsed = new Date(world.clock()).toISOString();
  return signature.accessKeyId;
}

/** Holds a call to the policies of whoever makes it. */
function checkAllowed(
  world: World,
  accessKeyId: string,
  operation: string,
  region: string,
  input: Input,
): void {
  for (const resource of resourcesOf(world, operation, region, input)) {
    const refusal = refusalOf(world, accessKeyId, { action: `ecr:${operation}`, resource, region });
    if (refusal !== null) throw new AwsError('AccessDeniedException', refusal);
  }
}

function parse(body: Buffer): Input | null {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The front end's own AccessDeniedException spells the field with a capital, all others do not. */
function answerError(exchange: Exchange, error: AwsError): void {
  const field = error.type === 'AccessDeniedException' ? 'Message' : 'message';
  answerJson(exchange, error.status, { __type: error.type, [field]: error.message, ...error.extra });
}

function answerJson(exchange: Exchange, status: number, body: object): void {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  exchange.answer(status, headers, JSON.stringify(body));
}
