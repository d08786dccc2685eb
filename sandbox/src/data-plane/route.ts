/** What a registry request is about: distribution-spec's end points, by method and path. */
export interface Route {
  readonly operation: RegistryOperation;
  /** The action of IAM that ECR asks for it. */
  readonly action: string | null;
  readonly repository: string | null;
  /** A tag, a digest or the id of an upload. */
  readonly reference: string;
  /** What a bearer token must allow. */
  readonly access: 'pull' | 'push' | 'delete';
}

export type RegistryOperation =
  | 'Ping'
  | 'HeadManifest'
  | 'GetManifest'
  | 'PutManifest'
  | 'DeleteManifest'
  | 'HeadBlob'
  | 'GetBlob'
  | 'DeleteBlob'
  | 'StartUpload'
  | 'GetUpload'
  | 'PatchUpload'
  | 'PutUpload'
  | 'DeleteUpload'
  | 'ListTags'
  | 'ListReferrers'
  | 'Unknown';

type Entry = readonly [RegistryOperation, string | null, Route['access']];

const manifests: Readonly<Record<string, Entry>> = {
  HEAD: ['HeadManifest', 'BatchGetImage', 'pull'],
  GET: ['GetManifest', 'BatchGetImage', 'pull'],
  PUT: ['PutManifest', 'PutImage', 'push'],
  DELETE: ['DeleteManifest', 'BatchDeleteImage', 'delete'],
};

const blobs: Readonly<Record<string, Entry>> = {
  HEAD: ['HeadBlob', 'BatchCheckLayerAvailability', 'pull'],
  GET: ['GetBlob', 'GetDownloadUrlForLayer', 'pull'],
  DELETE: ['DeleteBlob', 'BatchDeleteImage', 'delete'],
};

const uploads: Readonly<Record<string, Entry>> = {
  GET: ['GetUpload', 'UploadLayerPart', 'push'],
  PATCH: ['PatchUpload', 'UploadLayerPart', 'push'],
  PUT: ['PutUpload', 'CompleteLayerUpload', 'push'],
  DELETE: ['DeleteUpload', 'UploadLayerPart', 'push'],
};

/** Tried in this order: the first whose path and method fit. */
const table: readonly (readonly [RegExp, Readonly<Record<string, Entry>>])[] = [
  [/^\/v2\/(.+)\/blobs\/uploads\/?$/, { POST: ['StartUpload', 'InitiateLayerUpload', 'push'] }],
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, uploads],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, blobs],
  [/^\/v2\/(.+)\/manifests\/([^/]+)$/, manifests],
  [/^\/v2\/(.+)\/tags\/list$/, { GET: ['ListTags', 'ListImages', 'pull'] }],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, { GET: ['ListReferrers', 'BatchGetImage', 'pull'] }],
];

export function routeOf(method: string, path: string): Route {
  if (/^\/v2\/?$/.test(path)) {
    return { operation: 'Ping', action: null, repository: null, reference: '', access: 'pull' };
  }
  for (const [pattern, methods] of table) {
    const match = pattern.exec(path);
    const entry = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (match === null || entry === undefined) continue;
    const [operation, action, access] = entry;
    return { operation, action, access, repository: match[1] ?? null, reference: decode(match[2] ?? '') };
  }
  return { operation: 'Unknown', action: null, repository: null, reference: '', access: 'pull' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
