import type { Exchange } from '../exchange.ts';
import type { Repository } from '../store/repository.ts';
import type { World } from '../world.ts';
import type { Route } from './route.ts';

/** One authorised request to one registry. */
export interface Visit {
  readonly world: World;
  readonly exchange: Exchange;
  readonly route: Route;
  readonly registry: Registry;
}

/** One of the sandbox's registries, as its visitor sees it. */
export interface Registry {
  readonly plane: 'registry' | 'upstream';
  /** The key of its repositories in the store. */
  readonly key: string;
  /** Whether the visitor may read a repository; needed where a blob is mounted from another one. */
  mayRead(repository: Repository): boolean;
}

/** A request about a repository that exists. */
export interface RepositoryVisit extends Visit {
  readonly repository: Repository;
}
