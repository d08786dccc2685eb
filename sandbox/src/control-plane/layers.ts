import { signedLayerUrl } from '../storage.ts';
import type { Repository } from '../store/repository.ts';
import type { Upload } from '../uploads.ts';
import { type Call, type Operation, repositoryOf } from './call.ts';
import { AwsError, constraint } from './errors.ts';
import { isApiDigest, optionalList, optionalWhole, requiredText, serialization } from './input.ts';

/** What ECR asks every part but the last to have at least, and tells clients to send: 5 and 10 MiB. */
const leastPart = 5 * 1024 * 1024;
const partSize = 10 * 1024 * 1024;

/** `BatchCheckLayerAvailability`: which layers need not be uploaded. */
export const batchCheckLayerAvailability: Operation = (call) => {
  const repository = repositoryOf(call);
  const digests = optionalList(call.input, 'layerDigests', 100);
  if (digests === null) throw constraint('layerDigests', 'must not be null');
  const layers: object[] = [];
  const failures: object[] = [];
  for (const layerDigest of digests) {
    if (typeof layerDigest !== 'string' || !isApiDigest(layerDigest)) {
      failures.push({
        layerDigest,
        failureCode: 'InvalidLayerDigest',
        failureReason: 'Invalid request parameters: layer digest should satisfy the regex of a digest',
      });
      continue;
    }
    const size = repository.blobs.has(layerDigest) ? call.world.store.blobs.size(layerDigest) : null;
    layers.push({
      layerDigest,
      layerAvailability: size === null ? 'UNAVAILABLE' : 'AVAILABLE',
      layerSize: size ?? undefined,
    });
  }
  return { layers, failures };
};

/** `GetDownloadUrlForLayer`: a URL of the storage host, to be fetched without credentials. */
export const getDownloadUrlForLayer: Operation = (call) => {
  const repository = repositoryOf(call);
  const layerDigest = requiredText(call.input, 'layerDigest');
  if (!isApiDigest(layerDigest)) throw constraint('layerDigest', 'must be a digest');
  if (!repository.blobs.has(layerDigest)) {
    throw new AwsError(
      'LayersNotFoundException',
      `The layer with digest '${layerDigest}' does not exist in the repository with name '${repository.name}' ` +
        `in the registry with id '${call.world.accountId}'`,
    );
  }
  return { downloadUrl: signedLayerUrl(call.world, repository.name, layerDigest), layerDigest };
};

export const initiateLayerUpload: Operation = async (call) => {
  const upload = await call.world.uploads.start(repositoryOf(call));
  return { uploadId: upload.id, partSize };
};

/** `UploadLayerPart`: the bytes from `partFirstByte` to `partLastByte`, both counted. */
export const uploadLayerPart: Operation = async (call) => {
  const { input, world } = call;
  const repository = repositoryOf(call);
  const upload = uploadOf(call, repository);
  const first = optionalWhole(input, 'partFirstByte', 0, Number.MAX_SAFE_INTEGER);
  const last = optionalWhole(input, 'partLastByte', 0, Number.MAX_SAFE_INTEGER);
  const part = Buffer.from(requiredText(input, 'layerPartBlob'), 'base64');
  if (first !== upload.writer.size || last !== upload.writer.size + part.length - 1) {
    throw new AwsError(
      'InvalidLayerPartException',
      `The part's bytes ${first} to ${last} do not continue the upload, which has ${upload.writer.size} bytes`,
      {
        registryId: world.accountId,
        repositoryName: repository.name,
        uploadId: upload.id,
        lastValidByteReceived: upload.writer.size - 1,
      },
    );
  }
  if (upload.lastPartTooSmall) {
    throw new AwsError(
      'LayerPartTooSmallException',
      'Layer parts must have 5 MiB at least, but for the last',
    );
  }
  upload.lastPartTooSmall = part.length < leastPart;
  await upload.writer.append(single(part));
  return {
    registryId: world.accountId,
    repositoryName: repository.name,
    uploadId: upload.id,
    lastByteReceived: upload.writer.size - 1,
  };
};

/** `CompleteLayerUpload`: makes the parts a layer, if their digest is one of the given ones. */
export const completeLayerUpload: Operation = async (call) => {
  const { input, world } = call;
  const repository = repositoryOf(call);
  const upload = uploadOf(call, repository);
  const digests = optionalList(input, 'layerDigests', 100);
  if (digests === null) throw constraint('layerDigests', 'must not be null');
  const layerDigest = upload.writer.digest();
  const where = `in the repository with name '${repository.name}' in the registry with id '${world.accountId}'`;
  if (upload.writer.size === 0) {
    throw new AwsError('EmptyUploadException', `The upload '${upload.id}' has no layer parts`);
  }
  if (!digests.includes(layerDigest)) {
    throw new AwsError(
      'InvalidLayerException',
      `The uploaded layer has the digest '${layerDigest}' ${where}`,
    );
  }
  if (repository.blobs.has(layerDigest)) {
    throw new AwsError(
      'LayerAlreadyExistsException',
      `Layer with digest '${layerDigest}' already exists ${where}`,
    );
  }
  world.uploads.end(upload);
  await upload.writer.commit();
  repository.blobs.add(layerDigest);
  await world.store.saved();
  return {
    registryId: world.accountId,
    repositoryName: repository.name,
    uploadId: upload.id,
    layerDigest,
  };
};

function uploadOf({ world, input }: Call, repository: Repository): Upload {
  const id = requiredText(input, 'uploadId');
  if (!/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(id)) {
    throw serialization('the upload id is no UUID');
  }
  const found = world.uploads.find(repository, id);
  if (found !== null) return found;
  throw new AwsError(
    'UploadNotFoundException',
    `The upload with id '${id}' does not exist in the repository with name '${repository.name}' ` +
      `in the registry with id '${world.accountId}'`,
  );
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
