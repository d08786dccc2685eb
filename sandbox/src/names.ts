/** The grammar of the ECR API's `RepositoryName`, as the AWS SDKs' model of the API has it. */
export const repositoryNamePattern =
  '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*';
const repositoryNameRegex = new RegExp(`^${repositoryNamePattern}$`);

/** Whether a registry takes a repository name: 2 to 256 characters of ECR's grammar. */
export function isRepositoryName(name: string): boolean {
  return name.length >= 2 && name.length <= 256 && repositoryNameRegex.test(name);
}

export const tagPattern = '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}';
const tagRegex = new RegExp(`^${tagPattern}$`);

/** Whether a registry takes a tag: distribution-spec's grammar. */
export function isTag(text: string): boolean {
  return tagRegex.test(text);
}
