import { isDenied, isRefused, saysNotFound } from '../../io/aws/failure.ts';
import { NO_DIGEST, type PushAction } from '../../io/aws/write-api.ts';
import { type EcrCalls, pushTemplate } from './ecr-target.ts';

/** What a call that can change nothing tells: of the permission, and in passing of the repository. */
type Told = 'denied' | 'missing' | 'there' | 'nothing';

/**
 * The actions of IAM that a push needs and that are refused, sorted: `ecr:PutImage`. Only ECR's own "access denied" says
 * so; every other answer is to a call that was allowed. Nothing is changed: `ecr:InitiateLayerUpload` and `ecr:PutImage`
 * are not tried where they might make a repository by a creation template, and `ecr:CreateRepository`, which can be told
 * only by doing it, is never among them.
 * @throws what the calls throw for want of an answer (`failureOf` words it)
 */
export async function deniedActions(
  ecr: EcrCalls,
  repository: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const told = new Map<string, Told>();
  const learn = async (action: string, call: Promise<unknown>): Promise<void> => {
    told.set(action, await tell(call));
  };
  const probe = (action: PushAction) => learn(action, ecr.write.probe(action, repository, signal));
  await every([
    learn('BatchCheckLayerAvailability', ecr.api.layersAt(repository, [NO_DIGEST], signal)),
    probe('UploadLayerPart'),
    probe('CompleteLayerUpload'),
  ]);
  if (await mayBegin(ecr, repository, new Set(told.values()), signal))
    await every([probe('InitiateLayerUpload'), probe('PutImage')]);
  return [...told]
    .filter(([, each]) => each === 'denied')
    .map(([action]) => `ecr:${action}`)
    .sort();
}

/** Whether what begins a push can be tried without making a repository. */
async function mayBegin(
  { api }: EcrCalls,
  repository: string,
  told: ReadonlySet<Told>,
  signal: AbortSignal,
): Promise<boolean> {
  if (told.has('there')) return true;
  if ((await pushTemplate(api, repository, signal)) === null) return true;
  return !told.has('missing') && (await tell(api.describeRepository(repository, signal))) === 'there';
}

async function tell(call: Promise<unknown>): Promise<Told> {
  try {
    await call;
    return 'there';
  } catch (error) {
    if (isDenied(error)) return 'denied';
    if (saysNotFound(error, 'RepositoryNotFoundException')) return 'missing';
    // An upload is looked for in a repository that is there.
    if (saysNotFound(error, 'UploadNotFoundException')) return 'there';
    if (isRefused(error)) return 'nothing';
    throw error;
  }
}

/** Waits for all, also where one fails, so that no call goes on behind the caller's back. */
async function every(calls: readonly Promise<void>[]): Promise<void> {
  for (const ended of await Promise.allSettled(calls)) if (ended.status === 'rejected') throw ended.reason;
}
