import { digestOf } from '../digest.ts';
import { guessMediaType, parseManifest } from '../manifest.ts';
import type { BlobStore } from './blobs.ts';
import { diskBlobs } from './disk-blobs.ts';
import { memoryBlobs } from './memory-blobs.ts';
import type { Repository, StoredManifest } from './repository.ts';
import { emptySettings, type RegistrySettings } from './settings.ts';
import { loadState, stateWriter } from './state.ts';

/** Everything that the world keeps: one store behind the ECR control plane and every registry. */
export interface Store {
  readonly blobs: BlobStore;
  /** Whether an earlier run left something here, so that seeding would overwrite what a person did. */
  readonly used: boolean;
  /** What a registry is told for all of its repositories; to be changed in place. */
  settings(registry: string): RegistrySettings;
  repository(registry: string, name: string): Repository | null;
  /** All of one registry, by name. */
  repositories(registry: string): Repository[];
  createRepository(registry: string, name: string, options?: NewRepository): Repository;
  deleteRepository(repository: Repository): void;
  /** Adds a manifest without any check; the bytes must parse. */
  putManifest(repository: Repository, manifest: NewManifest): StoredManifest;
  /** Keeps bytes as a blob of a repository; returns their digest. */
  putBlob(repository: Repository, bytes: Uint8Array): Promise<string>;
  /** Resolves when everything up to now is on disk; at once in memory. To be called after each change. */
  saved(): Promise<void>;
}

export interface NewRepository {
  readonly createdAt?: number;
  readonly anonymous?: boolean;
  readonly mutability?: Repository['mutability'];
  readonly exclusions?: readonly string[];
  readonly scanOnPush?: boolean;
  readonly encryption?: Repository['encryption'];
}

export interface NewManifest {
  readonly bytes: Buffer;
  readonly mediaType: string | null;
  readonly tag: string | null;
  readonly pushedAt: number;
}

/** Opens the store of a folder, or an empty one in memory for null. */
export async function openStore(folder: string | null): Promise<Store> {
  const blobs = folder === null ? memoryBlobs() : diskBlobs(folder);
  const all = new Map<string, Repository>();
  const settings = new Map<string, RegistrySettings>();
  const used = folder !== null && (await loadState(folder, all, settings));
  const save = folder === null ? async () => {} : stateWriter(folder, all, settings);
  const key = (registry: string, name: string) => `${registry} ${name}`;

  return {
    blobs,
    used,
    settings: (registry) => {
      const found = settings.get(registry) ?? emptySettings();
      settings.set(registry, found);
      return found;
    },
    repository: (registry, name) => all.get(key(registry, name)) ?? null,
    repositories: (registry) =>
      [...all.values()]
        .filter((each) => each.registry === registry)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    createRepository: (registry, name, options = {}) => {
      const repository: Repository = {
        registry,
        name,
        createdAt: options.createdAt ?? 0,
        anonymous: options.anonymous ?? false,
        mutability: options.mutability ?? 'MUTABLE',
        exclusions: options.exclusions ?? [],
        scanOnPush: options.scanOnPush ?? false,
        encryption: options.encryption ?? 'AES256',
        manifests: new Map(),
        tags: new Map(),
        blobs: new Set(),
      };
      all.set(key(registry, name), repository);
      return repository;
    },
    deleteRepository: (repository) => {
      all.delete(key(repository.registry, repository.name));
    },
    putManifest: (repository, { bytes, mediaType, tag, pushedAt }) => {
      const content = parseManifest(bytes);
      if (content === null) throw new Error('These bytes are no image manifest of schema version 2.');
      const digest = digestOf(bytes);
      const known = repository.manifests.get(digest);
      const stored: StoredManifest = known ?? {
        digest,
        mediaType: mediaType ?? guessMediaType(content),
        bytes,
        content,
        pushedAt,
        lastPulledAt: null,
        status: 'ACTIVE',
        scan: null,
      };
      repository.manifests.set(digest, stored);
      if (tag !== null) repository.tags.set(tag, digest);
      return stored;
    },
    putBlob: async (repository, bytes) => {
      const digest = digestOf(bytes);
      if (blobs.size(digest) === null) {
        const writer = await blobs.write();
        await writer.append(single(bytes));
        await writer.commit();
      }
      repository.blobs.add(digest);
      return digest;
    },
    saved: save,
  };
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
