import type { KubeObject } from './objects.ts';

/** Whether a client would rather have rows to print, as kubectl does. */
export const wantsTable = (accept: string | undefined): boolean =>
  /application\/json;[^,]*as=Table[^,]*g=meta\.k8s\.io/.test(accept ?? '');

interface Column {
  readonly name: string;
  readonly of: (object: KubeObject, now: number) => string | number;
}

/** Objects as rows with the columns that kubectl shows of their kind (meta.k8s.io/v1, Table). */
export function tableOf(kind: string, items: readonly KubeObject[], metadata: object, now: number): object {
  const columns = [name, ...(kind === 'Pod' ? podColumns : []), age];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map((column) => ({
      name: column.name,
      type: 'string',
      format: column.name === 'Name' ? 'name' : '',
      description: '',
      priority: 0,
    })),
    rows: items.map((object) => ({
      cells: columns.map(({ of }) => of(object, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

const name: Column = { name: 'Name', of: ({ metadata }) => metadata.name };

const age: Column = {
  name: 'Age',
  of: ({ metadata }, now) => {
    const seconds = Math.max(0, Math.floor((now - Date.parse(metadata.creationTimestamp)) / 1000));
    if (seconds < 120) return `${seconds}s`;
    if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
    return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
  },
};

interface ContainerStatus {
  readonly ready: boolean;
  readonly state: { readonly waiting?: { readonly reason: string } };
}

const statuses = (object: KubeObject): readonly ContainerStatus[] =>
  (object.status as { readonly containerStatuses: readonly ContainerStatus[] }).containerStatuses;

const podColumns: readonly Column[] = [
  {
    name: 'Ready',
    of: (object) => `${statuses(object).filter(({ ready }) => ready).length}/${statuses(object).length}`,
  },
  {
    name: 'Status',
    of: (object) =>
      statuses(object).find(({ state }) => state.waiting !== undefined)?.state.waiting?.reason ?? 'Running',
  },
  { name: 'Restarts', of: () => '0' },
];
