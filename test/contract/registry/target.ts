import { type Answer, type Ask, ask } from '../support/http.ts';
import { digestOf, type TestImage } from '../support/images.ts';

/** A registry under test. */
export interface RegistryTarget {
  readonly url: string;
  readonly authorization: string;
  /** Makes a repository where the registry wants that done before the first push. */
  prepare(repository: string): Promise<void>;
}

/** An authorised request to the registry. */
export function to(target: RegistryTarget, method: string, path: string, options: Ask = {}): Promise<Answer> {
  const headers = { authorization: target.authorization, ...options.headers };
  return ask(method, new URL(path, target.url).href, { ...options, headers });
}

/** GET of a blob, through a redirect if there is one; the credentials do not go along. */
export async function getBlob(
  target: RegistryTarget,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const first = await to(target, 'GET', path, { headers });
  const location = first.headers.location;
  return first.status === 307 && location !== undefined ? ask('GET', location, { headers }) : first;
}

/** Begins an upload; returns the path to go on with. */
export async function startUpload(target: RegistryTarget, repository: string): Promise<string> {
  const started = await to(target, 'POST', `/v2/${repository}/blobs/uploads/`, { body: '' });
  if (started.status !== 202) throw new Error(`The upload did not start: ${started.status}`);
  return locationOf(started);
}

export function locationOf(answer: Answer): string {
  const location = answer.headers.location;
  if (location === undefined) throw new Error(`An answer ${answer.status} has no Location`);
  return location;
}

/** Adds a parameter to a Location, which may have some already. */
export function withQuery(location: string, name: string, value: string): string {
  const url = new URL(location, 'http://relative');
  url.searchParams.set(name, value);
  return url.host === 'relative' ? `${url.pathname}${url.search}` : url.href;
}

export async function pushBlob(target: RegistryTarget, repository: string, bytes: Buffer): Promise<string> {
  const digest = digestOf(bytes);
  const location = withQuery(await startUpload(target, repository), 'digest', digest);
  const done = await to(target, 'PUT', location, { body: bytes, headers: binary });
  if (done.status !== 201) throw new Error(`The blob was not taken: ${done.status} ${done.body.toString()}`);
  return digest;
}

export const binary = { 'content-type': 'application/octet-stream' } as const;

/** Pushes blobs and manifest; returns the answer about the manifest. */
export async function pushImage(
  target: RegistryTarget,
  repository: string,
  reference: string,
  image: TestImage,
): Promise<Answer> {
  await pushBlob(target, repository, image.config);
  await pushBlob(target, repository, image.layer);
  return putManifest(target, repository, reference, image.manifest, image.mediaType);
}

export function putManifest(
  target: RegistryTarget,
  repository: string,
  reference: string,
  bytes: Buffer,
  mediaType: string,
): Promise<Answer> {
  const path = `/v2/${repository}/manifests/${reference}`;
  return to(target, 'PUT', path, { body: bytes, headers: { 'content-type': mediaType } });
}
