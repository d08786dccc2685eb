import assert from 'node:assert/strict';
import { ECRClient, type ECRServiceException, PutImageCommand } from '@aws-sdk/client-ecr';
import type { TestImage } from '../support/images.ts';

/** An ECR control plane under test, through the client that everybody uses. */
export interface ApiTarget {
  readonly client: ECRClient;
  readonly accountId: string;
  readonly region: string;
  /** Brings an image's config and layers in, where the target looks for them. */
  addBlobs(repository: string, image: TestImage): Promise<void>;
}

export function clientOf(endpoint: string, region: string, accessKeyId: string): ECRClient {
  return new ECRClient({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  });
}

/** Pushes an image through the API; the tag may be left out. */
export async function push(
  target: ApiTarget,
  repository: string,
  image: TestImage,
  tag?: string,
): Promise<void> {
  await target.addBlobs(repository, image);
  await target.client.send(
    new PutImageCommand({
      repositoryName: repository,
      imageManifest: image.manifest.toString(),
      imageManifestMediaType: image.mediaType,
      ...(tag === undefined ? {} : { imageTag: tag }),
    }),
  );
}

/** Fails unless the call is refused with that error; returns its message. */
export async function refused(call: Promise<unknown>, name: string): Promise<string> {
  let message = '';
  await assert.rejects(call, (error: ECRServiceException) => {
    assert.equal(error.name, name, error.message);
    message = error.message;
    return true;
  });
  return message;
}
