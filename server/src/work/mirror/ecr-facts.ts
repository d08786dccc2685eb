import type { Connection } from '../../io/aws/connect.ts';
import type { NewRepository } from '../../io/aws/write-api.ts';
import { cachedPathBy } from './ecr-cache.ts';
import { ecrError } from './ecr-failure.ts';
import { deniedActions } from './ecr-rights.ts';
import { createRepository, inspectRepository } from './ecr-target.ts';
import type { EcrConnection } from './hosts.ts';
import { inParallel } from './parallel.ts';
import type { RepositoryPlan } from './plan.ts';
import { type FactFinder, plain } from './target-facts.ts';

/** BatchCheckLayerAvailability takes a hundred. */
const LAYERS_A_CALL = 100;
const PARTS_AT_A_TIME = 4;

/**
 * The facts of targets at Amazon ECR; what holds for a whole registry is asked once.
 * @param wish what repositories are made with
 */
export function createEcrFacts(wish: NewRepository): FactFinder {
  const once = new Map<string, Promise<unknown>>();
  const keep = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const asked = (once.get(key) as Promise<T> | undefined) ?? ask();
    once.set(key, asked);
    asked.catch(() => once.delete(key));
    return asked;
  };
  /** Asks ECR, and words what goes wrong there. */
  const asking = async <T>(
    ecr: EcrConnection,
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> => {
    const connection = await ecr.connect(signal);
    try {
      return await work(connection);
    } catch (error) {
      signal.throwIfAborted();
      throw ecrError(error, `Amazon ECR ${ecr.region}`, connection.renew);
    }
  };

  return {
    async find(target, source, thorough, signal) {
      const { ecr } = target.at;
      if (ecr === null) return plain;
      const { repository, tag } = target;
      return asking(ecr, signal, async (connection) => {
        const rights = thorough ? `rights ${ecr.host}/${repository}` : `rights ${ecr.host}`;
        const [state, denied, rules] = await Promise.all([
          inspectRepository(connection, repository, tag, signal),
          keep(rights, () => deniedActions(connection, repository, signal)),
          // A second way to the image is only nice to know.
          keep(`rules ${ecr.host}`, () => connection.api.pullThroughRules(signal).catch(() => [])),
        ]);
        const upstream =
          source.host === null || source.repository === undefined
            ? null
            : cachedPathBy(rules, { host: source.host, path: source.repository });
        return {
          repository: repositoryPlan(state, wish),
          immutable: state.tagMutability === 'immutable',
          denied,
          cachedAt:
            upstream === null ? null : `${ecr.host}/${upstream.repository}${tag === null ? '' : `:${tag}`}`,
        };
      });
    },
    async listed(target, blobs, signal) {
      const { ecr } = target.at;
      if (ecr === null) return null;
      const parts = Array.from({ length: Math.ceil(blobs.length / LAYERS_A_CALL) }, (_, i) =>
        blobs.slice(i * LAYERS_A_CALL, (i + 1) * LAYERS_A_CALL).map(({ digest }) => digest),
      );
      try {
        const { api } = await ecr.connect(signal);
        const held = await inParallel(parts, PARTS_AT_A_TIME, signal, (part, within) =>
          api.layersAt(target.repository, part, within),
        );
        return new Set(held.flatMap((some) => [...some]));
      } catch {
        signal.throwIfAborted();
        // The registry itself can be asked about each, which needs no permission of this call.
        return null;
      }
    },
    async create(target, signal) {
      const { ecr } = target.at;
      if (ecr === null) return;
      await keep(`create ${ecr.host}/${target.repository}`, () =>
        asking(ecr, signal, (connection) => createRepository(connection, target.repository, wish, signal)),
      );
    },
  };
}

function repositoryPlan(
  { state, createdOnPush }: Awaited<ReturnType<typeof inspectRepository>>,
  { immutable, scanOnPush }: NewRepository,
): RepositoryPlan {
  if (state === 'exists') return { kind: 'there' };
  if (createdOnPush !== null) return { kind: 'made-on-push', template: createdOnPush };
  if (state === 'unknown') return { kind: 'unknown' };
  const settings = `${immutable ? 'immutable' : 'mutable'} tags, ${scanOnPush ? '' : 'not '}scanned on push`;
  return { kind: 'missing', settings };
}
