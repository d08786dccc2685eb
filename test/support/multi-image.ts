import { digestOf } from '../../sandbox/src/digest.ts';
import { type BuiltImage, type BuiltManifest, buildImage } from '../../sandbox/src/seed/image.ts';
import { pushBlob, putManifest, type RegistryTarget } from '../contract/registry/target.ts';

/** A small image for two platforms, unlike every other with another `version`; its layers are real ones. */
export const twoPlatforms = (version: string, format: 'oci' | 'docker' = 'oci'): BuiltImage =>
  buildImage({ name: 'team/app', version, platforms: ['linux/amd64', 'linux/arm64'], format });

export const digestIn = ({ bytes }: BuiltManifest): string => digestOf(bytes);

/** Pushes all of an image under a tag. */
export async function pushBuilt(
  target: RegistryTarget,
  repository: string,
  tag: string,
  { blobs, children, root }: BuiltImage,
): Promise<void> {
  await target.prepare(repository);
  for (const blob of blobs) await pushBlob(target, repository, blob);
  for (const child of children) await put(target, repository, digestIn(child), child);
  await put(target, repository, tag, root);
}

async function put(
  target: RegistryTarget,
  repository: string,
  reference: string,
  { bytes, mediaType }: BuiltManifest,
): Promise<void> {
  const { status } = await putManifest(target, repository, reference, bytes, mediaType);
  if (status !== 201) throw new Error(`${repository}:${reference} was not taken: HTTP ${status}`);
}
