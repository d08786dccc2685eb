import assert from 'node:assert/strict';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ListImagesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { descriptor, digestOf, indexOf, oci, testImage } from '../support/images.ts';
import type { Case } from '../support/suite.ts';
import { type ApiTarget, push, refused } from './target.ts';

const nowhere = `sha256:${'0'.repeat(64)}`;

/** Images, by the ECR API reference. */
export const imageCases: readonly Case<ApiTarget>[] = [
  {
    name: 'an image is described by its tag',
    run: async (target) => {
      const repositoryName = await make(target, 'images/by-tag');
      const image = testImage('by tag');
      await push(target, repositoryName, image, '1.0');
      await push(target, repositoryName, testImage('another'), '2.0');
      const { imageDetails } = await target.client.send(
        new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: '1.0' }] }),
      );
      assert.equal(imageDetails?.length, 1);
      const [detail] = imageDetails ?? [];
      assert.deepEqual(detail?.imageTags, ['1.0']);
      assert.equal(detail?.registryId, target.accountId);
      assert.equal(detail?.repositoryName, repositoryName);
      assert.equal(detail?.imageManifestMediaType, oci.image);
      assert.ok(detail?.imagePushedAt instanceof Date);
    },
  },
  {
    name: 'the digest is that of the manifest that was pushed',
    run: async (target) => {
      const repositoryName = await make(target, 'images/digest');
      const image = testImage('digest');
      const imageDigest = digestOf(image.manifest);
      await push(target, repositoryName, image, '1.0');
      const { imageDetails } = await target.client.send(
        new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest }] }),
      );
      assert.deepEqual(
        imageDetails?.map((each) => each.imageDigest),
        [imageDigest],
      );
      assert.equal(imageDetails?.[0]?.imageSizeInBytes, image.config.length + image.layer.length);
    },
  },
  {
    name: 'a missing tag is ImageNotFoundException',
    run: async (target) => {
      const repositoryName = await make(target, 'images/no-tag');
      const asked = target.client.send(
        new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v9' }] }),
      );
      assert.equal(
        await refused(asked, 'ImageNotFoundException'),
        `The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name ` +
          `'${repositoryName}' in the registry with id '${target.accountId}'`,
      );
    },
  },
  {
    name: 'a missing digest is ImageNotFoundException',
    run: async (target) => {
      const repositoryName = await make(target, 'images/no-digest');
      const asked = target.client.send(
        new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest: nowhere }] }),
      );
      assert.match(await refused(asked, 'ImageNotFoundException'), new RegExp(`imageDigest:'${nowhere}'`));
    },
  },
  {
    name: 'one missing id fails a whole batch',
    run: async (target) => {
      const repositoryName = await make(target, 'images/mixed');
      await push(target, repositoryName, testImage('mixed'), 'here');
      const asked = target.client.send(
        new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'here' }, { imageTag: 'gone' }] }),
      );
      assert.match(await refused(asked, 'ImageNotFoundException'), /imageTag:'gone'/);
    },
  },
  {
    name: 'images of a repository that is not there are RepositoryNotFoundException',
    run: async ({ client, accountId }) => {
      const repositoryName = 'images/nowhere';
      const message = `The repository with name '${repositoryName}' does not exist in the registry with id '${accountId}'`;
      const calls = [
        () => client.send(new DescribeImagesCommand({ repositoryName })),
        () => client.send(new ListImagesCommand({ repositoryName })),
        () => client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1' }] })),
      ];
      for (const call of calls) assert.equal(await refused(call(), 'RepositoryNotFoundException'), message);
    },
  },
  {
    name: 'more than a hundred ids are InvalidParameterException',
    run: async (target) => {
      const repositoryName = await make(target, 'images/too-many');
      const imageIds = Array.from({ length: 101 }, (_, index) => ({ imageTag: `t${index}` }));
      const asked = target.client.send(new DescribeImagesCommand({ repositoryName, imageIds }));
      await refused(asked, 'InvalidParameterException');
    },
  },
  {
    name: 'images are described and listed in pages',
    run: async (target) => {
      const repositoryName = await make(target, 'images/pages');
      const tags = ['a', 'b', 'c', 'd', 'e'];
      for (const tag of tags) await push(target, repositoryName, testImage(`pages ${tag}`), tag);
      const described = await all(async (nextToken) => {
        const answer = await target.client.send(
          new DescribeImagesCommand({ repositoryName, maxResults: 2, nextToken }),
        );
        assert.ok((answer.imageDetails?.length ?? 0) <= 2);
        return [answer.imageDetails?.flatMap((each) => each.imageTags ?? []) ?? [], answer.nextToken];
      });
      assert.deepEqual(described.sort(), tags);
      const listed = await all(async (nextToken) => {
        const answer = await target.client.send(
          new ListImagesCommand({ repositoryName, maxResults: 2, nextToken }),
        );
        assert.ok((answer.imageIds?.length ?? 0) <= 2);
        return [answer.imageIds?.map((each) => each.imageTag ?? '') ?? [], answer.nextToken];
      });
      assert.deepEqual(listed.sort(), tags);
    },
  },
  {
    name: 'a list is one id for each tag, and can be cut to what has a tag or has none',
    run: async (target) => {
      const repositoryName = await make(target, 'images/list');
      const tagged = testImage('tagged');
      await push(target, repositoryName, tagged, 'one');
      await target.client.send(
        new PutImageCommand({
          repositoryName,
          imageManifest: tagged.manifest.toString(),
          imageManifestMediaType: tagged.mediaType,
          imageTag: 'two',
        }),
      );
      await push(target, repositoryName, testImage('untagged'));
      const list = async (tagStatus?: 'TAGGED' | 'UNTAGGED') => {
        const filter = tagStatus === undefined ? {} : { filter: { tagStatus } };
        const { imageIds } = await target.client.send(new ListImagesCommand({ repositoryName, ...filter }));
        return imageIds?.map((each) => each.imageTag ?? '-').sort();
      };
      assert.deepEqual(await list(), ['-', 'one', 'two']);
      assert.deepEqual(await list('TAGGED'), ['one', 'two']);
      assert.deepEqual(await list('UNTAGGED'), ['-']);
    },
  },
  {
    name: 'manifests are fetched in a batch, with a failure for each that is missing',
    run: async (target) => {
      const repositoryName = await make(target, 'images/batch');
      const image = testImage('batch');
      await push(target, repositoryName, image, '1');
      const { images, failures } = await target.client.send(
        new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1' }, { imageTag: '2' }] }),
      );
      assert.deepEqual(
        images?.map((each) => [each.imageId?.imageTag, each.imageManifest]),
        [['1', image.manifest.toString()]],
      );
      assert.deepEqual(failures, [
        {
          imageId: { imageTag: '2' },
          failureCode: 'ImageNotFound',
          failureReason: 'Requested image not found',
        },
      ]);
    },
  },
  {
    name: 'deleting the last tag deletes the image, and what is missing is a failure',
    run: async (target) => {
      const repositoryName = await make(target, 'images/delete');
      await push(target, repositoryName, testImage('deleted by tag'), 'old');
      const { imageIds, failures } = await target.client.send(
        new BatchDeleteImageCommand({
          repositoryName,
          imageIds: [{ imageTag: 'old' }, { imageTag: 'never' }],
        }),
      );
      assert.deepEqual(
        imageIds?.map((each) => each.imageTag),
        ['old'],
      );
      assert.deepEqual(
        failures?.map((each) => [each.imageId?.imageTag, each.failureCode]),
        [['never', 'ImageNotFound']],
      );
      const { imageDetails } = await target.client.send(new DescribeImagesCommand({ repositoryName }));
      assert.deepEqual(imageDetails, []);
    },
  },
  {
    name: 'the same image under the same tag is ImageAlreadyExistsException',
    run: async (target) => {
      const repositoryName = await make(target, 'images/again');
      const image = testImage('again');
      await push(target, repositoryName, image, '1');
      const message = await refused(
        target.client.send(
          new PutImageCommand({
            repositoryName,
            imageManifest: image.manifest.toString(),
            imageManifestMediaType: image.mediaType,
            imageTag: '1',
          }),
        ),
        'ImageAlreadyExistsException',
      );
      assert.match(
        message,
        /^Image with digest '.*' and tag '1' already exists in the repository with name /,
      );
    },
  },
  {
    name: 'another image under an immutable tag is ImageTagAlreadyExistsException',
    run: async (target) => {
      const repositoryName = 'images/immutable';
      await target.client.send(
        new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }),
      );
      await push(target, repositoryName, testImage('first'), '1');
      const message = await refused(
        push(target, repositoryName, testImage('second'), '1'),
        'ImageTagAlreadyExistsException',
      );
      assert.equal(
        message,
        `The image tag '1' already exists in the '${repositoryName}' repository and cannot be overwritten because ` +
          'the tag is immutable.',
      );
    },
  },
  {
    name: 'an image whose layers were never uploaded is LayersNotFoundException',
    run: async (target) => {
      const repositoryName = await make(target, 'images/no-layers');
      const image = testImage('no layers');
      const asked = target.client.send(
        new PutImageCommand({
          repositoryName,
          imageManifest: image.manifest.toString(),
          imageManifestMediaType: image.mediaType,
        }),
      );
      assert.match(await refused(asked, 'LayersNotFoundException'), new RegExp(digestOf(image.layer)));
    },
  },
  {
    name: 'an index is as large as its largest image, and its images go after it',
    run: async (target) => {
      const repositoryName = await make(target, 'images/index');
      const [small, large] = [testImage('small'), testImage('the larger of the two')];
      const imageManifest = indexOf(oci.index, [small, large]).toString();
      const early = target.client.send(
        new PutImageCommand({ repositoryName, imageManifest, imageTag: 'multi' }),
      );
      await refused(early, 'ReferencedImagesNotFoundException');
      await push(target, repositoryName, small);
      await push(target, repositoryName, large);
      await target.client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'multi' }));
      const { imageDetails } = await target.client.send(
        new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'multi' }] }),
      );
      assert.equal(imageDetails?.[0]?.imageManifestMediaType, oci.index);
      assert.equal(imageDetails?.[0]?.imageDigest, digestOf(imageManifest));
      assert.equal(imageDetails?.[0]?.imageSizeInBytes, large.config.length + large.layer.length);
      const deleted = await target.client.send(
        new BatchDeleteImageCommand({
          repositoryName,
          imageIds: [{ imageDigest: digestOf(small.manifest) }],
        }),
      );
      assert.deepEqual(
        deleted.failures?.map((each) => each.failureCode),
        ['ImageReferencedByManifestList'],
      );
    },
  },
  {
    name: 'a signature says what it is attached to',
    run: async (target) => {
      const repositoryName = await make(target, 'images/signed');
      const image = testImage('signed');
      await push(target, repositoryName, image, '1');
      const subject = descriptor(oci.image, image.manifest);
      const artifactType = 'application/vnd.example.signature';
      const signature = testImage('the signature', { artifactType, subject });
      await push(target, repositoryName, signature);
      const { imageDetails } = await target.client.send(
        new DescribeImagesCommand({
          repositoryName,
          imageIds: [{ imageDigest: digestOf(signature.manifest) }],
        }),
      );
      assert.equal(imageDetails?.[0]?.subjectManifestDigest, subject.digest);
      assert.equal(imageDetails?.[0]?.artifactMediaType, artifactType);
    },
  },
];

async function make({ client }: ApiTarget, repositoryName: string): Promise<string> {
  await client.send(new CreateRepositoryCommand({ repositoryName }));
  return repositoryName;
}

async function all(
  page: (nextToken: string | undefined) => Promise<readonly [readonly string[], string | undefined]>,
): Promise<string[]> {
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const [items, next] = await page(token);
    seen.push(...items);
    token = next;
  } while (token !== undefined);
  return seen;
}
