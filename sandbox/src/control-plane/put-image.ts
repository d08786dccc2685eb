import { digestOf } from '../digest.ts';
import { maxManifestBytes } from '../manifest.ts';
import { isTag } from '../names.ts';
import { checkPush, immutableMessage, type PushProblem } from '../push.ts';
import { type Call, type Operation, repositoryOf } from './call.ts';
import { AwsError, constraint, invalidParameter } from './errors.ts';
import { optionalText, requiredText } from './input.ts';

/** `PutImage`: what a client does after the layers, or to tag an image again. */
export const putImage: Operation = async (call) => {
  const { world, input } = call;
  const repository = repositoryOf(call);
  const text = requiredText(input, 'imageManifest');
  const tag = optionalText(input, 'imageTag');
  const wanted = optionalText(input, 'imageDigest');
  if (tag !== null && !isTag(tag)) throw constraint('imageTag', 'must be a valid image tag');
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > maxManifestBytes) {
    throw constraint('imageManifest', `must have length less than or equal to ${maxManifestBytes}`);
  }
  const digest = digestOf(bytes);
  if (wanted !== null && wanted !== digest) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `Image digest '${wanted}' does not match the digest '${digest}' of the image manifest`,
    );
  }
  const known = repository.manifests.has(digest);
  if (known && (tag === null || repository.tags.get(tag) === digest)) {
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name ` +
        `'${repository.name}' in registry with id '${world.accountId}'`,
    );
  }
  const push = checkPush(repository, bytes, tag);
  if ('kind' in push) throw refusal(call, repository.name, push);
  const mediaType = optionalText(input, 'imageManifestMediaType') ?? push.content.mediaType;
  const stored = world.store.putManifest(repository, { bytes, mediaType, tag, pushedAt: world.clock() });
  await world.store.saved();
  return {
    image: {
      registryId: world.accountId,
      repositoryName: repository.name,
      imageId: { imageDigest: stored.digest, imageTag: tag ?? undefined },
      imageManifest: text,
      imageManifestMediaType: stored.mediaType,
    },
  };
};

function refusal({ world }: Call, repository: string, problem: PushProblem): AwsError {
  const where = `required for pushing image into repository with name '${repository}' in the registry with id`;
  switch (problem.kind) {
    case 'unreadable':
      return invalidParameter(
        "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
      );
    case 'missing-blobs':
      return new AwsError(
        'LayersNotFoundException',
        `Layers with digests '[${problem.digests.join(', ')}]' ${where} '${world.accountId}' do not exist`,
      );
    case 'missing-manifests':
      return new AwsError(
        'ReferencedImagesNotFoundException',
        `Images with digests '[${problem.digests.join(', ')}]' ${where} '${world.accountId}' do not exist`,
      );
    case 'immutable':
      return new AwsError('ImageTagAlreadyExistsException', immutableMessage(repository, problem.tag));
  }
}
