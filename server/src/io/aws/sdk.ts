/**
 * What Waybill uses of the AWS SDK. Only ever loaded by `import()`, so that the SDK is a chunk of its own which
 * nobody pays for who has no ECR registry to ask. Named here, and not taken off the package's own namespace,
 * because bundled CommonJS has no named exports when it is loaded that way.
 */
export {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
export { defaultProvider } from '@aws-sdk/credential-provider-node';
export { loadSharedConfigFiles } from '@smithy/core/config';
