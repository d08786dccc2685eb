import assert from 'node:assert/strict';
import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { ask } from '../support/http.ts';
import { digestOf } from '../support/images.ts';
import type { Case } from '../support/suite.ts';
import { type ApiTarget, refused } from './target.ts';

/** Layers through the API (the way of the AWS console and of a few tools; Docker uses the registry). */
export const layerCases: readonly Case<ApiTarget>[] = [
  {
    name: 'a layer goes in by parts and comes out by a signed URL',
    run: async ({ client }) => {
      const repositoryName = 'layers/parts';
      await client.send(new CreateRepositoryCommand({ repositoryName }));
      const parts = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('the end')];
      const layer = Buffer.concat(parts);
      const layerDigest = digestOf(layer);
      const check = async () => {
        const { layers } = await client.send(
          new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [layerDigest] }),
        );
        return layers?.[0]?.layerAvailability;
      };
      assert.equal(await check(), 'UNAVAILABLE');
      const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
      let at = 0;
      for (const layerPartBlob of parts) {
        const partLastByte = at + layerPartBlob.length - 1;
        const answer = await client.send(
          new UploadLayerPartCommand({
            repositoryName,
            uploadId,
            layerPartBlob,
            partFirstByte: at,
            partLastByte,
          }),
        );
        assert.equal(answer.lastByteReceived, partLastByte);
        at += layerPartBlob.length;
      }
      await client.send(
        new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [layerDigest] }),
      );
      assert.equal(await check(), 'AVAILABLE');
      const { downloadUrl } = await client.send(
        new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }),
      );
      assert.ok((await ask('GET', downloadUrl ?? '')).body.equals(layer));
    },
  },
  {
    name: 'a layer with another digest, and an unknown one, are refused',
    run: async ({ client }) => {
      const repositoryName = 'layers/refused';
      await client.send(new CreateRepositoryCommand({ repositoryName }));
      const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
      await client.send(
        new UploadLayerPartCommand({
          repositoryName,
          uploadId,
          layerPartBlob: Buffer.from('some'),
          partFirstByte: 0,
          partLastByte: 3,
        }),
      );
      const layerDigest = digestOf('other');
      const completed = client.send(
        new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [layerDigest] }),
      );
      await refused(completed, 'InvalidLayerException');
      const asked = client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }));
      await refused(asked, 'LayersNotFoundException');
    },
  },
];
