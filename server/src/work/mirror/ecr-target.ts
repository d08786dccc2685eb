import { ecrRepositoryProblem } from '../../core/image/hosts.ts';
import type { CreationTemplate, EcrApi, RepositorySettings } from '../../io/aws/api.ts';
import type { Connection } from '../../io/aws/connect.ts';
import { isDenied, isRefused, saysAlreadyThere, saysNotFound, wordsOf } from '../../io/aws/failure.ts';
import { templateFor } from '../../io/aws/pull-through.ts';
import { type NewRepository, NO_DIGEST } from '../../io/aws/write-api.ts';
import { MirrorError } from './model.ts';
import { isImmutableTag, tagRuleWords } from './tag-rule.ts';

/** The calls of the registry that is copied to. A `Connection` is one. */
export type EcrCalls = Pick<Connection, 'api' | 'write'>;

/** What is known of a repository before anything is pushed to it. */
export interface RepositoryState {
  readonly repository: string;
  readonly state: 'exists' | 'missing' | 'unknown';
  /** Why the state is unknown, as a sentence for people; null where it is known. */
  readonly reason: string | null;
  /**
   * Whether the tag in question can be moved once it is there: by the settings of the repository, or of the template
   * by which a first push would make it. A push by digest moves nothing, so it is `mutable`.
   */
  readonly tagMutability: 'mutable' | 'immutable' | 'unknown';
  /** The prefix of the creation template by which a first push makes it; null where it is there or none would. */
  readonly createdOnPush: string | null;
  /** False where the templates were not read, so that `createdOnPush` is null for want of knowledge. */
  readonly templatesKnown: boolean;
  /** `immutable tags, encrypted with AES-256, scanned on push`: what it has, or a push would give it. Null: unknown. */
  readonly settings: string | null;
}

/**
 * Looks at a repository without changing anything. What may not be read is unknown, silently: where DescribeRepositories
 * is refused, BatchCheckLayerAvailability, which everybody needs who pushes, still tells whether it is there.
 * @throws MirrorError for a name that ECR does not take; what the calls throw (`failureOf` words it)
 */
export async function inspectRepository(
  { api }: Pick<EcrCalls, 'api'>,
  repository: string,
  tag: string | null,
  signal: AbortSignal,
): Promise<RepositoryState> {
  checkName(repository);
  const mutability = (settings: Pick<RepositorySettings, 'tags'> | undefined) => {
    if (tag === null) return 'mutable';
    if (settings === undefined) return 'unknown';
    return isImmutableTag(settings.tags, tag) ? 'immutable' : 'mutable';
  };
  const found = await lookUp(api, repository, signal);
  if (typeof found === 'object' || found === 'there') {
    const settings = found === 'there' ? undefined : found;
    return {
      repository,
      state: 'exists',
      reason: null,
      tagMutability: mutability(settings),
      createdOnPush: null,
      templatesKnown: true,
      settings: settings === undefined ? null : settingsWords(settings),
    };
  }
  const template = await pushTemplate(api, repository, signal);
  const made = template === 'unknown' ? undefined : template?.settings;
  return {
    repository,
    state: found,
    reason: found === 'missing' ? null : whyUnknown(repository),
    tagMutability: mutability(found === 'missing' ? made : undefined),
    createdOnPush: template === 'unknown' ? null : (template?.prefix ?? null),
    templatesKnown: template !== 'unknown',
    settings: made === undefined ? null : settingsWords(made),
  };
}

/**
 * Makes a repository. `already-there` where somebody else made it meanwhile (or an earlier try of this very call, whose
 * answer was lost): then it has their settings.
 * @throws MirrorError where ECR refuses to; what the call throws otherwise
 */
export async function createRepository(
  { write }: Pick<EcrCalls, 'write'>,
  repository: string,
  settings: NewRepository,
  signal: AbortSignal,
): Promise<'created' | 'already-there'> {
  checkName(repository);
  try {
    await write.createRepository(repository, settings, signal);
    return 'created';
  } catch (cause) {
    if (saysAlreadyThere(cause)) return 'already-there';
    if (isDenied(cause))
      throw new MirrorError(
        'target',
        `The repository ${repository} does not exist, and the AWS identity in use may not make it: it lacks ` +
          `ecr:CreateRepository. Have that allowed, or have the repository made. Amazon ECR says: ${wordsOf(cause)}`,
        { cause },
      );
    if (isRefused(cause))
      throw new MirrorError(
        'target',
        `The repository ${repository} could not be made. Amazon ECR says: ${wordsOf(cause)}`,
        { cause },
      );
    throw cause;
  }
}

/**
 * The template by which a first push would make the repository; null where none would.
 * @throws what the call throws, but for a refusal: then `unknown`
 */
export async function pushTemplate(
  api: EcrApi,
  repository: string,
  signal: AbortSignal,
): Promise<CreationTemplate | null | 'unknown'> {
  try {
    return templateFor(repository, await api.creationTemplates(signal, true));
  } catch (error) {
    if (isRefused(error)) return 'unknown';
    throw error;
  }
}

async function lookUp(
  api: EcrApi,
  repository: string,
  signal: AbortSignal,
): Promise<RepositorySettings | 'there' | 'missing' | 'unknown'> {
  const unless = (error: unknown): 'missing' | null => {
    if (saysNotFound(error, 'RepositoryNotFoundException')) return 'missing';
    if (isRefused(error)) return null;
    throw error;
  };
  const settings = await api.repositorySettings(repository, signal).catch(unless);
  if (settings !== null) return settings;
  const there = async () => {
    await api.layersAt(repository, [NO_DIGEST], signal);
    return 'there' as const;
  };
  return (await there().catch(unless)) ?? 'unknown';
}

const whyUnknown = (repository: string): string =>
  `Whether the repository ${repository} exists is not known: the AWS identity in use has neither ` +
  'ecr:DescribeRepositories nor ecr:BatchCheckLayerAvailability for it.';

function settingsWords({
  tags,
  encryption,
  scanOnPush,
}: Pick<RepositorySettings, 'tags' | 'encryption'> & Partial<RepositorySettings>): string {
  const encrypted = encryptions.get(encryption) ?? `encryption ${encryption}`;
  return [tagRuleWords(tags), encrypted, ...(scanOnPush ? ['scanned on push'] : [])].join(', ');
}

const encryptions: ReadonlyMap<string, string> = new Map([
  ['AES256', 'encrypted with AES-256'],
  ['KMS', 'encrypted with a KMS key'],
  ['KMS_DSSE', 'encrypted twice with a KMS key'],
]);

function checkName(repository: string): void {
  const problem = ecrRepositoryProblem(repository);
  if (problem !== null)
    throw new MirrorError('refused', `Amazon ECR takes no repository "${repository}": ${problem.message}`);
}
