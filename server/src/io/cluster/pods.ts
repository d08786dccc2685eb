/** A container of a pod, of any kind: it pulls an image. */
export interface PodContainer {
  readonly name: string;
  readonly kind: 'init' | 'regular' | 'ephemeral';
  /** As its specification names it. */
  readonly image: string;
  /** The digest that runs; null where nothing was pulled yet, or the runtime tells only of its own id. */
  readonly digest: string | null;
  /** Why it waits, in the kubelet's word: `ErrImagePull`, `ImagePullBackOff`, `PodInitializing` … */
  readonly waiting: string | null;
  /** What the kubelet says beside it; empty where nothing. */
  readonly message: string;
}

/** What counts of a pod for the question what was pulled. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  /** Of the app that the app manager deployed it for; null where it has no such label or annotation. */
  readonly appSlug: string | null;
  readonly pullSecrets: readonly string[];
  /** `Running`, `Pending` … */
  readonly phase: string;
  readonly containers: readonly PodContainer[];
}

type Json = { readonly [key: string]: unknown };

const kinds = [
  ['init', 'initContainers', 'initContainerStatuses'],
  ['regular', 'containers', 'containerStatuses'],
  ['ephemeral', 'ephemeralContainers', 'ephemeralContainerStatuses'],
] as const;

/** A pod of the Kubernetes API (core/v1). What is missing in it is empty. */
export function podOf(json: unknown): Pod {
  const [metadata, spec, status] = [at(json, 'metadata'), at(json, 'spec'), at(json, 'status')];
  // The app manager labels and annotates what it deploys (kots.io/app-slug).
  const slug =
    text(at(metadata, 'labels'), 'kots.io/app-slug') || text(at(metadata, 'annotations'), 'kots.io/app-slug');
  return {
    namespace: text(metadata, 'namespace'),
    name: text(metadata, 'name'),
    appSlug: slug || null,
    pullSecrets: list(spec, 'imagePullSecrets').map((secret) => text(secret, 'name')),
    phase: text(status, 'phase'),
    containers: kinds.flatMap(([kind, specs, statuses]) =>
      list(spec, specs).map((container): PodContainer => {
        const name = text(container, 'name');
        const found = list(status, statuses).find((one) => text(one, 'name') === name);
        const waiting = at(at(found, 'state'), 'waiting');
        return {
          name,
          kind,
          image: text(container, 'image'),
          digest: digestOf(text(found, 'imageID')),
          waiting: text(waiting, 'reason') || null,
          message: text(waiting, 'message'),
        };
      }),
    ),
  };
}

/** `docker-pullable://nginx@sha256:…` and `registry/nginx@sha256:…`; a bare `sha256:…` is the id of a configuration. */
const digestOf = (imageId: string): string | null => /@(sha256:[0-9a-f]{64})$/.exec(imageId)?.[1] ?? null;

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Json)[key] : undefined;

function text(value: unknown, key: string): string {
  const found = at(value, key);
  return typeof found === 'string' ? found : '';
}

function list(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}
