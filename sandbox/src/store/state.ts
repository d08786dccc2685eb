import { join } from 'node:path';
import { digestOf } from '../digest.ts';
import { parseManifest } from '../manifest.ts';
import type { Encryption, Mutability, Repository, Scan, StoredManifest } from './repository.ts';
import { readSaved, savedFile } from './saved-file.ts';
import { loadSettings, type RegistrySettings, type SavedSettings, saveSettings } from './settings.ts';

/** `<folder>/state.json`: repositories and their manifests; blobs lie beside it. */
interface State {
  readonly version: 1;
  readonly repositories: readonly SavedRepository[];
  /** Left out by older sandboxes. */
  readonly settings?: readonly SavedSettings[];
}

interface SavedRepository {
  readonly registry: string;
  readonly name: string;
  readonly createdAt: number;
  readonly anonymous: boolean;
  readonly mutability: Mutability;
  readonly exclusions: readonly string[];
  /** Left out by older sandboxes. */
  readonly scanOnPush?: boolean;
  /** Left out by older sandboxes. */
  readonly encryption?: Encryption;
  readonly tags: Readonly<Record<string, string>>;
  readonly blobs: readonly string[];
  readonly manifests: readonly SavedManifest[];
}

interface SavedManifest {
  readonly mediaType: string;
  readonly text: string;
  readonly pushedAt: number;
  readonly lastPulledAt: number | null;
  readonly status: StoredManifest['status'];
  readonly scan?: Scan | null;
}

/** Fills `into` from a folder's state; false where there is none yet. Throws where it cannot be read. */
export async function loadState(
  folder: string,
  into: Map<string, Repository>,
  settings: Map<string, RegistrySettings>,
): Promise<boolean> {
  const path = join(folder, 'state.json');
  const state = (await readSaved(path)) as State | null;
  if (state === null) return false;
  if (state.version !== 1)
    throw new Error(`${path} is of another version of the sandbox. Delete its folder.`);
  for (const saved of state.repositories) {
    into.set(`${saved.registry} ${saved.name}`, {
      registry: saved.registry,
      name: saved.name,
      createdAt: saved.createdAt,
      anonymous: saved.anonymous,
      mutability: saved.mutability,
      exclusions: saved.exclusions,
      scanOnPush: saved.scanOnPush ?? false,
      encryption: saved.encryption ?? 'AES256',
      tags: new Map(Object.entries(saved.tags)),
      blobs: new Set(saved.blobs),
      manifests: new Map(saved.manifests.map(load).map((each) => [each.digest, each])),
    });
  }
  for (const saved of state.settings ?? []) settings.set(saved.registry, loadSettings(saved));
  return true;
}

/** A function that writes the state and resolves when what it was called for is on disk. */
export function stateWriter(
  folder: string,
  all: ReadonlyMap<string, Repository>,
  settings: ReadonlyMap<string, RegistrySettings>,
): () => Promise<void> {
  return savedFile(
    join(folder, 'state.json'),
    (): State => ({
      version: 1,
      repositories: [...all.values()].map(save),
      settings: [...settings].map(([registry, each]) => saveSettings(registry, each)),
    }),
  );
}

function save(repository: Repository): SavedRepository {
  return {
    registry: repository.registry,
    name: repository.name,
    createdAt: repository.createdAt,
    anonymous: repository.anonymous,
    mutability: repository.mutability,
    exclusions: repository.exclusions,
    scanOnPush: repository.scanOnPush,
    encryption: repository.encryption,
    tags: Object.fromEntries(repository.tags),
    blobs: [...repository.blobs],
    manifests: [...repository.manifests.values()].map((each) => ({
      mediaType: each.mediaType,
      text: each.bytes.toString('base64'),
      pushedAt: each.pushedAt,
      lastPulledAt: each.lastPulledAt,
      status: each.status,
      scan: each.scan,
    })),
  };
}

function load(saved: SavedManifest): StoredManifest {
  const bytes = Buffer.from(saved.text, 'base64');
  const content = parseManifest(bytes);
  if (content === null)
    throw new Error('The sandbox state holds a manifest that cannot be read. Delete its folder.');
  return {
    digest: digestOf(bytes),
    mediaType: saved.mediaType,
    bytes,
    content,
    pushedAt: saved.pushedAt,
    lastPulledAt: saved.lastPulledAt,
    status: saved.status,
    scan: saved.scan ?? null,
  };
}
