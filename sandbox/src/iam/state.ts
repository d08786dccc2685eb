import { join } from 'node:path';
import { linkedKey } from '../portal/state.ts';
import { readSaved, savedFile } from '../store/saved-file.ts';

/** The identities of the sandbox's account. Lists are changed in place. */
export interface IamState {
  readonly users: User[];
  readonly roles: Role[];
  readonly providers: Provider[];
  /** Those that the customer made. */
  readonly policies: CustomerPolicy[];
}

export interface Principal {
  readonly name: string;
  /** `/` unless given. */
  readonly path: string;
  readonly id: string;
  /** ISO 8601. */
  readonly created: string;
  /** Inline policies, by their names. */
  readonly inline: Record<string, string>;
  /** ARNs of policies. */
  readonly attached: string[];
}

export interface User extends Principal {
  readonly keys: AccessKey[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface AccessKey {
  readonly id: string;
  /** Null: signatures of this key are taken as they are. */
  readonly secret: string | null;
  status: 'Active' | 'Inactive';
  readonly created: string;
  /** ISO 8601; left out until somebody signs with it. */
  lastUsed?: string;
}

export interface Role extends Principal {
  trust: string;
}

export interface Provider {
  readonly arn: string;
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly created: string;
}

export interface CustomerPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly document: string;
  readonly created: string;
}

/** The access key in the sandbox's environment; its user may do everything. */
export const defaultKeyId = 'SANDBOXACCESSKEYID00';

const seededAt = '2026-01-01T00:00:00.000Z';
const aws = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

function firstState(): IamState {
  const user = (name: string, id: string, policy: string, key: Pick<AccessKey, 'id' | 'secret'>): User => ({
    name,
    path: '/',
    id,
    created: seededAt,
    inline: {},
    attached: [aws(policy)],
    keys: [{ ...key, status: 'Active', created: seededAt }],
  });
  return {
    users: [
      user('sandbox', 'AIDASANDBOXADMIN00000', 'AdministratorAccess', { id: defaultKeyId, secret: null }),
      user('replicated', 'AIDASANDBOXREADONLY00', 'AmazonEC2ContainerRegistryReadOnly', linkedKey),
    ],
    roles: [],
    providers: [],
    policies: [],
  };
}

export interface Iam {
  readonly state: IamState;
  /** Resolves when everything up to now is on disk; at once in memory. To be called after each change. */
  saved(): Promise<void>;
}

/** Opens `<folder>/iam.json`, or an account in memory for null. */
export async function openIam(folder: string | null): Promise<Iam> {
  if (folder === null) return { state: firstState(), saved: async () => {} };
  const path = join(folder, 'iam.json');
  const state = { ...firstState(), ...((await readSaved(path)) as Partial<IamState> | null) };
  return { state, saved: savedFile(path, () => state) };
}
