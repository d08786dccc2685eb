/** What both of ECR's policies for readers and for those who push allow. */
const reading = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:GetRepositoryPolicy',
  'ecr:DescribeRepositories',
  'ecr:ListImages',
  'ecr:DescribeImages',
  'ecr:BatchGetImage',
  'ecr:GetLifecyclePolicy',
  'ecr:GetLifecyclePolicyPreview',
  'ecr:ListTagsForResource',
  'ecr:DescribeImageScanFindings',
];

const pushing = ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'];

const pulling = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchImportUpstreamImage',
];

/** The policies of AWS that the sandbox has, by name. Their documents: "AWS managed policies for Amazon ECR". */
export const managedPolicies: Readonly<Record<string, string>> = {
  AdministratorAccess: allowing('*'),
  AmazonEC2ContainerRegistryFullAccess: allowing('ecr:*'),
  AmazonEC2ContainerRegistryPowerUser: allowing([...reading, ...pushing]),
  AmazonEC2ContainerRegistryReadOnly: allowing(reading),
  AmazonEC2ContainerRegistryPullOnly: allowing(pulling),
};

function allowing(actions: string | readonly string[]): string {
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
