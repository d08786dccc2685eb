import type { ECRClient } from '@aws-sdk/client-ecr';
import { repositorySettingsOf } from './calls.ts';
import { given, type Send } from './sender.ts';
import { type EcrWriteApi, NO_DIGEST } from './write-api.ts';

type Sdk = typeof import('./sdk.ts');

/** Well-formed, so that nothing but a permission is looked at before it is looked for; no upload ever has it. */
const NO_UPLOAD = '00000000-0000-0000-0000-000000000000';

/** The writing calls of one registry through the AWS SDK. */
export function writeApiOf(sdk: Sdk, client: ECRClient, registryId: string, within: Send): EcrWriteApi {
  return {
    createRepository: (repository, { immutable, scanOnPush }, signal) => {
      const command = new sdk.CreateRepositoryCommand({
        registryId,
        repositoryName: repository,
        imageTagMutability: immutable ? 'IMMUTABLE' : 'MUTABLE',
        imageScanningConfiguration: { scanOnPush },
      });
      return within(signal, async (abortSignal) =>
        repositorySettingsOf(given((await client.send(command, { abortSignal })).repository)),
      );
    },
    createPullThroughRule: ({ prefix, upstreamHost, upstreamPrefix, secretArn }, signal) => {
      const command = new sdk.CreatePullThroughCacheRuleCommand({
        registryId,
        ecrRepositoryPrefix: prefix,
        upstreamRegistryUrl: upstreamHost,
        ...(upstreamPrefix === '' ? {} : { upstreamRepositoryPrefix: upstreamPrefix }),
        ...(secretArn === null ? {} : { credentialArn: secretArn }),
      });
      return within(signal, async (abortSignal) => {
        given((await client.send(command, { abortSignal })).ecrRepositoryPrefix);
      });
    },
    probe: (action, repositoryName, signal) => {
      const common = { registryId, repositoryName };
      return within(signal, async (abortSignal) => {
        switch (action) {
          case 'InitiateLayerUpload': {
            const command = new sdk.InitiateLayerUploadCommand(common);
            given((await client.send(command, { abortSignal })).uploadId);
            return;
          }
          case 'UploadLayerPart':
            await client.send(
              new sdk.UploadLayerPartCommand({
                ...common,
                uploadId: NO_UPLOAD,
                partFirstByte: 0,
                partLastByte: 0,
                layerPartBlob: new Uint8Array(1),
              }),
              { abortSignal },
            );
            return;
          case 'CompleteLayerUpload':
            await client.send(
              new sdk.CompleteLayerUploadCommand({
                ...common,
                uploadId: NO_UPLOAD,
                layerDigests: [NO_DIGEST],
              }),
              { abortSignal },
            );
            return;
          case 'PutImage':
            await client.send(
              new sdk.PutImageCommand({
                ...common,
                imageManifest: 'no manifest',
                imageDigest: NO_DIGEST,
              }),
              { abortSignal },
            );
            return;
          case 'BatchDeleteImage': {
            const command = new sdk.BatchDeleteImageCommand({
              ...common,
              imageIds: [{ imageDigest: NO_DIGEST }],
            });
            await client.send(command, { abortSignal });
          }
        }
      });
    },
  };
}
